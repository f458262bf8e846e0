/**
 * Which account of human choice describes collected labels best: partial return, regret, or return and values with
 * weights of their own (Knox et al., Models of human preference for learning reward functions, 2022).
 */

import { GuerdonError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { mean } from "../core/statistics/describe.ts";
import { logistic, logLoss } from "../core/statistics/probability.ts";
import type { Preference } from "../core/vocabulary.ts";
import type { TabularMdp, TabularReward } from "../environments/tabular-mdp.ts";
import { designMatrix } from "../numerics/design-matrix.ts";
import { matVec } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { fitLinear, pick } from "./linear-fit.ts";
import { optimalPlan, partialReturn, type Segment } from "./segment-rewards.ts";

/** A labelled pair as the models see it: chosen minus rejected. */
export interface SegmentDifferences {
  /** Δ Σ_t r_t. */
  readonly partialReturn: number;
  /** Δ V*(s_0). */
  readonly startValue: number;
  /** Δ V*(s_n). */
  readonly endValue: number;
  /** That chosen is the better one, in [0, 1]. */
  readonly probability: number;
}

/**
 * P(chosen ≻ rejected) = σ(θ·x), over Δ = (Δ return, Δ start value, Δ end value):
 *
 * - partialReturn: x = Δ return
 * - regret: x = Δ return − Δ start value + Δ end value
 * - bootstrapped: x = Δ, three weights
 */
export const humanPreferenceModels = {
  partialReturn: [[1, 0, 0]],
  regret: [[1, -1, 1]],
  bootstrapped: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
} as const satisfies Record<string, readonly (readonly [number, number, number])[]>;

export type HumanPreferenceModel = keyof typeof humanPreferenceModels;

export interface HumanPreferenceFit {
  /** θ, fitted to all rows: one scale, or three weights. */
  readonly weights: Float64Array;
  /** Mean cross-entropy of all rows at these weights, in nats; ln 2 for a model that knows nothing. */
  readonly trainingLoss: number;
  /** Each row's cross-entropy under weights fitted without it, averaged over the repeats; clipped as `logLoss` does. */
  readonly heldOutLosses: Float64Array;
}

const defaultFolds = 10;

export interface CrossValidationOptions {
  readonly random: Random;
  /** Default 10. */
  readonly folds?: number;
  /** Partitions into folds. Default 1. */
  readonly repeats?: number;
}

/** Labelled segments as the models see them; pairs with a step that the process cannot take are left out. */
export async function segmentDifferences(
  mdp: TabularMdp,
  reward: TabularReward,
  preferences: readonly Preference<Segment>[],
): Promise<SegmentDifferences[]> {
  const { values } = optimalPlan(mdp, reward);
  const { score } = partialReturn(mdp, reward);
  const outcomes = await score(preferences.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  const startOf = ({ steps, final }: Segment) => steps[0]?.observation ?? final;
  return preferences.flatMap(({ chosen, rejected, probability = 1 }, row) => {
    const [one, other] = [outcomes[2 * row], outcomes[2 * row + 1]];
    if (!("value" in one && "value" in other)) return [];
    return {
      partialReturn: one.value - other.value,
      startValue: values[startOf(chosen)] - values[startOf(rejected)],
      endValue: values[chosen.final] - values[rejected.final],
      probability,
    };
  });
}

/**
 * Fits every model to the labels, and to all but a fold of them, with the same folds for each.
 *
 * @throws GuerdonError "human-preference-models.rows" for fewer rows than folds.
 */
export function compareHumanPreferenceModels(
  rows: readonly SegmentDifferences[],
  options: CrossValidationOptions,
): Record<HumanPreferenceModel, HumanPreferenceFit> {
  requireRows(rows.length, options.folds);
  return {
    partialReturn: crossValidated(rows, "partialReturn", options),
    regret: crossValidated(rows, "regret", options),
    bootstrapped: crossValidated(rows, "bootstrapped", options),
  };
}

function crossValidated(
  rows: readonly SegmentDifferences[],
  model: HumanPreferenceModel,
  { random, folds = defaultFolds, repeats = 1 }: CrossValidationOptions,
): HumanPreferenceFit {
  const design = designOf(rows, model);
  const probabilities = Float64Array.from(rows, ({ probability }) => probability);
  const lossesAt = (weights: Float64Array) =>
    matVec(design, weights).map((difference, row) => logLoss([logistic(difference)], [probabilities[row]]));
  const fitTo = (chosen: Int32Array) => fitLogistic(rowsOf(design, chosen), pick(probabilities, chosen));

  const heldOutLosses = new Float64Array(rows.length);
  for (let repeat = 0; repeat < repeats; repeat++) {
    const order = random.split("folds", repeat).permutation(rows.length);
    for (let fold = 0; fold < folds; fold++) {
      const losses = lossesAt(fitTo(order.filter((_, place) => place % folds !== fold)));
      for (let place = fold; place < order.length; place += folds)
        heldOutLosses[order[place]] += losses[order[place]] / repeats;
    }
  }
  const weights = fitTo(Int32Array.from(rows.keys()));
  return { weights, trainingLoss: mean(lossesAt(weights)), heldOutLosses };
}

function designOf(rows: readonly SegmentDifferences[], model: HumanPreferenceModel): Matrix<Float64Array> {
  const columns = humanPreferenceModels[model];
  const data = rows.flatMap(({ partialReturn, startValue, endValue }) =>
    columns.map(([a, b, c]) => a * partialReturn + b * startValue + c * endValue),
  );
  return matrix64(rows.length, columns.length, Float64Array.from(data));
}

function rowsOf({ columns, data }: Matrix<Float64Array>, rows: Int32Array): Matrix<Float64Array> {
  const out = matrix64(rows.length, columns);
  for (const [at, row] of rows.entries()) out.data.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  return out;
}

function fitLogistic(design: Matrix<Float64Array>, probabilities: Float64Array): Float64Array {
  const loss = bradleyTerryLoss("regular", probabilities);
  return fitLinear({ design: designMatrix(design), loss, l2: 0, tolerance: 1e-8 });
}

function requireRows(count: number, folds = defaultFolds): void {
  if (folds > 1 && count >= folds) return;
  throw new GuerdonError("human-preference-models.rows", {
    where: "rows",
    expected: "at least two folds, and at least one row for each",
    got: `${count} rows, ${folds} folds`,
    fix: "Collect more labels, or ask for fewer folds.",
  });
}
