/** An annotator with known tastes: labels pairs by a reward, so that what is learned from them can be checked. */

import { isScored } from "../core/outcome.ts";
import type { Random } from "../core/random.ts";
import { type Reward, scoreBatch } from "../core/reward.ts";
import { logistic } from "../core/statistics/probability.ts";
import type { Preference } from "../core/vocabulary.ts";

export interface AnnotatorOptions {
  /**
   * - none: the higher reward is always preferred; rewards equal to two decimals are a tie.
   * - logistic: the first is preferred with probability σ(r₁ − r₂).
   */
  readonly noise: "none" | "logistic";
  readonly random: Random;
}

/** A preference for every pair whose two items the reward can score; the others are left out. */
export async function annotate<Item>(
  pairs: readonly (readonly [Item, Item])[],
  reward: Reward<Item>,
  { noise, random }: AnnotatorOptions,
): Promise<Preference<Item>[]> {
  const outcomes = await scoreBatch(reward, pairs.flat());
  return pairs.flatMap(([first, second], index) => {
    const [one, other] = [outcomes[2 * index], outcomes[2 * index + 1]];
    if (!isScored(one) || !isScored(other)) return [];
    const difference = one.value - other.value;
    const id = `${index}`;
    if (noise === "none" && Math.round(100 * difference) === 0) {
      return [{ id, chosen: first, rejected: second, probability: 0.5 }];
    }
    const firstWins = noise === "none" ? difference > 0 : random.split("label", index).bernoulli(logistic(difference));
    return [{ id, chosen: firstWins ? first : second, rejected: firstWins ? second : first, probability: 1 }];
  });
}
