/** Scoring at the edge: whatever a reward does, every sample gets an outcome, and by the deadline. */

import { type Outcome, unscored } from "../core/outcome.ts";
import { abortedOutcome, type Reward, scoreBatch } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";

/**
 * Scores a batch and rejects for nothing but what `isFatal` says cannot be borne. A reward that throws is asked again for each sample alone, so that one bad sample
 * costs only itself; members of a group stay together, because a reward that compares them would give a lone one a
 * wrong number. What still throws is Unscored "reward-error"; what the signal cut off is "timeout" or "aborted".
 */
export async function scoreTolerantly(
  reward: Reward,
  samples: readonly Sample[],
  signal: AbortSignal,
  isFatal: (error: unknown) => boolean = () => false,
): Promise<Outcome[]> {
  try {
    return await beforeAbort(scoreBatch(reward, samples, { signal }), signal);
  } catch (error) {
    if (signal.aborted) return samples.map(() => abortedOutcome(signal));
    if (isFatal(error)) throw error;
    const units = unitsOf(samples);
    if (units.length === 1) return samples.map(() => unscored("reward-error", messageOf(error)));
    return scoreApart(units, samples, (members) => scoreTolerantly(reward, members, signal, isFatal));
  }
}

async function scoreApart(
  units: readonly number[][],
  samples: readonly Sample[],
  score: (members: readonly Sample[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(samples.length);
  await Promise.all(
    units.map(async (unit) => {
      const results = await score(unit.map((index) => samples[index]));
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

/** Who waits for each signal. One listener a signal: adding and removing one a request is dear. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const waiters = waiting.get(signal) ?? listen(signal);
  return new Promise<T>((resolve, reject) => {
    const cut = () => reject(signal.reason);
    waiters.add(cut);
    const settle =
      <V>(end: (value: V) => void) =>
      (value: V) => {
        waiters.delete(cut);
        end(value);
      };
    work.then(settle(resolve), settle(reject));
  });
}

function listen(signal: AbortSignal): Set<() => void> {
  const waiters = new Set<() => void>();
  waiting.set(signal, waiters);
  signal.addEventListener("abort", () => {
    for (const cut of waiters) cut();
  });
  return waiters;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
