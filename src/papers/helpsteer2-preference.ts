/** HelpSteer2-Preference: ratings and preferences tie on matched data, and each adds to the other. */

import { type Random, random } from "../core/random.ts";
import { bootstrapMean, clusterRows } from "../core/statistics/bootstrap.ts";
import { type Comparison, pairedComparison } from "../core/statistics/comparison.ts";
import { mean } from "../core/statistics/describe.ts";
import { bradleyTerryLoss, type PreferenceLoss } from "../learning/bradley-terry.ts";
import { searchExtrapolation } from "../learning/expo.ts";
import { fitLinearPreferences, ridge } from "../learning/linear-preferences.ts";
import { fitLogitScale } from "../learning/logit-scale.ts";
import { squaredError } from "../learning/regression.ts";
import { matVec } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64, rowOf } from "../numerics/matrix.ts";
import { standardisation, standardise } from "../numerics/principal-components.ts";
import type { Criterion, Findings, Reproduction, Row, RunOptions, Size } from "./reproduction.ts";
import { everydayStories, hannaStories, type Stories } from "./stories.ts";

type Dense = Matrix<Float64Array>;
type Method = "regression" | PreferenceLoss | `regression → ${PreferenceLoss}` | "regression → scaled → ExPO";

/** A comparison of two stories by one annotator. */
interface Pair {
  readonly better: number;
  readonly worse: number;
  readonly strength: number;
}

/** What the methods are given: one set annotated both ways, and another to choose the penalty on. */
interface Annotations {
  readonly features: Dense;
  /** Story → its rating, for the stories rated in this part. */
  readonly ratings: ReadonlyMap<number, number>;
  readonly pairs: readonly Pair[];
  readonly validation: { readonly ratings: ReadonlyMap<number, number>; readonly pairs: readonly Pair[] };
}

/** Splits (of real raters) and simulations for each master seed. */
const rounds: Record<Size, { splits: number; simulations: number }> = {
  quick: { splits: 2, simulations: 3 },
  full: { splits: 6, simulations: 8 },
};
const dimensions = { raters: 40, simulation: 60 };
const pairCounts = [120, 300];
const trainingPairs = 600;
const shares = { train: 56 / 96, validation: 12 / 96 };
const penalties = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
const losses = ["regular", "margin", "scaled"] as const;

export const helpsteer2Preference: Reproduction = {
  slug: "helpsteer2-preference",
  title: "HelpSteer2-Preference: Complementing Ratings with Preferences",
  year: 2024,
  link: "https://arxiv.org/abs/2410.01257",
  claim:
    "On data annotated both ways, regression on ratings and Bradley-Terry on preferences do equally well; weighting pairs by strength helps, and starting Bradley-Terry from the regression beats either alone.",
  parts: [
    "learning/bradley-terry",
    "learning/linear-preferences",
    "learning/regression",
    "learning/logit-scale",
    "learning/expo",
    "numerics/principal-components",
  ],
  data: ["hanna"],
  run,
};

async function run(options: RunOptions): Promise<Findings> {
  const hanna = await options.open("hanna");
  const raters = hanna ? await independentRaters(hannaStories(hanna, dimensions.raters), options) : undefined;
  const everyday = hanna ? undefined : await options.open("everyday");
  const stories = hanna
    ? hannaStories(hanna, dimensions.simulation)
    : everyday && (await everydayStories(everyday, dimensions.simulation));
  const simulated = stories && (await simulatedAnnotators(stories, options));
  const parts = [raters, simulated].filter((part) => part !== undefined);
  return {
    rows: parts.flatMap((part) => part.rows),
    criteria: parts.flatMap((part) => part.criteria),
    notes: [
      "ExPO's factor and the penalties are chosen on the same held-out prompts; no stage is fitted to them.",
      ...(hanna ? [] : ["hanna is absent: the part with real raters was left out."]),
      ...(everyday ? ["Annotators were simulated on lexical features of the shipped answers instead."] : []),
      ...(stories ? [] : ["No data set was there to simulate annotators on: nothing was shown."]),
    ],
  };
}

type Part = Pick<Findings, "rows" | "criteria">;

/** A. Rater A gives ratings, rater B preferences with strength, rater C the test. */
async function independentRaters(stories: Stories, options: RunOptions): Promise<Part> {
  const { features, prompts, raters } = stories;
  const [ratingsA, ratingsB, ratingsC] = raters;
  const accuracies = await repeat("real raters", rounds[options.size].splits, options, (stream) => {
    const split = splitPrompts(prompts, stream.split("prompts"));
    const pairsBy = (ratings: Float64Array, rows: readonly number[]) =>
      pairsWithin(prompts, rows).flatMap(([a, b]) => judged(a, b, binned(ratings[a] - ratings[b])));
    const ratingsOf = (rows: readonly number[]) => new Map(rows.map((row) => [row, ratingsA[row]]));
    const pairs = stream.split("pairs").shuffle(pairsBy(ratingsB, split.train)).slice(0, trainingPairs);
    const weights = fitAll({
      features,
      ratings: ratingsOf(split.train),
      pairs,
      validation: { ratings: ratingsOf(split.validation), pairs: pairsBy(ratingsB, split.validation) },
    });
    const test = pairsWithin(prompts, split.test).flatMap(([a, b]) =>
      judged(a, b, Math.sign(ratingsC[a] - ratingsC[b])),
    );
    return accuraciesOf(weights, features, test);
  });

  const best = losses.reduce((a, b) => (mean(accuracies.get(a)!) >= mean(accuracies.get(b)!) ? a : b));
  const gap = compare(accuracies, best, "regression", options);
  return {
    rows: rowsOf(accuracies, "accuracy, real raters", options),
    criteria: [
      {
        demand: "Real raters: the best of three Bradley-Terry losses within 1.5 points of regression",
        found: `${best} − regression: ${points(gap)}`,
        holds: Math.abs(gap.value) <= 0.015,
      },
    ],
  };
}

/** B. Annotators simulated around a hidden reward: noisy ratings, noisy strengths. */
async function simulatedAnnotators(stories: Stories, options: RunOptions): Promise<Part> {
  const { features } = stories;
  const even = { ...stories, features: standardise(features, standardisation(features)) };
  const sizes = new Map<number, Accuracies>();
  for (const count of pairCounts) {
    const task = `simulated annotators, ${count} pairs`;
    sizes.set(
      count,
      await repeat(task, rounds[options.size].simulations, options, (stream) => simulate(even, count, stream)),
    );
  }
  const [few] = pairCounts.map((count) => sizes.get(count)!);
  const pooled = new Map(
    [...few.keys()].map((method) => [method, [...sizes.values()].flatMap((all) => all.get(method)!)]),
  );
  const strength = compare(few, "scaled", "regular", options);
  const overRatings = compare(pooled, "regression → scaled", "regression", options);
  const overPreferences = compare(pooled, "regression → scaled", "scaled", options);
  return {
    rows: [...sizes].flatMap(([count, all]) => rowsOf(all, `accuracy, ${count} simulated pairs`, options)),
    criteria: [
      {
        demand: `Simulated annotators, ${pairCounts[0]} pairs: scaled at least 1 point above regular, interval above 0`,
        found: points(strength),
        holds: strength.value >= 0.01 && strength.low > 0,
      },
      above("regression, both sizes", overRatings),
      above("scaled alone, both sizes", overPreferences),
    ],
  };
}

function simulate({ features, prompts }: Stories, count: number, stream: Random): Map<Method, number> {
  const direction = Float64Array.from({ length: features.columns }, () => stream.normal());
  const length = Math.hypot(...direction);
  // Columns are uncorrelated and of unit variance, so a unit direction gives a reward of unit variance.
  const hidden = matVec(
    features,
    direction.map((value) => value / length),
  );
  const noise = stream.split("noise");
  const rating = (story: number) => Math.min(4, Math.max(0, Math.round(2 + hidden[story] + noise.normal())));
  const annotate = (pairs: readonly (readonly [number, number])[]) => ({
    ratings: new Map(pairs.flat().map((story) => [story, rating(story)])),
    pairs: pairs.flatMap(([a, b]) => {
      const x = 1.2 * (hidden[a] - hidden[b]) + noise.normal();
      return judged(a, b, Math.sign(x) * Math.min(3, Math.round(Math.abs(x))));
    }),
  });
  const split = splitPrompts(prompts, stream.split("prompts"));
  const drawn = (rows: readonly number[]) => stream.split("pairs").shuffle(pairsWithin(prompts, rows)).slice(0, count);
  const weights = fitAll({
    features,
    ...annotate(drawn(split.train)),
    validation: annotate(drawn(split.validation)),
  });
  const test = pairsWithin(prompts, split.test).flatMap(([a, b]) => judged(a, b, Math.sign(hidden[a] - hidden[b])));
  return accuraciesOf(weights, features, test);
}

/** Every method's weights; each chooses its penalty on the validation part. */
function fitAll(annotations: Annotations): Map<Method, Float64Array> {
  const { features, pairs, validation } = annotations;
  const strengths = strengthsOf(pairs);
  const differences = differencesOf(features, pairs);
  const held = { strengths: strengthsOf(validation.pairs), differences: differencesOf(features, validation.pairs) };
  const fitLoss = (loss: PreferenceLoss, prior?: Float64Array) =>
    lowest(
      (l2) => fitLinearPreferences({ differences, strengths, loss, l2, prior }),
      (weights) => bradleyTerryLoss(loss, undefined, held.strengths)(matVec(held.differences, weights)).value,
    );

  const regression = fitRegression(annotations);
  const weights = new Map<Method, Float64Array>([["regression", regression]]);
  for (const loss of losses) {
    const scale = fitLogitScale(matVec(differences, regression), bradleyTerryLoss(loss, undefined, strengths));
    const prior = regression.map((weight) => scale * weight);
    weights.set(loss, fitLoss(loss));
    weights.set(`regression → ${loss}`, fitLoss(loss, prior));
    if (loss !== "scaled") continue;
    const accuracy = (candidate: Float64Array) => shareAboveZero(matVec(held.differences, candidate));
    const extrapolated = searchExtrapolation(prior, weights.get("regression → scaled")!, accuracy);
    weights.set("regression → scaled → ExPO", extrapolated.weights);
  }
  return weights;
}

function fitRegression({ features, ratings, validation }: Annotations): Float64Array {
  const centre = mean([...ratings.values()]);
  const tabulate = (rated: ReadonlyMap<number, number>) => ({
    features: rowsAt(features, [...rated.keys()]),
    ratings: Float64Array.from(rated.values(), (rating) => rating - centre),
  });
  const [fitted, held] = [tabulate(ratings), tabulate(validation.ratings)];
  return lowest(
    (l2) => ridge({ ...fitted, l2 }),
    (weights) => squaredError(held.ratings)(matVec(held.features, weights)).value,
  );
}

/** The fit whose penalty has the lowest validation loss. */
function lowest(fitWith: (l2: number) => Float64Array, lossOf: (weights: Float64Array) => number): Float64Array {
  const tried = penalties.map((l2) => {
    const weights = fitWith(l2);
    return { weights, loss: lossOf(weights) };
  });
  return tried.reduce((best, next) => (next.loss < best.loss ? next : best)).weights;
}

type Accuracies = Map<Method, number[]>;

/** Runs one experiment `times` for every master seed and gathers each method's accuracies. */
async function repeat(
  stage: string,
  times: number,
  { seeds, signal, onProgress }: RunOptions,
  experiment: (stream: Random) => Map<Method, number>,
): Promise<Accuracies> {
  const gathered: Accuracies = new Map();
  const streams = seeds.flatMap((seed) =>
    Array.from({ length: times }, (_, i) => random(seed).split("helpsteer2-preference", stage, i)),
  );
  for (const [done, stream] of streams.entries()) {
    onProgress?.({ stage, done, total: streams.length });
    // Lets an abort signal arrive.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    for (const [method, accuracy] of experiment(stream)) {
      gathered.set(method, [...(gathered.get(method) ?? []), accuracy]);
    }
  }
  return gathered;
}

function splitPrompts(prompts: readonly string[], stream: Random) {
  const order = stream.shuffle([...new Set(prompts)]);
  const trained = Math.round(shares.train * order.length);
  const validated = trained + Math.round(shares.validation * order.length);
  const rows = (chosen: readonly string[]) => {
    const set = new Set(chosen);
    return prompts.flatMap((prompt, row) => (set.has(prompt) ? [row] : []));
  };
  return {
    train: rows(order.slice(0, trained)),
    validation: rows(order.slice(trained, validated)),
    test: rows(order.slice(validated)),
  };
}

/** All pairs of these rows that share a prompt. */
function pairsWithin(prompts: readonly string[], rows: readonly number[]): (readonly [number, number])[] {
  const groups = clusterRows(
    rows.length,
    rows.map((row) => prompts[row]),
  );
  return groups.flatMap((group) => group.flatMap((a, i) => group.slice(i + 1).map((b) => [rows[a], rows[b]] as const)));
}

/** A signed strength as a pair; none for 0. */
function judged(a: number, b: number, signed: number): Pair[] {
  if (signed === 0) return [];
  return [signed > 0 ? { better: a, worse: b, strength: signed } : { better: b, worse: a, strength: -signed }];
}

function binned(difference: number): number {
  return Math.sign(difference) * [0.25, 0.9, 1.6].filter((edge) => Math.abs(difference) >= edge).length;
}

function strengthsOf(pairs: readonly Pair[]): Float64Array {
  return Float64Array.from(pairs, ({ strength }) => strength);
}

function differencesOf(features: Dense, pairs: readonly Pair[]): Dense {
  const out = matrix64(pairs.length, features.columns);
  for (const [i, { better, worse }] of pairs.entries()) {
    const [plus, minus, into] = [rowOf(features, better), rowOf(features, worse), rowOf(out, i)];
    for (let j = 0; j < features.columns; j++) into[j] = plus[j] - minus[j];
  }
  return out;
}

function rowsAt(features: Dense, rows: readonly number[]): Dense {
  const out = matrix64(rows.length, features.columns);
  for (const [i, row] of rows.entries()) rowOf(out, i).set(rowOf(features, row));
  return out;
}

function accuraciesOf(weights: Map<Method, Float64Array>, features: Dense, test: readonly Pair[]): Map<Method, number> {
  const differences = differencesOf(features, test);
  return new Map([...weights].map(([method, w]) => [method, shareAboveZero(matVec(differences, w))]));
}

function shareAboveZero(values: Float64Array): number {
  return values.filter((value) => value > 0).length / values.length;
}

function rowsOf(accuracies: Accuracies, metric: string, { seeds }: RunOptions): Row[] {
  return [...accuracies].map(([method, values]) => {
    const { value, low, high } = bootstrapMean(values, { random: random(seeds[0]).split("interval", method, metric) });
    return { method, metric, mean: value, low, high, seeds: values.length };
  });
}

function compare(accuracies: Accuracies, a: Method, b: Method, { seeds }: RunOptions): Comparison {
  return pairedComparison(accuracies.get(a)!, accuracies.get(b)!, { random: random(seeds[0]).split("compare", a, b) });
}

function above(other: string, difference: Comparison): Criterion {
  return {
    demand: `Simulated annotators: regression → scaled above ${other}, interval above 0`,
    found: points(difference),
    holds: difference.low > 0,
  };
}

function points({ value, low, high }: Comparison): string {
  const [at, from, to] = [value, low, high].map(
    (share) => `${share >= 0 ? "+" : "−"}${Math.abs(100 * share).toFixed(2)}`,
  );
  return `${at} points [${from}, ${to}]`;
}
