/** From preferences and ratings between samples to numbers that a head can learn from. */

import { GuerdonError } from "../core/errors.ts";
import { type Preference, promptKey, type Rating } from "../core/vocabulary.ts";
import type { EncodeContext, Encoder } from "../language/encoder.ts";
import type { PreferenceLoss } from "./bradley-terry.ts";
import type { PreferenceExamples, RatingExamples } from "./head.ts";
import { distinctTexts, encodedText, encodeTexts } from "./learned-reward.ts";
import { isLabelled } from "./regression.ts";

export interface PreferenceOptions {
  readonly loss: PreferenceLoss;
  /** Annotators' strength → strength in the loss, such as { 1: 1, 2: 3, 3: 10 }. Others stay as they are. */
  readonly strengthMap?: Readonly<Record<number, number>>;
}

/**
 * Encodes each distinct text once and keeps the usable preferences: those between different texts whose strength,
 * where given, is a positive number (0 and codes such as −100 mean "neither").
 *
 * @throws GuerdonError "learning.identical-responses" when a strength claims a difference between equal texts.
 * @throws GuerdonError "learning.invalid-probability" for one outside [0, 1].
 * @throws GuerdonError "learning.no-signal" when fewer than two preferences are usable, or all are ties.
 */
export async function preferenceExamples(
  preferences: readonly Preference[],
  encoder: Encoder,
  { loss, strengthMap = {} }: PreferenceOptions,
  context?: EncodeContext,
): Promise<PreferenceExamples> {
  const usable = preferences.filter((preference, row) => isUsable(preference, encoder, row));
  if (usable.length < 2 || usable.every(({ probability }) => probability === 0.5)) {
    throw noSignal(
      "preferences",
      "at least two preferences between different texts, not all of them ties",
      `${preferences.length} preferences, ${usable.length} usable, ${usable.filter((p) => p.probability === 0.5).length} of them ties`,
    );
  }
  const items = usable.flatMap(({ chosen, rejected }) => [chosen, rejected]);
  const { distinct, at } = distinctTexts(items.map((item) => encodedText(encoder, item)));
  const strength = (given = 1) => strengthMap[given] ?? given;
  return {
    features: await encodeTexts(encoder, distinct, context),
    chosen: at.filter((_, i) => i % 2 === 0),
    rejected: at.filter((_, i) => i % 2 === 1),
    probabilities: Float64Array.from(usable, (preference) => preference.probability ?? 1),
    strengths: Float64Array.from(usable, (preference) => strength(preference.strength)),
    groups: usable.map(({ chosen }) => promptKey(chosen.prompt)),
    loss,
  };
}

/**
 * Encodes the items that are rated on `target`; NaN, −100 and absent ratings are masked.
 *
 * @throws GuerdonError "learning.no-signal" when fewer than two are left, or all ratings are equal.
 */
export async function ratingExamples(
  ratings: readonly Rating[],
  encoder: Encoder,
  target: string,
  context?: EncodeContext,
): Promise<RatingExamples> {
  const labelled = ratings.filter(({ ratings: given }) => isLabelled(given[target]));
  const values = Float64Array.from(labelled, ({ ratings: given }) => given[target]);
  if (values.length < 2 || values.every((value) => value === values[0])) {
    const names = [...new Set(ratings.flatMap(({ ratings: given }) => Object.keys(given)))];
    throw noSignal(
      `ratings, "${target}"`,
      "at least two different ratings",
      `${values.length} labelled among ${ratings.length} (attributes: ${names.join(", ") || "none"})`,
    );
  }
  return {
    features: await encodeTexts(
      encoder,
      labelled.map(({ item }) => encodedText(encoder, item)),
      context,
    ),
    ratings: values,
    groups: labelled.map(({ item }) => promptKey(item.prompt)),
  };
}

function isUsable(preference: Preference, encoder: Encoder, row: number): boolean {
  const { id, chosen, rejected, probability = 1, strength } = preference;
  if (!(probability >= 0 && probability <= 1)) {
    throw new GuerdonError("learning.invalid-probability", {
      where: `preferences[${row}] ("${id}").probability`,
      expected: "a number in [0, 1]",
      got: String(probability),
      fix: "It is the probability that `chosen` is the better one: 1 for a plain preference, 0.5 for a tie.",
    });
  }
  const known = strength === undefined || (Number.isFinite(strength) && strength > 0);
  const equal = encodedText(encoder, chosen) === encodedText(encoder, rejected);
  if (equal && known && strength !== undefined && probability !== 0.5) {
    throw new GuerdonError("learning.identical-responses", {
      where: `preferences[${row}] ("${id}")`,
      expected: "two different responses, or no strength",
      got: `the same text twice with strength ${strength}`,
      fix: "Drop the row, or check which columns hold the two responses.",
    });
  }
  return known && !equal;
}

function noSignal(where: string, expected: string, got: string): GuerdonError {
  return new GuerdonError("learning.no-signal", {
    where,
    expected,
    got,
    fix: "There is nothing to learn from: check which columns hold the responses and the labels.",
  });
}
