/** The contract of what stands on an encoder: a recipe that learns rewards from features, and what it has learned. */

import { GuerdonError } from "../core/errors.ts";
import type { FitOptions } from "../core/reward.ts";
import type { Matrix } from "../numerics/matrix.ts";
import type { Tensors } from "../numerics/safetensors.ts";
import type { PreferenceLoss } from "./bradley-terry.ts";

/** N preferences between rows of `features`. */
export interface PreferenceExamples {
  /** One row a distinct item. */
  readonly features: Matrix;
  /** Row of the chosen and of the rejected item, [N] each. */
  readonly chosen: Int32Array;
  readonly rejected: Int32Array;
  /** That the chosen item is the better one, [N], in [0, 1]. */
  readonly probabilities: Float64Array;
  /** [N], positive. */
  readonly strengths: Float64Array;
  /** The prompt each preference belongs to, [N]. */
  readonly groups: readonly string[];
  readonly loss: PreferenceLoss;
}

/** N rated items. */
export interface RatingExamples {
  /** N × dimension. */
  readonly features: Matrix;
  /** [N], finite. */
  readonly ratings: Float64Array;
  readonly groups: readonly string[];
}

/** How to learn. */
export interface Head {
  fitPreferences(examples: PreferenceExamples, options: FitOptions): Promise<FittedHead>;
  fitRatings(examples: RatingExamples, options: FitOptions): Promise<FittedHead>;
}

/** What was learned: plain JSON and tensors that make it again, and its predictions. */
export interface FittedHead {
  readonly config: HeadConfig;
  readonly tensors: Tensors;
  predict(features: Matrix): Prediction;
}

export interface HeadConfig {
  readonly kind: string;
  readonly dimension: number;
  readonly [option: string]: unknown;
}

/** Rewards of N rows, and, where the head can tell, how sure it is of each, in [0, 1]. */
export interface Prediction {
  readonly rewards: Float64Array;
  readonly confidences?: Float64Array;
}

/** @throws GuerdonError "learning.not-finite" at the first NaN or Infinity. */
export function requireFiniteFeatures({ columns, data }: Matrix): void {
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at === data.length) return;
  throw new GuerdonError("learning.not-finite", {
    where: `features[${Math.floor(at / columns)}][${at % columns}]`,
    expected: "a finite number",
    got: String(data[at]),
    fix: "Mend or drop the item; an encoder must give finite vectors.",
  });
}
