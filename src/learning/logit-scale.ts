/** One factor between what a model says and what preferences weigh. */

import { designMatrix } from "../numerics/design-matrix.ts";
import { fitLinear, type PredictionLoss } from "./linear-fit.ts";

// Separable preferences would let the scale grow without end.
const l2 = 1e-6;

/** argmin over β of loss(β · differences), the inverse of a temperature: ratings have another spread than logits. */
export function fitLogitScale(differences: Float64Array, loss: PredictionLoss): number {
  const column = { rows: differences.length, columns: 1, data: differences };
  return fitLinear({ design: designMatrix(column), loss, l2 })[0];
}
