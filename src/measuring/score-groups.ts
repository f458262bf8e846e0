/** Calls a reward on groups of items, many at a time, never cutting a group in two. */

import type { Outcome } from "../core/outcome.ts";
import { type Progress, type Reward, type ScoreContext, scoreBatch } from "../core/reward.ts";

export interface ScoringOptions extends ScoreContext {
  /** A call holds at least this many items, or what is left; default 256. */
  readonly chunk?: number;
  /** Calls at once; default 1. Results do not depend on it. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Outcomes of every group's items, in order. A group arrives in one call whole, so that a reward which
 * compares candidates sees all of them.
 *
 * @throws GuerdonError "reward.wrong-count" | "reward.wrong-outcome" when the reward breaks its contract.
 */
export async function scoreGroups<Item>(
  reward: Reward<Item>,
  groups: readonly (readonly Item[])[],
  { chunk = 256, concurrency = 1, onProgress, signal }: ScoringOptions = {},
): Promise<Outcome[][]> {
  const results: Outcome[][] = Array(groups.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < groups.length) {
      const start = next;
      const call = nextCall(groups, start, chunk);
      next += call.length;
      const outcomes = await scoreBatch(reward, call.flat(), { signal });
      let taken = 0;
      for (const [position, { length }] of call.entries()) {
        results[start + position] = outcomes.slice(taken, taken + length);
        taken += length;
      }
      done += call.length;
      onProgress?.({ stage: `score with ${reward.name}`, done, total: groups.length });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

function nextCall<Item>(groups: readonly (readonly Item[])[], start: number, chunk: number) {
  let end = start;
  for (let items = 0; end < groups.length && items < chunk; end++) items += groups[end].length;
  return groups.slice(start, end);
}
