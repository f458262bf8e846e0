/** The reward itself, how one is built, and the contract every caller may rely on. */

import { GuerdonError } from "./errors.ts";
import { isScored, type Outcome, scored, unscored } from "./outcome.ts";
import type { Sample } from "./vocabulary.ts";

/** What the edge (a command, a request) passes inward. */
export interface ScoreContext {
  /** Aborts at the deadline or when the caller gives up. */
  readonly signal?: AbortSignal;
}

/** Batch in, outcomes out: same order, same length. */
export interface Reward<In = Sample> {
  readonly name: string;
  score(batch: readonly In[], context?: ScoreContext): Promise<Outcome[]>;
}

/** A reward made from another one. Every transform and combination in `shaping` is one of these. */
export type Shaping<In = Sample> = (reward: Reward<In>) => Reward<In>;

/** A reward with `.pipe`, so that its journey reads left to right. */
export interface PipeableReward<In = Sample> extends Reward<In> {
  /** `reward.pipe(f, g)` is `g(f(reward))`. */
  pipe(...shapings: readonly Shaping<In>[]): PipeableReward<In>;
}

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
  readonly message?: string;
}

export interface FitOptions {
  readonly seed: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Something that turns data into a reward. */
export interface Learner<Data, R> {
  fit(data: Data, options: FitOptions): Promise<R>;
}

/** Makes a reward from a function over batches, and holds it to its contract at every call. */
export function batchReward<In = Sample>(name: string, score: Reward<In>["score"]): PipeableReward<In> {
  const reward: Reward<In> = { name, score };
  return pipeable({ name, score: (batch, context) => scoreBatch(reward, batch, context) });
}

/**
 * Makes a reward from a function over single items. A plain number is a score.
 *
 * @example
 *   const shout = reward("shout", (sample) => (textOf(sample.completion).endsWith("!") ? 1 : 0));
 */
export function reward<In = Sample>(
  name: string,
  score: (item: In, context: ScoreContext) => number | Outcome | Promise<number | Outcome>,
): PipeableReward<In> {
  return batchReward(name, (batch, context = {}) =>
    Promise.all(
      batch.map(async (item) => {
        const result = await score(item, context);
        return typeof result === "number" ? scored(result) : result;
      }),
    ),
  );
}

/** Gives any reward `.pipe`. */
export function pipeable<In>({ name, score }: Reward<In>): PipeableReward<In> {
  return {
    name,
    score,
    pipe: (...shapings) => pipeable(shapings.reduce<Reward<In>>((inner, shape) => shape(inner), { name, score })),
  };
}

/**
 * Calls a reward and enforces its contract: one outcome an item, in order, none of them NaN or Infinity.
 * Whoever calls a reward that somebody else wrote calls it through here.
 *
 * @throws GuerdonError "reward.wrong-count" | "reward.wrong-outcome" when the reward breaks its contract.
 */
export async function scoreBatch<In>(
  { name, score }: Reward<In>,
  batch: readonly In[],
  context: ScoreContext = {},
): Promise<Outcome[]> {
  if (batch.length === 0) return [];
  if (context.signal?.aborted) return batch.map(() => abortedOutcome(context.signal));
  const outcomes = await score(batch, context);
  if (!Array.isArray(outcomes) || outcomes.length !== batch.length) {
    throw new GuerdonError("reward.wrong-count", {
      where: `reward "${name}"`,
      expected: `${batch.length} outcomes, one for each item of the batch`,
      got: Array.isArray(outcomes) ? `${outcomes.length}` : typeof outcomes,
      fix: "Return one outcome for every item, in the batch's order; use `unscored(...)` for an item that has no score.",
    });
  }
  return outcomes.map((outcome, index) => checkedOutcome(name, outcome, index));
}

/** The outcome of work that was cut off: a timeout if the deadline did it, aborted otherwise. */
export function abortedOutcome(signal: AbortSignal | undefined): Outcome {
  const timedOut = signal?.reason instanceof Error && signal.reason.name === "TimeoutError";
  return timedOut
    ? unscored("timeout", "the deadline passed before this item was scored")
    : unscored("aborted", "the caller gave up before this item was scored");
}

function checkedOutcome(name: string, outcome: Outcome, index: number): Outcome {
  const shape = typeof outcome === "object" && outcome !== null;
  if (shape && isScored(outcome) && typeof outcome.value === "number") {
    const { value, ...details } = outcome;
    return Number.isFinite(value) && !outcome.steps ? outcome : scored(value, details);
  }
  if (shape && "unscored" in outcome) return outcome;
  throw new GuerdonError("reward.wrong-outcome", {
    where: `reward "${name}", outcome ${index}`,
    expected: "{ value: number } or { unscored: cause, message }",
    got: JSON.stringify(outcome) ?? String(outcome),
    fix: "Return `scored(value)` or `unscored(cause, message)` for every item.",
  });
}
