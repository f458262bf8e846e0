/** Walks through a tabular process: drawn from a policy, or replayed from recorded actions. */

import { GuerdonError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Step, Trajectory } from "../core/vocabulary.ts";
import type { TabularMdp, TabularPolicy, TabularReward } from "./tabular-mdp.ts";

export interface RolloutOptions {
  readonly random: Random;
  /** Most steps. */
  readonly length: number;
  /** Drawn from μ₀ when absent. */
  readonly start?: number;
  readonly id?: string;
}

export interface ReplayOptions {
  readonly start: number;
  readonly id?: string;
}

/** Follows `policy` for at most `length` steps; `terminated` when a terminal state was reached, else `truncated`. */
export function rollout(
  mdp: TabularMdp,
  reward: TabularReward,
  policy: TabularPolicy,
  { random, length, start = random.categorical(mdp.start), id = "rollout" }: RolloutOptions,
): Trajectory<number, number> {
  const choose = (state: number) => random.categorical(policy.subarray(state * mdp.actions, (state + 1) * mdp.actions));
  return walk(mdp, reward, {
    id,
    start,
    length,
    choose,
    next: (state, action) => nextState(mdp, state, action, random),
  });
}

/**
 * Takes the given actions from `start`, fewer where a terminal state comes first.
 * @throws GuerdonError "mdp.replay" where a transition is not certain: the actions alone do not say what happened.
 */
export function replay(
  mdp: TabularMdp,
  reward: TabularReward,
  actions: readonly number[],
  { start, id = "replay" }: ReplayOptions,
): Trajectory<number, number> {
  const choose = (_: number, step: number) => actions[step];
  return walk(mdp, reward, {
    id,
    start,
    length: actions.length,
    choose,
    next: (state, action) => certain(mdp, state, action),
  });
}

/** s' ~ τ(·|s,a). */
export function nextState({ actions, successors }: TabularMdp, state: number, action: number, random: Random): number {
  const { offsets, state: next, probability } = successors;
  const pair = state * actions + action;
  const [from, to] = [offsets[pair], offsets[pair + 1]];
  return next[from + random.categorical(probability.subarray(from, to))];
}

interface Walk {
  readonly id: string;
  readonly start: number;
  readonly length: number;
  readonly choose: (state: number, step: number) => number;
  readonly next: (state: number, action: number) => number;
}

function walk(mdp: TabularMdp, reward: TabularReward, { id, start, length, choose, next }: Walk) {
  const steps: Step<number, number>[] = [];
  let state = start;
  while (steps.length < length && !mdp.terminal[state]) {
    const action = choose(state, steps.length);
    const after = next(state, action);
    steps.push({ observation: state, action, reward: reward[(state * mdp.actions + action) * mdp.states + after] });
    state = after;
  }
  const ended: "terminated" | "truncated" = mdp.terminal[state] ? "terminated" : "truncated";
  return { id, steps, final: state, ended };
}

function certain({ actions, successors }: TabularMdp, state: number, action: number): number {
  const { offsets, state: next } = successors;
  const pair = state * actions + action;
  const count = action >= 0 && action < actions ? offsets[pair + 1] - offsets[pair] : Number.NaN;
  if (count === 1) return next[offsets[pair]];
  throw new GuerdonError("mdp.replay", {
    where: `state ${state}, action ${action}`,
    expected: "one next state",
    got: Number.isNaN(count) ? "no such action" : `${count}`,
    fix: "Replay only in processes without chance; record states as well otherwise.",
  });
}
