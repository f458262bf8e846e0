/** From the scores of a solution's steps to one score, in every way that process reward models are read. */

import { GuerdonError } from "../core/errors.ts";
import { mean } from "../core/statistics/describe.ts";
import { logistic } from "../core/statistics/probability.ts";

export const stepAggregations = [
  "min",
  "max",
  "product",
  "geometric-mean",
  "mean",
  "mean-logit",
  "mean-odds",
  "last",
] as const;

export type StepAggregation = (typeof stepAggregations)[number];

export interface StepAggregationOptions {
  /**
   * Logits and odds have no value at p = 1, so by default probabilities are clipped to [1e-6, 1 − 1e-6] for
   * those two. `exact` leaves them as recorded, to replay published figures: the result may be Infinity.
   */
  readonly exact?: boolean;
}

const epsilon = 1e-6;

/**
 * One score from step probabilities p₁ … p_K in [0, 1]:
 *
 * - `product` Π p, computed as exp Σ log p; `geometric-mean` Π p^{1/K}
 * - `mean-logit` σ(mean log(p / (1 − p))); `mean-odds` max(0, mean p / (1 − p))
 * - `min`, `max`, `mean`, `last` as named
 *
 * A product falls with every step, so it prefers short solutions; the geometric mean does not.
 * No steps at all give 0.5.
 *
 * @throws GuerdonError "step-aggregation.range" for a value outside [0, 1].
 */
export function aggregateSteps(
  steps: readonly number[],
  by: StepAggregation,
  { exact = false }: StepAggregationOptions = {},
): number {
  if (steps.length === 0) return 0.5;
  assertProbabilities(steps);
  const odds = (p: number) => (exact ? p / (1 - p) : clip(p) / (1 - clip(p)));
  switch (by) {
    case "min":
      return Math.min(...steps);
    case "max":
      return Math.max(...steps);
    case "product":
      return Math.exp(sumOfLogs(steps));
    case "geometric-mean":
      return Math.exp(sumOfLogs(steps) / steps.length);
    case "mean":
      return mean(steps);
    case "mean-logit":
      return logistic(mean(steps.map((p) => Math.log(odds(p)))));
    case "mean-odds":
      return Math.max(0, mean(steps.map(odds)));
    case "last":
      return steps[steps.length - 1];
  }
}

function clip(p: number): number {
  return Math.min(1 - epsilon, Math.max(epsilon, p));
}

function sumOfLogs(steps: readonly number[]): number {
  return steps.reduce((sum, p) => sum + Math.log(p), 0);
}

function assertProbabilities(steps: readonly number[]): void {
  const index = steps.findIndex((p) => !(p >= 0 && p <= 1));
  if (index < 0) return;
  throw new GuerdonError("step-aggregation.range", {
    where: `steps[${index}]`,
    expected: "a probability in [0, 1]",
    got: String(steps[index]),
    fix: "Turn logits into probabilities first.",
  });
}
