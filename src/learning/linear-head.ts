/** A linear reward r(x) = w·x + b: convex, exact, and strong on good features. */

import { random } from "../core/random.ts";
import type { FitOptions } from "../core/reward.ts";
import { designMatrix, fastDesignMatrix, withColumnScales, withColumnsCentred } from "../numerics/design-matrix.ts";
import { type Matrix, matrix32 } from "../numerics/matrix.ts";
import type { Tensors } from "../numerics/safetensors.ts";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { columnMeans, columnScales } from "./column-scales.ts";
import type { FittedHead, Head, HeadConfig, PreferenceExamples, RatingExamples } from "./head.ts";
import { holdOut } from "./hold-out.ts";
import { denseIfSmall, fitLinear, onRows, type PredictionLoss, pick } from "./linear-fit.ts";
import { squaredError } from "./regression.ts";

export interface LinearOptions {
  /**
   * The L2 penalty λ, in units in which the features' variances sum to 1; or "validate" (the default): the
   * λ of a grid with the lowest loss on a held-out fifth of the prompts.
   */
  readonly l2?: number | "validate";
  /** Weights to pull towards instead of zero: where training starts from. [dimension] */
  readonly prior?: Float64Array;
}

/** w[dimension], b, and the λ that was used. */
export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: number;
  readonly l2: number;
}

// From strong to weak: strong fits are cheap, and each is a good start for the next.
const grid = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];
const heldOutShare = 0.2;
const l2WithoutValidation = 1e-2;

/** A head that learns w by Newton's method. */
export function linear(options: LinearOptions = {}): Head {
  return {
    fitPreferences: async (examples, fit) => linearHead(await fitLinearToPreferences(examples, options, fit)),
    fitRatings: async (examples, fit) => linearHead(await fitLinearToRatings(examples, options, fit)),
  };
}

/** The reward w·x + b as a head. */
export function linearHead({ weights, bias, l2 }: LinearModel): FittedHead {
  return {
    config: { kind: "linear", dimension: weights.length, l2 },
    tensors: {
      weight: { shape: [weights.length], data: weights },
      bias: { shape: [1], data: Float64Array.of(bias) },
    },
    predict: (features) => ({
      rewards: designMatrix(features)
        .times(weights)
        .map((reward) => reward + bias),
    }),
  };
}

/**
 * Fits the preferences' loss on differences of features. Rewards of different prompts are not comparable: only
 * differences were learned. b puts the mean reward of the training items at 0.
 */
export async function fitLinearToPreferences(
  examples: PreferenceExamples,
  options: LinearOptions,
  fit: FitOptions,
): Promise<LinearModel> {
  const { features, probabilities, strengths, groups, loss } = examples;
  const rows = differences(examples);
  const { weights, l2 } = await fitScaled(
    { rows, groups, lossOn: (at) => bradleyTerryLoss(loss, pick(probabilities, at), pick(strengths, at)) },
    options,
    fit,
  );
  const centre = columnMeans(features);
  return { weights, bias: -dot(weights, centre), l2 };
}

/** Ridge regression on ratings; the intercept is free of the penalty. */
export async function fitLinearToRatings(
  { features, ratings, groups }: RatingExamples,
  options: LinearOptions,
  fit: FitOptions,
): Promise<LinearModel> {
  const centre = columnMeans(features);
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  const targets = ratings.map((rating) => rating - mean);
  const { weights, l2 } = await fitScaled(
    { rows: features, centre, groups, lossOn: (at) => squaredError(pick(targets, at)) },
    options,
    fit,
  );
  return { weights, bias: mean - dot(weights, centre), l2 };
}

/** x(chosen) − x(rejected), one row a preference. */
export function differences({ features, chosen, rejected }: PreferenceExamples): Matrix {
  const { columns, data } = features;
  const out = matrix32(chosen.length, columns);
  for (let i = 0, at = 0; i < chosen.length; i++) {
    const [plus, minus] = [chosen[i] * columns, rejected[i] * columns];
    for (let j = 0; j < columns; j++, at++) out.data[at] = data[plus + j] - data[minus + j];
  }
  return out;
}

interface ScaledProblem {
  readonly rows: Matrix;
  /** Subtracted from every row. */
  readonly centre?: Float64Array;
  readonly groups: readonly string[];
  /** The loss of the predictions for these rows. */
  lossOn(rows: Int32Array): PredictionLoss;
}

/** Fits in scaled columns and gives the weights back in the features' own. */
async function fitScaled(
  { rows, centre, groups, lossOn }: ScaledProblem,
  { l2 = "validate", prior }: LinearOptions,
  { seed, signal, onProgress }: FitOptions,
): Promise<{ weights: Float64Array; l2: number }> {
  const scales = columnScales(rows, centre);
  const scaledPrior = prior?.map((weight, j) => (scales[j] > 0 ? weight / scales[j] : 0));
  const dense = denseIfSmall(rows, scales, centre);
  const base = dense ? designMatrix(dense) : await fastDesignMatrix(rows);
  const design = dense ? base : withColumnScales(centre ? withColumnsCentred(base, centre) : base, scales);
  const all = Int32Array.from({ length: rows.rows }, (_, i) => i);
  const common = { design, dense, prior: scaledPrior, signal };
  try {
    const parts = l2 === "validate" ? holdOut(groups, heldOutShare, random(seed).split("held-out")) : undefined;
    const best = parts
      ? validated(grid, {
          fitWith: (lambda, start) =>
            fitLinear({ ...common, loss: onRows(parts.fit, lossOn(parts.fit)), l2: lambda, start, tolerance: 1e-3 }),
          lossOf: (weights) => lossOn(parts.heldOut)(pick(design.times(weights), parts.heldOut)).value,
          onProgress: (done) => onProgress?.({ stage: "choose l2", done, total: grid.length }),
        })
      : { l2: l2 === "validate" ? l2WithoutValidation : l2, start: undefined };
    onProgress?.({ stage: "fit", done: 0, total: 1 });
    const tolerance = dense ? 1e-9 : 1e-3;
    const scaled = fitLinear({ ...common, loss: lossOn(all), l2: best.l2, start: best.start, tolerance });
    onProgress?.({ stage: "fit", done: 1, total: 1 });
    return {
      weights: scaled.map((weight, j) => (scales[j] > 0 ? weight * scales[j] : (prior?.[j] ?? 0))),
      l2: best.l2,
    };
  } finally {
    base.dispose();
  }
}

interface Validation {
  fitWith(l2: number, start: Float64Array | undefined): Float64Array;
  /** Of the held-out rows. */
  lossOf(weights: Float64Array): number;
  onProgress(done: number): void;
}

/** Walks down the grid until the held-out loss has risen. */
function validated(
  penalties: readonly number[],
  { fitWith, lossOf, onProgress }: Validation,
): { l2: number; start: Float64Array } {
  let best = { l2: penalties[0], start: fitWith(penalties[0], undefined) };
  let lowest = lossOf(best.start);
  for (let i = 1; i < penalties.length; i++) {
    onProgress(i);
    const start = fitWith(penalties[i], best.start);
    const loss = lossOf(start);
    if (!(loss < lowest)) break;
    best = { l2: penalties[i], start };
    lowest = loss;
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** The head that was saved, or undefined where the tensors do not fit it. */
export function linearHeadFrom({ dimension, l2 }: HeadConfig, { weight, bias }: Tensors): FittedHead | undefined {
  if (weight?.shape.length !== 1 || weight.shape[0] !== dimension || bias?.data.length !== 1) return undefined;
  return linearHead({ weights: Float64Array.from(weight.data), bias: bias.data[0], l2: Number(l2) });
}
