/** Bootstrap intervals, resampling whole clusters where rows that share a prompt are not independent. */

import { GuerdonError } from "../errors.ts";
import type { Random } from "../random.ts";
import { mean, quantileOfSorted } from "./describe.ts";

/** A number with its interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly random: Random;
  /** One label a row; rows of a label are drawn together. Without it every row is its own cluster. */
  readonly clusters?: readonly string[];
  /** Coverage, default 0.95. */
  readonly level?: number;
  /** Default 2,000. */
  readonly resamples?: number;
}

/**
 * Percentile interval of any statistic of rows 0 … count−1 (Efron & Tibshirani, 1993, ch. 13).
 *
 * `statistic` gets row indices, repeated as drawn. Resamples on which it is NaN are left out.
 */
export function bootstrap(
  count: number,
  statistic: (rows: Int32Array) => number,
  { random, clusters, level = 0.95, resamples = 2000 }: BootstrapOptions,
): Estimate {
  const groups = clusterRows(count, clusters);
  const drawn: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const value = statistic(drawRows(groups, random));
    if (!Number.isNaN(value)) drawn.push(value);
  }
  return percentileInterval(statistic(Int32Array.from({ length: count }, (_, i) => i)), drawn, level);
}

/** The mean with its interval. Sums clusters once, so a resample costs one pass over the clusters. */
export function bootstrapMean(
  values: ArrayLike<number>,
  { random, clusters, level = 0.95, resamples = 2000 }: BootstrapOptions,
): Estimate {
  const groups = clusterRows(values.length, clusters);
  const sums = Float64Array.from(groups, (rows) => rows.reduce((sum, row) => sum + values[row], 0));
  const sizes = Float64Array.from(groups, (rows) => rows.length);
  const drawn = Array.from({ length: resamples }, () => {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < sums.length; i++) {
      const group = random.integer(sums.length);
      sum += sums[group];
      size += sizes[group];
    }
    return sum / size;
  });
  return percentileInterval(mean(values), drawn, level);
}

/** Rows by cluster, clusters in order of first appearance. */
export function clusterRows(count: number, clusters?: readonly string[]): readonly (readonly number[])[] {
  if (count === 0 || (clusters && clusters.length !== count)) {
    throw new GuerdonError("statistics.clusters", {
      where: "bootstrap",
      expected: "at least one row, and one cluster label for every row",
      got: `${count} rows${clusters ? ` and ${clusters.length} labels` : ""}`,
      fix: "Pass the prompt's key of every row, or no clusters at all.",
    });
  }
  if (!clusters) return Array.from({ length: count }, (_, row) => [row]);
  const groups = new Map<string, number[]>();
  for (const [row, label] of clusters.entries()) {
    const rows = groups.get(label);
    if (rows) rows.push(row);
    else groups.set(label, [row]);
  }
  return [...groups.values()];
}

function drawRows(groups: readonly (readonly number[])[], random: Random): Int32Array {
  const rows: number[] = [];
  for (let i = 0; i < groups.length; i++) for (const row of groups[random.integer(groups.length)]) rows.push(row);
  return Int32Array.from(rows);
}

function percentileInterval(value: number, drawn: readonly number[], level: number): Estimate {
  const sorted = Float64Array.from(drawn).sort();
  return { value, low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2) };
}
