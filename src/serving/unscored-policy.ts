/**
 * What a dialect without a word for "unscored" answers, as the operator named it. Never silently a number.
 *
 *   hold        ask again while the failure may pass (timeout, backend-down, overloaded, unreadable), until the
 *               dialect's deadline; then what follows the comma
 *   value:0.5   answer this number, and count it
 *   error       answer 503 for the request
 */

import { GuerdonError } from "../core/errors.ts";
import { type Cause, isScored, type Outcome } from "../core/outcome.ts";
import type { Sample } from "../core/vocabulary.ts";

export interface UnscoredPolicy {
  readonly hold: boolean;
  readonly otherwise: "error" | number;
}

/**
 * Reads "error", "value:0", "hold" (which ends in error), "hold,error" or "hold,value:0".
 * @throws GuerdonError "serving.unscored-policy" for anything else.
 */
export function unscoredPolicy(text: string): UnscoredPolicy {
  const match = /^(?:(hold)|(?:(hold),)?(?:error|value:(-?\d+(?:\.\d+)?)))$/.exec(text);
  if (!match) {
    throw new GuerdonError("serving.unscored-policy", {
      where: "unscored policy",
      expected: '"error", "value:<number>", "hold,error" or "hold,value:<number>"',
      got: JSON.stringify(text),
      fix: 'Name one of them; "hold,error" is the default.',
    });
  }
  const [, holdAlone, holdFirst, value] = match;
  return { hold: Boolean(holdAlone ?? holdFirst), otherwise: value === undefined ? "error" : Number(value) };
}

const transient: ReadonlySet<Cause> = new Set(["timeout", "backend-down", "overloaded", "unreadable"]);

/**
 * Scores, and asks again for the samples whose failure may pass, waiting 0.5 s, 1 s, 2 s … 16 s (half of it random)
 * between tries, until none is left or the signal aborts.
 */
export async function holdForTransient(
  samples: readonly Sample[],
  attempt: (batch: readonly Sample[]) => Promise<Outcome[]>,
  signal: AbortSignal,
  firstWaitMs = 500,
): Promise<Outcome[]> {
  const settled = [...(await attempt(samples))];
  for (let wait = firstWaitMs; settled.some(mayPass); wait = Math.min(2 * wait, 32 * firstWaitMs)) {
    if (!(await pause(wait * (0.5 + 0.5 * Math.random()), signal))) break;
    const open = settled.flatMap((outcome, index) => (mayPass(outcome) ? [index] : []));
    const retried = await attempt(open.map((index) => samples[index]));
    for (const [position, index] of open.entries()) settled[index] = retried[position];
  }
  return settled;
}

function mayPass(outcome: Outcome): boolean {
  return !isScored(outcome) && transient.has(outcome.unscored);
}

/** Waits; false when the signal aborted first. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const done = (slept: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cut);
      resolve(slept);
    };
    const cut = () => done(false);
    const timer = setTimeout(done, ms, true);
    signal.addEventListener("abort", cut, { once: true });
  });
}
