/** Scoring at the edge: whatever a reward does, every sample gets an outcome, and by the deadline. */

import { type Outcome, unscored } from "../core/outcome.ts";
import { abortedOutcome, type Reward, scoreBatch } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";

/**
 * Scores a batch and never rejects. A reward that throws is asked again for each sample alone, so that one bad sample
 * costs only itself; members of a group stay together, because a reward that compares them would give a lone one a
 * wrong number. What still throws is Unscored "reward-error"; what the signal cut off is "timeout" or "aborted".
 */
export async function scoreTolerantly(
  reward: Reward,
  samples: readonly Sample[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  try {
    return await beforeAbort(scoreBatch(reward, samples, { signal }), signal);
  } catch (error) {
    if (signal.aborted) return samples.map(() => abortedOutcome(signal));
    const units = unitsOf(samples);
    if (units.length === 1) return samples.map(() => unscored("reward-error", messageOf(error)));
    return scoreApart(reward, samples, units, signal);
  }
}

async function scoreApart(
  reward: Reward,
  samples: readonly Sample[],
  units: readonly number[][],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(samples.length);
  await Promise.all(
    units.map(async (unit) => {
      const members = unit.map((index) => samples[index]);
      const results = await scoreTolerantly(reward, members, signal);
      for (const [position, index] of unit.entries()) outcomes[index] = results[position];
    }),
  );
  return outcomes;
}

/** Positions of what can be scored apart from the rest: single samples and whole groups. */
function unitsOf(samples: readonly Sample[]): number[][] {
  const units: number[][] = [];
  const byGroup = new Map<string, number[]>();
  for (const [index, { group }] of samples.entries()) {
    const known = group === undefined ? undefined : byGroup.get(group);
    if (known) {
      known.push(index);
      continue;
    }
    const unit = [index];
    units.push(unit);
    if (group !== undefined) byGroup.set(group, unit);
  }
  return units;
}

function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(signal.reason);
    signal.addEventListener("abort", cut, { once: true });
    work.then(
      (result) => {
        signal.removeEventListener("abort", cut);
        resolve(result);
      },
      (error) => {
        signal.removeEventListener("abort", cut);
        reject(error);
      },
    );
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
