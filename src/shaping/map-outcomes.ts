/** The simplest shaping: each outcome changed by itself. */

import type { Outcome } from "../core/outcome.ts";
import { batchReward, type Reward, scoreBatch } from "../core/reward.ts";

export function mapOutcomes<In>(inner: Reward<In>, name: string, change: (outcome: Outcome) => Outcome): Reward<In> {
  return batchReward(name, async (batch, context) => (await scoreBatch(inner, batch, context)).map(change));
}
