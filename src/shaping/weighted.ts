/** The weighted sum of named rewards. */

import { GuerdonError } from "../core/errors.ts";
import { isScored, type Outcome, scored, unscored } from "../core/outcome.ts";
import { batchReward, type PipeableReward, type Reward, scoreBatch } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { assertFinite } from "./finite.ts";

/**
 * value = Σ weight · part. Every outcome carries its parts' outcomes, so that a report can tell them apart.
 *
 * The parts are scored side by side. An item that any part could not score is unscored, with the cause of the first
 * such part: a sum with a term missing is another reward's number.
 *
 * @example
 *   weighted({ correct: [numericAnswer(), 1], manner: [manner, 0.3] })
 * @throws GuerdonError "weighted.no-parts" | "shaping.not-finite"
 */
export function weighted<In = Sample>(
  parts: Readonly<Record<string, readonly [reward: Reward<In>, weight: number]>>,
  { name = "weighted" }: { readonly name?: string } = {},
): PipeableReward<In> {
  const entries = Object.entries(parts);
  if (entries.length === 0) {
    throw new GuerdonError("weighted.no-parts", {
      where: `reward "${name}"`,
      expected: "at least one part",
      got: "none",
      fix: "Pass parts by name: weighted({ correct: [reward, 1] }).",
    });
  }
  for (const [part, [, weight]] of entries) assertFinite(`reward "${name}", weight of "${part}"`, weight);
  return batchReward(name, async (batch, context) => {
    const scores = await Promise.all(entries.map(([, [reward]]) => scoreBatch(reward, batch, context)));
    return batch.map((_, item) => weightedSum(entries.map(([part, [, weight]], k) => [part, weight, scores[k][item]])));
  });
}

function weightedSum(terms: readonly (readonly [part: string, weight: number, outcome: Outcome])[]): Outcome {
  const parts = Object.fromEntries(terms.map(([part, , outcome]) => [part, outcome]));
  let value = 0;
  for (const [part, weight, outcome] of terms) {
    if (!isScored(outcome)) return unscored(outcome.unscored, `part "${part}": ${outcome.message}`, parts);
    value += weight * outcome.value;
  }
  return scored(value, { parts });
}
