/** Walks through a tabular process. */

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

/** Follows `policy` for at most `length` steps; `terminated` when a terminal state was reached, else `truncated`. */
export function rollout(
  mdp: TabularMdp,
  reward: TabularReward,
  policy: TabularPolicy,
  { random, length, start, id = "rollout" }: RolloutOptions,
): Trajectory<number, number> {
  const { states, actions, terminal } = mdp;
  const steps: Step<number, number>[] = [];
  let state = start ?? random.categorical(mdp.start);
  while (steps.length < length && !terminal[state]) {
    const action = random.categorical(policy.subarray(state * actions, (state + 1) * actions));
    const next = nextState(mdp, state, action, random);
    steps.push({ observation: state, action, reward: reward[(state * actions + action) * states + next] });
    state = next;
  }
  return { id, steps, final: state, ended: terminal[state] ? "terminated" : "truncated" };
}

/** s' ~ τ(·|s,a). */
export function nextState({ actions, successors }: TabularMdp, state: number, action: number, random: Random): number {
  const { offsets, state: next, probability } = successors;
  const pair = state * actions + action;
  const [from, to] = [offsets[pair], offsets[pair + 1]];
  return next[from + random.categorical(probability.subarray(from, to))];
}
