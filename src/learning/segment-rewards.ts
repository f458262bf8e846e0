/**
 * What people may judge a piece of behaviour by: the sum of its rewards, or how little it gives away
 * (Knox et al., Models of human preference for learning reward functions, 2022).
 *
 * Both are rewards over segments; P(σ₁ ≻ σ₂) = σ(r(σ₁) − r(σ₂)) turns either into a model of choice.
 */

import { type Outcome, scored, unscored } from "../core/outcome.ts";
import { type PipeableReward, reward as rewardOf } from "../core/reward.ts";
import type { Trajectory } from "../core/vocabulary.ts";
import { type Plan, policyIteration, valueIteration } from "../environments/planning.ts";
import { checkReward, type TabularMdp, type TabularReward } from "../environments/tabular-mdp.ts";

/** A walk through a tabular process: states observed, actions taken. */
export type Segment = Trajectory<number, number>;

/**
 * - deterministic: what happened counts, so bad luck is blamed on the agent.
 * - stochastic: only what was chosen counts. The same where transitions are certain and γ = 1.
 */
export type RegretKind = "deterministic" | "stochastic";

/** Σ_t R(s_t, a_t, s_{t+1}), and its terms as steps. What the segment carries as `reward` is not read. */
export function partialReturn(mdp: TabularMdp, reward: TabularReward): PipeableReward<Segment> {
  checkReward(mdp, reward);
  return sumOverSteps("partial return", mdp, (pair, next) => reward[pair * mdp.states + next]);
}

/**
 * Minus the regret of a segment, and its terms as steps.
 *
 * - deterministic: Σ_t γ^t r_t + γⁿ V*(s_n) − V*(s_0), the sum of γ^t (r_t + γ V*(s_{t+1}) − V*(s_t))
 * - stochastic: Σ_t A*(s_t, a_t), with A* = Q* − V*
 *
 * Never above 0 where transitions are certain (stochastic: anywhere), and 0 only if every action is optimal.
 *
 * @throws GuerdonError "mdp.not-converged" at γ = 1 where some loop pays for ever.
 */
export function negativeRegret(
  mdp: TabularMdp,
  reward: TabularReward,
  { kind }: { readonly kind: RegretKind },
): PipeableReward<Segment> {
  const { values, actionValues } = optimalPlan(mdp, reward);
  const { states, actions, discount } = mdp;
  if (kind === "stochastic") {
    return sumOverSteps("negative regret", mdp, (pair) => actionValues[pair] - values[Math.floor(pair / actions)]);
  }
  return sumOverSteps("negative regret", mdp, (pair, next, step) => {
    const kept = reward[pair * states + next] + discount * values[next] - values[Math.floor(pair / actions)];
    return discount ** step * kept;
  });
}

/** V*, Q* and an optimal policy, whatever γ. */
export function optimalPlan(mdp: TabularMdp, reward: TabularReward): Plan {
  return mdp.discount < 1 ? policyIteration(mdp, reward) : valueIteration(mdp, reward);
}

/** Pair s·A + a, and the state it led to. */
export type Transition = readonly [pair: number, next: number];

/** The transitions of a segment, or the first step that the process cannot take. */
export function transitionsOf(
  { states, actions, transition }: TabularMdp,
  { steps, final }: Segment,
): readonly Transition[] | { readonly impossible: number } {
  const transitions: Transition[] = [];
  for (const [at, { observation: state, action }] of steps.entries()) {
    const next = at + 1 < steps.length ? steps[at + 1].observation : final;
    const pair = state * actions + action;
    const known = isIndex(state, states) && isIndex(action, actions) && isIndex(next, states);
    if (!known || transition[pair * states + next] === 0) return { impossible: at };
    transitions.push([pair, next]);
  }
  return transitions;
}

function sumOverSteps(
  name: string,
  mdp: TabularMdp,
  termOf: (pair: number, next: number, step: number) => number,
): PipeableReward<Segment> {
  return rewardOf<Segment>(name, (segment): Outcome => {
    const transitions = transitionsOf(mdp, segment);
    if ("impossible" in transitions) {
      return unscored("invalid-input", `steps[${transitions.impossible}] is not a transition of the process`);
    }
    const steps = transitions.map(([pair, next], step) => termOf(pair, next, step));
    return scored(
      steps.reduce((sum, value) => sum + value, 0),
      { steps },
    );
  });
}

function isIndex(value: number, bound: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < bound;
}
