/** What a reward said about preference pairs, as plain data: every measure of pairs starts from these. */

import { isScored, type Outcome } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import { type Preference, promptKey, type Sample, textOf } from "../core/vocabulary.ts";
import { type ScoringOptions, scoreGroups } from "./score-groups.ts";

/** One preference and the two outcomes it met. */
export interface PairResult {
  readonly id: string;
  /** Key of the prompt: pairs that share it are not independent, and are resampled together. */
  readonly prompt: string;
  readonly subset?: string;
  /** The label: probability that `chosen` is the better one. */
  readonly probability: number;
  readonly chosen: Outcome;
  readonly rejected: Outcome;
  /** Characters of the two completions. */
  readonly lengths: { readonly chosen: number; readonly rejected: number };
}

/** A pair that has both scores and a label that says which side is better, turned so that it is `better`. */
export interface DecidedPair {
  readonly pair: PairResult;
  /** Label of the better side, in (0.5, 1]. */
  readonly probability: number;
  /** Δ = r(better) − r(worse). */
  readonly difference: number;
  /** Characters of the better side minus those of the worse. */
  readonly lengthDifference: number;
}

/**
 * Scores both sides of every preference. `order` says which side of the pair stands first in the batch,
 * which matters to rewards that compare candidates, and to no other.
 */
export async function scorePairs(
  reward: Reward,
  preferences: readonly Preference[],
  { order = "chosen-first", ...options }: ScoringOptions & { readonly order?: "chosen-first" | "rejected-first" } = {},
): Promise<PairResult[]> {
  const forward = order === "chosen-first";
  const outcomes = await scoreGroups(
    reward,
    preferences.map(({ chosen, rejected }) => (forward ? [chosen, rejected] : [rejected, chosen])),
    options,
  );
  return preferences.map(({ id, chosen, rejected, probability = 1, subset }, index) => ({
    id,
    prompt: promptKey(chosen.prompt),
    ...(subset === undefined ? {} : { subset }),
    probability,
    chosen: outcomes[index][forward ? 0 : 1],
    rejected: outcomes[index][forward ? 1 : 0],
    lengths: { chosen: lengthOf(chosen), rejected: lengthOf(rejected) },
  }));
}

/** Pairs that can be judged; label ties and pairs with an unscored side are left out. */
export function decidedPairs(pairs: readonly PairResult[]): DecidedPair[] {
  return pairs.flatMap((pair) => {
    const { chosen, rejected, probability, lengths } = pair;
    if (probability === 0.5 || !isScored(chosen) || !isScored(rejected)) return [];
    const side = probability > 0.5 ? 1 : -1;
    return {
      pair,
      probability: Math.max(probability, 1 - probability),
      // Adding 0 keeps −0 out of results that are written and compared as text.
      difference: side * (chosen.value - rejected.value) + 0,
      lengthDifference: side * (lengths.chosen - lengths.rejected) + 0,
    };
  });
}

/** Right 1, wrong 0, no difference ½: what guessing would get, so that a constant is worth exactly chance. */
export function correctness(difference: number): number {
  if (difference === 0) return 0.5;
  return difference > 0 ? 1 : 0;
}

function lengthOf(sample: Sample): number {
  return textOf(sample.completion).length;
}
