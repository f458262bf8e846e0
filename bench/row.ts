/** One line of the benchmark table, and the median that every benchmark quotes. */

export interface BenchRow {
  readonly name: string;
  readonly ours: string;
  readonly peer?: string;
  /** Ours over theirs in work per unit of time; above 1 we are faster. */
  readonly ratio?: number;
  /** The least ratio that we accept. */
  readonly target?: number;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
