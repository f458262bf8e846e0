/** The logistic function and how good stated probabilities turn out to be. */

import { assertSameLength } from "./checks.ts";

/** σ(x) = 1 / (1 + e⁻ˣ), without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** log σ(x) = −log(1 + e⁻ˣ), exact where σ(x) itself rounds to 0 or 1. */
export function logLogistic(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

/**
 * Mean log loss −[y log p + (1 − y) log(1 − p)] in nats; labels y in [0, 1] may be soft.
 * Probabilities are clipped to [ε, 1 − ε], ε = 1e-15, so that one certain mistake stays finite.
 */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  assertSameLength("logLoss", probabilities, labels);
  let loss = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[i]));
    loss -= labels[i] * Math.log(p) + (1 - labels[i]) * Math.log(1 - p);
  }
  return loss / probabilities.length;
}

export interface ReliabilityBin {
  /** Stated probability: lower and upper edge of the bin. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean stated probability and mean label; NaN in an empty bin. */
  readonly stated: number;
  readonly observed: number;
}

/** Stated against observed, in equal-width bins over [0, 1]. */
export function reliabilityBins(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): readonly ReliabilityBin[] {
  assertSameLength("reliabilityBins", probabilities, labels);
  const count = new Float64Array(bins);
  const stated = new Float64Array(bins);
  const observed = new Float64Array(bins);
  for (let i = 0; i < probabilities.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[i] * bins));
    count[bin]++;
    stated[bin] += probabilities[i];
    observed[bin] += labels[i];
  }
  return Array.from(count, (n, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    count: n,
    stated: stated[bin] / n,
    observed: observed[bin] / n,
  }));
}

/** Σ_bins (n_b / n) |stated_b − observed_b| (Naeini et al., 2015). In [0, 1]. */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): number {
  return reliabilityBins(probabilities, labels, bins)
    .filter((bin) => bin.count > 0)
    .reduce(
      (sum, { count, stated, observed }) => sum + (count / probabilities.length) * Math.abs(stated - observed),
      0,
    );
}
