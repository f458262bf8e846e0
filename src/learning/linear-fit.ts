/** One solver for every convex loss of a linear model: preferences and ratings differ only in the loss of a prediction. */

import type { DesignMatrix } from "../numerics/design-matrix.ts";
import { gram } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";
import { type LocalView, minimise } from "../numerics/newton.ts";

/** A convex loss of N predictions: its value, and its first and second derivative by each of them. */
export type PredictionLoss = (predictions: Float64Array) => {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
};

export interface LinearFit {
  /** X, one row a prediction. */
  readonly design: DesignMatrix;
  readonly loss: PredictionLoss;
  /** λ ≥ 0. */
  readonly l2: number;
  /** θ₀: what the penalty pulls towards; 0 by default. */
  readonly prior?: Float64Array;
  /** Where to start looking; the minimum does not depend on it. Default: the prior. */
  readonly start?: Float64Array;
  /** X again, in float64, where its Hessian is small enough to factorise: fewer and exact steps. */
  readonly dense?: Matrix<Float64Array>;
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

/** argmin over θ of loss(Xθ) + (λ/2) ‖θ − θ₀‖². */
export function fitLinear({
  design,
  loss,
  l2,
  prior,
  start,
  dense,
  tolerance = 1e-6,
  signal,
}: LinearFit): Float64Array {
  const zero = new Float64Array(design.columns);
  const centre = prior ?? zero;

  const predictionsAt = (weights: Float64Array) =>
    weights.every((weight) => weight === 0) ? new Float64Array(design.rows) : design.times(weights);

  const view = (weights: Float64Array, image = predictionsAt(weights)): LocalView => {
    const { value, gradient, curvature } = loss(image);
    const away = weights.map((weight, j) => weight - centre[j]);
    const slope = design.transposedTimes(gradient);
    return {
      value: value + (l2 / 2) * away.reduce((sum, a) => sum + a * a, 0),
      gradient: slope.map((g, j) => g + l2 * away[j]),
      hessianTimes(v, moved = design.times(v)) {
        const curved = moved.map((prediction, i) => prediction * curvature[i]);
        return design.transposedTimes(curved).map((h, j) => h + l2 * v[j]);
      },
      linear: { image, imageOf: (v) => design.times(v) },
      // Without a penalty the Hessian may be singular, which conjugate gradients bear.
      ...(dense && l2 > 0 && { hessian: () => addToDiagonal(gram(dense, curvature), l2) }),
    };
  };

  // The gradient at zero says what "small" means, however warm the start.
  const gradientScale = start || prior ? lengthOf(view(zero).gradient) : undefined;
  return minimise(view, start ?? centre, { tolerance, gradientScale, signal }).x;
}

/** (X − 1·centreᵀ)·diag(scales) in float64 if its normal matrix is cheap to form and factorise, else undefined. */
export function denseIfSmall(
  { rows, columns, data }: Matrix,
  scales?: Float64Array,
  centre?: Float64Array,
): Matrix<Float64Array> | undefined {
  if (columns > 128) return undefined;
  const dense = Float64Array.from(data, (value, at) => {
    const j = at % columns;
    return (value - (centre ? centre[j] : 0)) * (scales ? scales[j] : 1);
  });
  return matrix64(rows, columns, dense);
}

/** The loss of some of the rows only: the others get no gradient. */
export function onRows(rows: Int32Array, loss: PredictionLoss): PredictionLoss {
  return (predictions) => {
    const part = loss(pick(predictions, rows));
    const gradient = new Float64Array(predictions.length);
    const curvature = new Float64Array(predictions.length);
    for (let k = 0; k < rows.length; k++) {
      gradient[rows[k]] = part.gradient[k];
      curvature[rows[k]] = part.curvature[k];
    }
    return { value: part.value, gradient, curvature };
  };
}

/** values[rows]. */
export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}

function addToDiagonal(matrix: Matrix<Float64Array>, value: number): Matrix<Float64Array> {
  for (let i = 0; i < matrix.rows; i++) matrix.data[i * matrix.columns + i] += value;
  return matrix;
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
