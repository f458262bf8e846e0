/** The learners of rewards from preferences and ratings: encode, fit a head, and put down how it was made. */

import { random } from "../core/random.ts";
import type { Learner } from "../core/reward.ts";
import { mean, standardDeviation } from "../core/statistics/describe.ts";
import { type Preference, promptKey, type Rating } from "../core/vocabulary.ts";
import { fingerprint } from "../data/fingerprint.ts";
import type { Encoder } from "../language/encoder.ts";
import { designMatrix } from "../numerics/design-matrix.ts";
import { bradleyTerryLoss, type PreferenceLoss } from "./bradley-terry.ts";
import { searchExtrapolation } from "./expo.ts";
import type { FittedHead, Head, PreferenceExamples } from "./head.ts";
import { holdOut } from "./hold-out.ts";
import { type LearnedReward, learnedReward } from "./learned-reward.ts";
import { pick } from "./linear-fit.ts";
import { differences, fitLinearToPreferences, fitLinearToRatings, linear, linearHead } from "./linear-head.ts";
import { fitLogitScale } from "./logit-scale.ts";
import { type PreferenceOptions, preferenceExamples, ratingExamples } from "./preference-data.ts";

export interface BradleyTerryOptions extends Partial<PreferenceOptions> {
  readonly encoder: Encoder;
  /** Default `linear()`. */
  readonly head?: Head;
  /** Default "regular". */
  readonly loss?: PreferenceLoss;
}

/**
 * P(chosen ≻ rejected) = σ(r(chosen) − r(rejected)), r = head(encoder(text)) (Bradley & Terry, 1952).
 *
 * Rewards are comparable within a prompt only. Errors: those of `preferenceExamples` and of the encoder.
 *
 * @example
 *   const model = await bradleyTerry({ encoder: lexical() }).fit(preferences, { seed: 1 });
 */
export function bradleyTerry({
  encoder,
  head = linear(),
  loss = "regular",
  strengthMap,
}: BradleyTerryOptions): Learner<readonly Preference[], LearnedReward> {
  return {
    async fit(preferences, options) {
      const examples = await preferenceExamples(preferences, encoder, { loss, strengthMap }, options);
      const fitted = await head.fitPreferences(examples, options);
      return learnedReward(`bradley-terry on ${encoder.name}`, encoder, fitted, {
        learner: { name: "bradley-terry", loss, strengthMap, seed: options.seed },
        data: describeData(preferences, examples.chosen.length),
        ...summary(fitted, examples),
      });
    },
  };
}

export interface RatingRegressionOptions {
  readonly encoder: Encoder;
  /** Default `linear()`. */
  readonly head?: Head;
  /** The attribute to predict. Default "helpfulness". */
  readonly target?: string;
}

/** r(x) = E[rating of x]: least squares on one attribute. Rewards are on the ratings' scale, comparable across prompts. */
export function ratingRegression({
  encoder,
  head = linear(),
  target = "helpfulness",
}: RatingRegressionOptions): Learner<readonly Rating[], LearnedReward> {
  return {
    async fit(ratings, options) {
      const examples = await ratingExamples(ratings, encoder, target, options);
      const fitted = await head.fitRatings(examples, options);
      const { rewards } = fitted.predict(examples.features);
      const errors = rewards.map((reward, i) => (reward - examples.ratings[i]) ** 2);
      return learnedReward(`${target} on ${encoder.name}`, encoder, fitted, {
        learner: { name: "rating-regression", target, seed: options.seed },
        data: describeData(ratings, examples.ratings.length),
        reference: reference(rewards),
        metrics: { trainingMeanSquaredError: mean(errors) },
      });
    },
  };
}

export interface RatingsThenPreferencesOptions extends Partial<PreferenceOptions> {
  readonly encoder: Encoder;
  /** Default "helpfulness". */
  readonly target?: string;
  /** Of the second stage. Default "scaled", the paper's. */
  readonly loss?: PreferenceLoss;
}

export interface RatingsAndPreferences {
  readonly ratings: readonly Rating[];
  readonly preferences: readonly Preference[];
}

/**
 * The chain of HelpSteer2-Preference (2024), for linear heads:
 *
 * 1. w_reg: regression on ratings.
 * 2. τ = argmin Σ ℓ(τ · w_reg·Δx): one scale, since ratings have another spread than logits.
 * 3. w_BT: scaled Bradley–Terry with the penalty pulling towards τ·w_reg.
 * 4. w = τ·w_reg + a (w_BT − τ·w_reg), a with the best accuracy on a fifth of the prompts that no stage has seen
 *    (a = 1 where there are too few preferences to hold any out).
 */
export function ratingsThenPreferences({
  encoder,
  target = "helpfulness",
  loss = "scaled",
  strengthMap,
}: RatingsThenPreferencesOptions): Learner<RatingsAndPreferences, LearnedReward> {
  return {
    async fit({ ratings, preferences }, options) {
      const examples = await preferenceExamples(preferences, encoder, { loss, strengthMap }, options);
      const parts = holdOut(examples.groups, 0.2, random(options.seed).split("extrapolation"));
      const heldOut = parts && examplesAt(examples, parts.heldOut);
      const hidden = new Set(heldOut?.groups);
      const seen = ratings.filter(({ item }) => !hidden.has(promptKey(item.prompt)));
      const rated = await ratingExamples(seen, encoder, target, options);
      const regression = await fitLinearToRatings(rated, {}, options);

      const fitted = parts ? examplesAt(examples, parts.fit) : examples;
      const logits = designMatrix(differences(fitted)).times(regression.weights);
      const likelihood = bradleyTerryLoss(loss, fitted.probabilities, fitted.strengths);
      const scale = fitLogitScale(logits, likelihood);
      const prior = regression.weights.map((weight) => scale * weight);
      const preferred = await fitLinearToPreferences(fitted, { prior }, options);
      const { by, weights } = heldOut
        ? searchExtrapolation(prior, preferred.weights, (candidate) => accuracyOf(candidate, heldOut))
        : { by: 1, weights: preferred.weights };

      const head = linearHead({ ...preferred, weights, bias: 0 });
      return learnedReward(`${target}, then preferences, on ${encoder.name}`, encoder, head, {
        learner: { name: "ratings-then-preferences", target, loss, strengthMap, seed: options.seed },
        data: describeData([...ratings, ...preferences], rated.ratings.length + examples.chosen.length),
        ...summary(head, examples, { logitScale: scale, extrapolation: by }),
      });
    },
  };
}

function examplesAt(examples: PreferenceExamples, rows: Int32Array): PreferenceExamples {
  return {
    ...examples,
    chosen: rows.map((row) => examples.chosen[row]),
    rejected: rows.map((row) => examples.rejected[row]),
    probabilities: pick(examples.probabilities, rows),
    strengths: pick(examples.strengths, rows),
    groups: Array.from(rows, (row) => examples.groups[row]),
  };
}

function accuracyOf(weights: Float64Array, examples: PreferenceExamples): number {
  return accuracy(designMatrix(differences(examples)).times(weights), examples.probabilities);
}

/** Share of differences with the sign of p − ½; a difference of 0 counts half, ties in the labels not at all. */
function accuracy(logits: Float64Array, probabilities: Float64Array): number {
  let right = 0;
  let decided = 0;
  for (let i = 0; i < logits.length; i++) {
    if (probabilities[i] === 0.5) continue;
    decided++;
    right += (Math.sign(logits[i] * (probabilities[i] - 0.5)) + 1) / 2;
  }
  return right / decided;
}

function describeData(rows: readonly (Preference | Rating)[], used: number) {
  return { rows: rows.length, used, fingerprint: fingerprint(rows) };
}

function summary(head: FittedHead, examples: PreferenceExamples, more: Readonly<Record<string, number>> = {}) {
  const { rewards } = head.predict(examples.features);
  const logits = Float64Array.from(examples.chosen, (row, i) => rewards[row] - rewards[examples.rejected[i]]);
  const metrics = {
    trainingAccuracy: accuracy(logits, examples.probabilities),
    trainingLogLoss: bradleyTerryLoss("regular", examples.probabilities)(logits).value,
    ...more,
  };
  return { reference: reference(rewards), metrics };
}

function reference(rewards: Float64Array) {
  return { mean: mean(rewards), standardDeviation: standardDeviation(rewards) };
}
