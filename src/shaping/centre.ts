/** Values told as a distance from a baseline: a constant, the group's mean, or the mean of reference completions. */

import { isScored, mapValue, type Outcome, scored, type Unscored, unscored } from "../core/outcome.ts";
import { batchReward, type Reward, type Shaping, scoreBatch } from "../core/reward.ts";
import { mean } from "../core/statistics/describe.ts";
import { promptKey, type Sample } from "../core/vocabulary.ts";
import { assertFinite } from "./finite.ts";
import { mapOutcomes } from "./map-outcomes.ts";

/**
 * value − baseline. The baseline is
 * - the number given;
 * - for `"group"`, the mean over the scored samples that share the sample's `group` within the batch, the sample
 *   itself among them. A sample without group is unscored "invalid-input". Where fewer than two of a group are scored
 *   there is no mean to stand apart from: the one that is becomes unscored "missing-reference", not 0;
 * - for samples, the mean of the inner reward over those that have the same prompt, as far as it can score them. A
 *   prompt with no such sample is unscored "missing-reference". They are scored with every batch that has their
 *   prompt; put a cache inside where that is dear.
 *
 * @throws GuerdonError "shaping.not-finite"
 */
export function centre<In>(baseline: number): Shaping<In>;
export function centre(baseline: "group" | readonly Sample[]): Shaping;
export function centre(baseline: number | "group" | readonly Sample[]): Shaping {
  if (typeof baseline === "number") return centreAtConstant(baseline);
  if (baseline === "group") return centreInGroup;
  return centreAtReferences(baseline);
}

function centreAtConstant(constant: number): Shaping {
  assertFinite("centre, baseline", constant);
  return (inner) => mapOutcomes(inner, nameOf(inner), (outcome) => mapValue(outcome, (value) => value - constant));
}

function centreInGroup(inner: Reward): Reward {
  return batchReward(nameOf(inner), async (batch, context) => {
    const outcomes = await scoreBatch(inner, batch, context);
    const groups = batch.map(({ group }) => group);
    const baselines = baselineOfEach(groups, outcomes, groupBaseline);
    return outcomes.map((outcome, index) => subtract(outcome, baselines.get(groups[index]) as Outcome));
  });
}

function groupBaseline(group: string | undefined, members: readonly Outcome[]): Outcome {
  if (group === undefined) return unscored("invalid-input", "the sample has no group to be centred in");
  const values = members.filter(isScored).map(({ value }) => value);
  if (values.length >= 2) return scored(mean(values));
  return unscored("missing-reference", `group "${group}" has fewer than two scored samples in this batch`);
}

function centreAtReferences(references: readonly Sample[]): Shaping {
  return (inner) =>
    batchReward(nameOf(inner), async (batch, context) => {
      const keys = batch.map(({ prompt }) => promptKey(prompt));
      const asked = new Set(keys);
      const wanted = references.filter(({ prompt }) => asked.has(promptKey(prompt)));
      const [outcomes, scores] = await Promise.all([
        scoreBatch(inner, batch, context),
        scoreBatch(inner, wanted, context),
      ]);
      const wantedKeys = wanted.map(({ prompt }) => promptKey(prompt));
      const baselines = baselineOfEach(wantedKeys, scores, (_, members) => referenceBaseline(members));
      return outcomes.map((outcome, index) => subtract(outcome, baselines.get(keys[index]) ?? noReference));
    });
}

const noReference = unscored("missing-reference", "no reference completion has this sample's prompt");

function referenceBaseline(references: readonly Outcome[]): Outcome {
  const values = references.filter(isScored).map(({ value }) => value);
  if (values.length > 0) return scored(mean(values));
  const { unscored: cause, message } = references[0] as Unscored;
  return unscored(cause, `no reference completion could be scored: ${message}`);
}

/** The baseline of each key, from the outcomes that stand beside that key. */
function baselineOfEach<Key>(
  keys: readonly Key[],
  outcomes: readonly Outcome[],
  baselineOf: (key: Key, members: readonly Outcome[]) => Outcome,
): Map<Key, Outcome> {
  const members = new Map<Key, Outcome[]>();
  for (const [index, key] of keys.entries()) {
    const others = members.get(key);
    if (others) others.push(outcomes[index]);
    else members.set(key, [outcomes[index]]);
  }
  return new Map([...members].map(([key, outcomes]) => [key, baselineOf(key, outcomes)]));
}

/** An outcome's own failure goes before its baseline's. */
function subtract(outcome: Outcome, baseline: Outcome): Outcome {
  if (!isScored(outcome)) return outcome;
  if (!isScored(baseline)) return unscored(baseline.unscored, baseline.message, outcome.parts);
  return mapValue(outcome, (value) => value - baseline.value);
}

function nameOf(inner: Reward): string {
  return `centre(${inner.name})`;
}
