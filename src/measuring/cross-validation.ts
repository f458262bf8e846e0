/** How well what a learner makes does on prompts that it has not seen: k folds, split by prompt. */

import { GuerdonError } from "../core/errors.ts";
import { random } from "../core/random.ts";
import type { FitOptions, Learner, Reward } from "../core/reward.ts";
import type { Preference } from "../core/vocabulary.ts";
import { foldsByPrompt } from "../data/split.ts";
import { type PairAccuracy, pairAccuracy } from "./pair-accuracy.ts";
import { type PairResult, scorePairs } from "./pair-results.ts";

export interface CrossValidation {
  /** Folds that were fitted: of k, those that held anything. */
  readonly folds: number;
  /** Every preference, in the order given, scored by the reward that was learned without its prompt. */
  readonly pairs: readonly PairResult[];
  /** Pooled over the folds. */
  readonly accuracy: PairAccuracy;
}

/**
 * Fits k rewards, each without one fold's prompts, and scores that fold with it. Fold f is fitted with seed
 * `seed + f`; the folds themselves depend on `seed` and the prompts alone.
 *
 * @throws GuerdonError "cross-validation.prompts" when all preferences fall into one fold.
 */
export async function crossValidate(
  learner: Learner<readonly Preference[], Reward>,
  preferences: readonly Preference[],
  { folds: k = 5, seed, signal, onProgress, resamples }: FitOptions & { folds?: number; resamples?: number },
): Promise<CrossValidation> {
  const foldOf = foldsByPrompt(preferences, k, seed);
  const folds = [...new Set(foldOf)].sort((a, b) => a - b);
  if (folds.length < 2) {
    throw new GuerdonError("cross-validation.prompts", {
      where: "preferences",
      expected: "at least two prompts that fall into different folds",
      got: `${preferences.length} preferences in ${folds.length} fold(s)`,
      fix: "Pass preferences over more prompts.",
    });
  }
  const pairs: PairResult[] = Array(preferences.length);
  for (const [done, fold] of folds.entries()) {
    onProgress?.({ stage: "cross-validate", done, total: folds.length });
    const training = preferences.filter((_, index) => foldOf[index] !== fold);
    const heldOut = [...preferences.keys()].filter((index) => foldOf[index] === fold);
    const reward = await learner.fit(training, { seed: seed + fold, signal });
    const results = await scorePairs(
      reward,
      heldOut.map((index) => preferences[index]),
      { signal },
    );
    for (const [position, index] of heldOut.entries()) pairs[index] = results[position];
  }
  onProgress?.({ stage: "cross-validate", done: folds.length, total: folds.length });
  const stream = random(seed).split("cross-validation");
  return { folds: folds.length, pairs, accuracy: pairAccuracy(pairs, { random: stream, resamples }) };
}
