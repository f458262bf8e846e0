/**
 * Bradley–Terry likelihoods of reward differences: regular, with a margin, and scaled by strength
 * (HelpSteer2-Preference, 2024), each for hard labels, soft labels, flips and ties alike.
 */

import { logistic, logLogistic } from "../core/statistics/probability.ts";
import type { PredictionLoss } from "./linear-fit.ts";

/** How the strength m of a preference enters the loss. */
export type PreferenceLoss = "regular" | "margin" | "scaled";

/** A loss at one point, with its first and second derivative by the reward difference. */
export interface PairLoss {
  readonly value: number;
  readonly gradient: number;
  readonly curvature: number;
}

/**
 * ℓ(Δ) = −p log σ(Δ − m) − (1 − p) log σ(−Δ − m), Δ = r(chosen) − r(rejected).
 *
 * - p = 1, m = 0: the regular loss −log σ(Δ). p = ½: a tie. p = 1 − e: flipped with probability e.
 * - m > 0: the margin loss, which asks for Δ ≥ m where the regular one asks for Δ ≥ 0.
 * - Swapping the two items (Δ → −Δ, p → 1 − p) leaves it unchanged.
 *
 * With s₊ = σ(Δ − m), s₋ = σ(−Δ − m):
 * ℓ′ = −p (1 − s₊) + (1 − p)(1 − s₋), ℓ″ = p s₊(1 − s₊) + (1 − p) s₋(1 − s₋) ≥ 0.
 */
export function pairLoss(difference: number, probability = 1, margin = 0): PairLoss {
  const won = logistic(difference - margin);
  const lost = logistic(-difference - margin);
  return {
    value: -probability * logLogistic(difference - margin) - (1 - probability) * logLogistic(-difference - margin),
    gradient: -probability * (1 - won) + (1 - probability) * (1 - lost),
    curvature: probability * won * (1 - won) + (1 - probability) * lost * (1 - lost),
  };
}

/**
 * The loss of a whole data set as a function of its N reward differences.
 *
 * - regular: (1/N) Σ ℓ(Δᵢ; pᵢ, 0)
 * - margin:  (1/N) Σ ℓ(Δᵢ; pᵢ, mᵢ)
 * - scaled:  Σ mᵢ ℓ(Δᵢ; pᵢ, 0) / Σ mᵢ: the same as repeating pair i mᵢ times. Dividing by Σm rather than N
 *   keeps the size of a step, and the meaning of an L2 penalty, independent of the mean strength.
 *
 * @param probabilities pᵢ in [0, 1]; 1 throughout when absent.
 * @param strengths mᵢ > 0; 1 throughout when absent.
 */
export function bradleyTerryLoss(
  kind: PreferenceLoss,
  probabilities?: Float64Array,
  strengths?: Float64Array,
): PredictionLoss {
  return (differences) => {
    const count = differences.length;
    const gradient = new Float64Array(count);
    const curvature = new Float64Array(count);
    const total = kind === "scaled" && strengths ? strengths.reduce((sum, m) => sum + m, 0) : count;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const strength = strengths ? strengths[i] : 1;
      const pair = pairLoss(differences[i], probabilities ? probabilities[i] : 1, kind === "margin" ? strength : 0);
      const weight = (kind === "scaled" ? strength : 1) / total;
      value += weight * pair.value;
      gradient[i] = weight * pair.gradient;
      curvature[i] = weight * pair.curvature;
    }
    return { value, gradient, curvature };
  };
}
