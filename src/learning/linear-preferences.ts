/** Linear models straight from numbers: Bradley–Terry on rows of differences, ridge regression on rows of features. */

import { GuerdonError } from "../core/errors.ts";
import { designMatrix } from "../numerics/design-matrix.ts";
import type { Matrix } from "../numerics/matrix.ts";
import { bradleyTerryLoss, type PreferenceLoss } from "./bradley-terry.ts";
import { fitLinear, type PredictionLoss } from "./linear-fit.ts";
import { squaredError } from "./regression.ts";

interface Penalty {
  /** λ of (λ/2) ‖w − prior‖². */
  readonly l2: number;
  /** [D]; 0 when absent. What training starts from, kept as what it is pulled towards. */
  readonly prior?: Float64Array;
  readonly signal?: AbortSignal;
}

export interface LinearPreferences extends Penalty {
  /** x(chosen) − x(rejected), N × D. */
  readonly differences: Matrix<Float64Array>;
  /** That the chosen one is the better, [N]; 1 when absent. */
  readonly probabilities?: Float64Array;
  /** [N], positive; 1 when absent. */
  readonly strengths?: Float64Array;
  readonly loss: PreferenceLoss;
}

export interface LinearRatings extends Penalty {
  /** N × D. Give it a column of ones, or centred columns, for an intercept. */
  readonly features: Matrix<Float64Array>;
  /** [N] */
  readonly ratings: Float64Array;
}

/** argmin_w bradleyTerryLoss(D·w) + (λ/2) ‖w − prior‖². [D] */
export function fitLinearPreferences({
  differences,
  loss,
  probabilities,
  strengths,
  ...penalty
}: LinearPreferences): Float64Array {
  return minimum(differences, bradleyTerryLoss(loss, probabilities, strengths), penalty);
}

/** argmin_w (1/N) ‖X·w − r‖² + (λ/2) ‖w − prior‖²: (XᵀX + (Nλ/2) I) w = Xᵀr + (Nλ/2) prior. [D] */
export function ridge({ features, ratings, ...penalty }: LinearRatings): Float64Array {
  return minimum(features, squaredError(ratings), penalty);
}

function minimum(rows: Matrix<Float64Array>, loss: PredictionLoss, penalty: Penalty): Float64Array {
  const at = rows.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0 || rows.rows === 0) {
    throw new GuerdonError(rows.rows === 0 ? "learning.no-signal" : "learning.not-finite", {
      where: at >= 0 ? `row ${Math.floor(at / rows.columns)}, column ${at % rows.columns}` : "rows",
      expected: at >= 0 ? "a finite number" : "at least one row",
      got: at >= 0 ? String(rows.data[at]) : "none",
      fix: "Mend or drop what cannot be learned from.",
    });
  }
  const dense = rows.columns <= 128 ? rows : undefined;
  return fitLinear({ design: designMatrix(rows), dense, loss, tolerance: 1e-8, ...penalty });
}
