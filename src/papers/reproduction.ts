/** What a reproduction is: a paper's claim, the parts it is made of, and a run that says whether it holds. */

import type { Progress } from "../core/reward.ts";

/** `quick`: seconds to a minute, in CI. `full`: what the paper's card asks for. */
export type Size = "quick" | "full";

export interface Row {
  readonly method: string;
  readonly metric: string;
  readonly mean: number;
  /** 95% interval. */
  readonly low: number;
  readonly high: number;
  /** How many seeds (or resamples of independent units, where a run has no randomness of its own). */
  readonly seeds: number;
}

/** One condition of the claim, computed from rows: what was demanded, what was found. */
export interface Criterion {
  readonly demand: string;
  readonly found: string;
  readonly holds: boolean;
}

export interface Findings {
  readonly rows: readonly Row[];
  /** The claim holds when every one of these does. */
  readonly criteria: readonly Criterion[];
  /** What a reader must know: data that was absent, sizes that were cut. */
  readonly notes: readonly string[];
}

export interface RunOptions {
  readonly seeds: readonly number[];
  readonly size: Size;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Rows of a real data set by name ("hanna"), or undefined where it is absent. */
  readonly open: (name: string) => Promise<readonly Record<string, unknown>[] | undefined>;
}

export interface Reproduction {
  readonly slug: string;
  readonly title: string;
  readonly year: number;
  readonly link: string;
  /** One sentence, ours. */
  readonly claim: string;
  /** The exported parts that it composes, as "room/file". */
  readonly parts: readonly string[];
  /** Real data sets it reads when they are there. */
  readonly data: readonly string[];
  run(options: RunOptions): Promise<Findings>;
}

/** Whether the claim holds. A reproduction without a criterion has shown nothing. */
export function holds({ criteria }: Findings): boolean {
  return criteria.length > 0 && criteria.every((criterion) => criterion.holds);
}
