/** Regression on ratings: mean squared error over what was labelled (HelpSteer2-Preference, 2024, the regression model). */

import { GuerdonError } from "../core/errors.ts";
import type { PredictionLoss } from "./linear-fit.ts";

/** "No label" in HelpSteer's files. */
export const unlabelled = -100;

/** Whether a rating is one: finite, and not the code for "no label". */
export function isLabelled(rating: number | undefined): rating is number {
  return rating !== undefined && Number.isFinite(rating) && rating !== unlabelled;
}

/** (1/N) Σ (r̂ᵢ − rᵢ)² and its derivatives by the predictions. */
export function squaredError(ratings: Float64Array): PredictionLoss {
  return (predictions) => {
    const count = predictions.length;
    const gradient = predictions.map((prediction, i) => (2 / count) * (prediction - ratings[i]));
    const value = gradient.reduce((sum, g) => sum + (count / 4) * g * g, 0);
    return { value, gradient, curvature: new Float64Array(count).fill(2 / count) };
  };
}

/**
 * L = Σₐ maskₐ (r̂ₐ − rₐ)² / Σₐ maskₐ over N × A predictions and labels, with its gradient by the predictions.
 * A label that is −100, NaN or absent is masked.
 *
 * @throws GuerdonError "learning.no-signal" when every label is masked.
 */
export function maskedSquaredError(
  predictions: Float64Array,
  labels: readonly (number | undefined)[],
): { readonly value: number; readonly gradient: Float64Array } {
  const labelled = labels.filter(isLabelled).length;
  if (labelled === 0 || labels.length !== predictions.length) {
    throw new GuerdonError("learning.no-signal", {
      where: "maskedSquaredError, labels",
      expected: `${predictions.length} labels, at least one of them a rating`,
      got: `${labels.length} labels, ${labelled} of them ratings`,
      fix: "Check the attributes' names, and that -100 does not stand for every rating.",
    });
  }
  const gradient = predictions.map((prediction, i) => {
    const label = labels[i];
    return isLabelled(label) ? (2 / labelled) * (prediction - label) : 0;
  });
  return { value: gradient.reduce((sum, g) => sum + (labelled / 4) * g * g, 0), gradient };
}
