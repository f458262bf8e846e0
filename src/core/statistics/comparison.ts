/** Is one thing better than another? Paired intervals, and tests that assume nothing but exchangeability. */

import type { Random } from "../random.ts";
import { type BootstrapOptions, bootstrapMean, clusterRows, type Estimate } from "./bootstrap.ts";
import { assertSameLength } from "./checks.ts";
import { mean } from "./describe.ts";

export interface Comparison extends Estimate {
  /** Two-sided: how often chance alone gives a difference at least this large. */
  readonly pValue: number;
}

/**
 * Mean of a − b over paired rows, its bootstrap interval, and a sign-flip permutation test.
 * With clusters both resample and flip whole clusters.
 */
export function pairedComparison(a: ArrayLike<number>, b: ArrayLike<number>, options: BootstrapOptions): Comparison {
  assertSameLength("pairedComparison", a, b);
  const differences = Float64Array.from({ length: a.length }, (_, i) => a[i] - b[i]);
  const estimate = bootstrapMean(differences, { ...options, random: options.random.split("interval") });
  const sums = clusterRows(a.length, options.clusters).map((rows) =>
    rows.reduce((sum, row) => sum + differences[row], 0),
  );
  return { ...estimate, pValue: signFlipTest(sums, options.random.split("flips"), options.resamples ?? 2000) };
}

/** Two-sided permutation test of the difference in means of two independent lists; p = (1 + extreme) / (1 + permutations). */
export function permutationTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { random, permutations = 2000 }: { random: Random; permutations?: number },
): number {
  const pooled = [...Array.from(a), ...Array.from(b)];
  const observed = Math.abs(mean(a) - mean(b));
  let extreme = 0;
  for (let i = 0; i < permutations; i++) {
    const shuffled = random.shuffle(pooled);
    const difference = Math.abs(mean(shuffled.slice(0, a.length)) - mean(shuffled.slice(a.length)));
    if (difference >= observed - tolerance(observed)) extreme++;
  }
  return (1 + extreme) / (1 + permutations);
}

/** Exact two-sided sign test: P(a fair coin is at least this one-sided), ties left out beforehand. */
export function signTest(wins: number, losses: number): number {
  const n = wins + losses;
  const rarer = Math.min(wins, losses);
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= rarer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

function signFlipTest(sums: readonly number[], random: Random, permutations: number): number {
  const observed = Math.abs(sums.reduce((total, sum) => total + sum, 0));
  let extreme = 0;
  for (let i = 0; i < permutations; i++) {
    let total = 0;
    for (const sum of sums) total += random.bernoulli(0.5) ? sum : -sum;
    if (Math.abs(total) >= observed - tolerance(observed)) extreme++;
  }
  return (1 + extreme) / (1 + permutations);
}

// Sums of the same numbers in another order differ in the last bits; such a draw is a tie, not a miss.
function tolerance(observed: number): number {
  return 1e-12 * Math.max(1, observed);
}
