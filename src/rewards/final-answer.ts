/** What verifiers read: the last thing that the assistant said. */

import { type Outcome, unscored } from "../core/outcome.ts";
import { type PipeableReward, reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";

/** A reward of the assistant's last message. A sample without one is unscored "invalid-input". */
export function answerReward(name: string, score: (answer: string, sample: Sample) => Outcome): PipeableReward {
  return reward(name, (sample) => {
    const last = sample.completion.findLast(({ role }) => role === "assistant");
    return last ? score(last.content, sample) : unscored("invalid-input", "the completion has no assistant message");
  });
}

export const noReference = unscored("missing-reference", "the sample has no reference to compare with");
