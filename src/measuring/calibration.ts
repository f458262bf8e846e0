/** Does σ(Δ) mean what it says? Reliability, calibration error, and the temperature that mends it. */

import { type BootstrapOptions, bootstrap, type Estimate } from "../core/statistics/bootstrap.ts";
import { logistic, type ReliabilityBin, reliabilityBins } from "../core/statistics/probability.ts";
import { byPrompt, type MeasureOptions } from "./pair-accuracy.ts";
import { type DecidedPair, decidedPairs, type PairResult } from "./pair-results.ts";

export interface Calibration {
  /** τ in σ(Δ/τ). */
  readonly temperature: number;
  /** Non-empty bins of the stated probability that the preferred side is the better one, over [½, 1]. */
  readonly bins: readonly ReliabilityBin[];
  /** Σ_b (n_b / n) |stated_b − observed_b|. */
  readonly error: Estimate;
}

const bins = 20;

/**
 * Calibration of σ(Δ/τ): each decided pair states σ(|Δ|/τ) that the side it prefers is the better one; observed is
 * that side's label (½ where it prefers neither). Every pair in one order only would have nothing but ones observed.
 *
 * @returns undefined when no pair is decided
 */
export function calibration(
  pairs: readonly PairResult[],
  { temperature = 1, ...options }: MeasureOptions & { readonly temperature?: number },
): Calibration | undefined {
  const decided = decidedPairs(pairs);
  if (decided.length === 0) return undefined;
  const stated = Float64Array.from(decided, ({ difference }) => logistic(Math.abs(difference) / temperature));
  const observed = Float64Array.from(decided, preferredLabel);
  return {
    temperature,
    bins: reliabilityBins(stated, observed, bins).filter(({ count }) => count > 0),
    error: calibrationError(stated, observed, byPrompt(decided, options)),
  };
}

/**
 * The temperature τ > 0 that minimises the log loss of σ(Δ/τ) (Guo et al., 2017, for the two-way case). The loss is
 * convex in β = 1/τ, so its derivative mean((σ(βΔ) − p) Δ) is bisected.
 *
 * @returns undefined when no finite temperature is best: the reward is no better than chance (τ → ∞), or never
 * wrong (τ → 0)
 */
export function fitTemperature(pairs: readonly PairResult[]): number | undefined {
  const decided = decidedPairs(pairs);
  const slope = (beta: number) =>
    decided.reduce(
      (sum, { difference, probability }) => sum + (logistic(beta * difference) - probability) * difference,
      0,
    );
  const scale = Math.max(0, ...decided.map(({ difference }) => Math.abs(difference)));
  let low = 0;
  let high = 1e6 / scale;
  if (scale === 0 || slope(low) >= 0 || slope(high) <= 0) return undefined;
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

/** expectedCalibrationError, with every row's bin and gap worked out once for all resamples. */
function calibrationError(stated: Float64Array, observed: Float64Array, options: BootstrapOptions): Estimate {
  const bin = Int32Array.from(stated, (p) => Math.min(bins - 1, Math.floor(p * bins)));
  const gap = stated.map((p, row) => p - observed[row]);
  const statistic = (rows: Int32Array) => {
    const gaps = new Float64Array(bins);
    for (const row of rows) gaps[bin[row]] += gap[row];
    return gaps.reduce((sum, total) => sum + Math.abs(total), 0) / rows.length;
  };
  return bootstrap(stated.length, statistic, options);
}

function preferredLabel({ difference, probability }: DecidedPair): number {
  if (difference === 0) return 0.5;
  return difference > 0 ? probability : 1 - probability;
}
