/** The best and the worst that can be done in a tabular process: value iteration and policy iteration. */

import { GuerdonError } from "../core/errors.ts";
import { backup, discountedSum } from "./policy-evaluation.ts";
import {
  expectedNext,
  expectedReward,
  type TabularMdp,
  type TabularPolicy,
  type TabularReward,
  uniformPolicy,
} from "./tabular-mdp.ts";

export interface Plan {
  /** V*(s), S numbers. */
  readonly values: Float64Array;
  /** Q*(s,a), S·A numbers. */
  readonly actionValues: Float64Array;
  /** Greedy for Q*, ties uniform. */
  readonly policy: TabularPolicy;
}

export interface ValueIterationOptions {
  /** Bound on |V − V*| for γ < 1; on the last sweep's change for γ = 1. */
  readonly tolerance?: number;
  readonly sweeps?: number;
}

/**
 * Sweeps V(s) ← max_a E[R + γV(s')] in place until it stands still. The way for γ = 1.
 * @throws GuerdonError "mdp.not-converged": a loop that pays for ever at γ = 1, or too few sweeps.
 */
export function valueIteration(
  mdp: TabularMdp,
  reward: TabularReward,
  { tolerance = 1e-9, sweeps = 100_000 }: ValueIterationOptions = {},
): Plan {
  const { discount } = mdp;
  const expected = expectedReward(mdp, reward);
  const values = new Float64Array(mdp.states);
  const small = discount > 0 && discount < 1 ? (tolerance * (1 - discount)) / discount : tolerance;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (sweepOnce(mdp, expected, values) <= small) return planFor(mdp, expected, values);
  }
  throw new GuerdonError("mdp.not-converged", {
    expected: "values that settle",
    got: `values that still move after ${sweeps} sweeps`,
    fix: "At γ = 1 look for a loop that pays for ever; otherwise allow more sweeps or a wider tolerance.",
  });
}

/**
 * Evaluates and improves until nothing is gained: exact, a few linear solves. Needs γ < 1.
 * @throws GuerdonError "mdp.discount" at γ = 1, where a policy that never ends has no finite value.
 */
export function policyIteration(mdp: TabularMdp, reward: TabularReward): Plan {
  requireDiscounting(mdp.discount);
  const expected = expectedReward(mdp, reward);
  let policy = uniformPolicy(mdp);
  let before = Number.NEGATIVE_INFINITY;
  for (;;) {
    const values = discountedSum(mdp, expected, policy);
    const worth = backup(mdp, expected, values);
    const total = values.reduce((sum, value) => sum + value, 0);
    // Each round raises the values until rounding is all that is left; as the total rises, no policy comes twice.
    if (!(total > before) || largestGain(mdp, worth, values) === 0) {
      return { values, actionValues: worth, policy: greedyPolicy(mdp, worth) };
    }
    before = total;
    // No slack here: sharing near-ties would give away the gain that the next round must make.
    policy = greedyPolicy(mdp, worth, 0);
  }
}

/** The plan that makes the return least: the best plan for −R, with its values turned back. */
export function worstPlan(mdp: TabularMdp, reward: TabularReward): Plan {
  const { values, actionValues, policy } = policyIteration(mdp, negated(reward));
  return { values: negated(values), actionValues: negated(actionValues), policy };
}

/** π(a|s) uniform over the actions within `tolerance`·(1 + max|Q|) of the best. */
export function greedyPolicy({ states, actions }: TabularMdp, worth: Float64Array, tolerance = 1e-9): TabularPolicy {
  const policy = new Float64Array(states * actions);
  const slack = tolerance * (1 + worth.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  for (let state = 0; state < states; state++) {
    const row = worth.subarray(state * actions, (state + 1) * actions);
    const best = Math.max(...row) - slack;
    const share = 1 / row.reduce((count, value) => count + (value >= best ? 1 : 0), 0);
    for (let action = 0; action < actions; action++) policy[state * actions + action] = row[action] >= best ? share : 0;
  }
  return policy;
}

function sweepOnce(mdp: TabularMdp, expected: Float64Array, values: Float64Array): number {
  const { states, actions, discount } = mdp;
  let change = 0;
  for (let state = 0; state < states; state++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let pair = state * actions; pair < (state + 1) * actions; pair++) {
      best = Math.max(best, expected[pair] + discount * expectedNext(mdp, pair, values));
    }
    change = Math.max(change, Math.abs(best - values[state]));
    values[state] = best;
  }
  return change;
}

function planFor(mdp: TabularMdp, expected: Float64Array, values: Float64Array): Plan {
  const worth = backup(mdp, expected, values);
  return { values, actionValues: worth, policy: greedyPolicy(mdp, worth) };
}

function largestGain({ states, actions }: TabularMdp, worth: Float64Array, values: Float64Array): number {
  let gain = 0;
  for (let pair = 0; pair < states * actions; pair++) {
    gain = Math.max(gain, worth[pair] - values[Math.floor(pair / actions)]);
  }
  return gain;
}

function negated(values: Float64Array): Float64Array {
  return values.map((value) => -value);
}

function requireDiscounting(discount: number): void {
  if (discount < 1) return;
  const fix = "Use valueIteration for an undiscounted episodic process.";
  throw new GuerdonError("mdp.discount", { where: "discount", expected: "γ < 1", got: `${discount}`, fix });
}
