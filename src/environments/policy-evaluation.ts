/** What a policy is worth in a tabular process, exactly: values, action values, occupancy, return, by linear solves. */

import { type LU, luFactor, luSolve, transpose } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";
import {
  checkPolicy,
  expectedNext,
  expectedReward,
  type TabularMdp,
  type TabularPolicy,
  type TabularReward,
} from "./tabular-mdp.ts";

/** V^π(s) = E_π[Σ γ^t R(s_t,a_t,s_{t+1}) | s₀ = s], S numbers: the solution of (I − γP^π)V = r^π. */
export function policyValue(mdp: TabularMdp, reward: TabularReward, policy: TabularPolicy): Float64Array {
  return discountedSum(mdp, expectedReward(mdp, reward), policy);
}

/**
 * E_π[Σ γ^t x(s_t,a_t) | s₀ = s] for `width` quantities at once, S·width numbers: values for rewards, successor
 * features ψ^π for features (Barreto et al. 2017).
 * @param perStep x at [(s·A + a)·width + i], S·A·width numbers; what it says about terminal states is not read.
 */
export function discountedSum(mdp: TabularMdp, perStep: Float64Array, policy: TabularPolicy, width = 1): Float64Array {
  return luSolve(factorPolicy(mdp, policy), underPolicy(mdp, perStep, policy, width), width);
}

/** The factors of I − γP^π, for many solves under one policy. */
export function factorPolicy(mdp: TabularMdp, policy: TabularPolicy): LU {
  return luFactor(resolvent(mdp, policy));
}

/** x^π(s) = Σ_a π(a|s)·x(s,a), S·width numbers, 0 in terminal states. */
export function underPolicy(
  { states, actions, terminal }: TabularMdp,
  perStep: Float64Array,
  policy: TabularPolicy,
  width = 1,
): Float64Array {
  const mean = new Float64Array(states * width);
  for (let state = 0; state < states; state++) {
    if (terminal[state]) continue;
    for (let action = 0; action < actions; action++) {
      const pair = state * actions + action;
      for (let i = 0; i < width; i++) mean[state * width + i] += policy[pair] * perStep[pair * width + i];
    }
  }
  return mean;
}

/** Q(s,a) = E_{s'}[R(s,a,s') + γV(s')], S·A numbers. */
export function actionValues(mdp: TabularMdp, reward: TabularReward, values: Float64Array): Float64Array {
  return backup(mdp, expectedReward(mdp, reward), values);
}

/** q(s,a) + γ·E_{s'}V(s') for a reward already averaged over s' (`expectedReward`), S·A numbers. */
export function backup(mdp: TabularMdp, expected: Float64Array, values: Float64Array): Float64Array {
  return expected.map((immediate, pair) => immediate + mdp.discount * expectedNext(mdp, pair, values));
}

/** d^π(s,a) = Σ_t γ^t P(s_t = s, a_t = a), S·A numbers; they sum to 1/(1 − γ) where nothing ends. */
export function occupancy(mdp: TabularMdp, policy: TabularPolicy): Float64Array {
  const { actions, start, terminal } = mdp;
  const visits = luSolve(luFactor(transpose(resolvent(mdp, policy))), start);
  return policy.map((probability, pair) => {
    const state = Math.floor(pair / actions);
    return terminal[state] ? 0 : visits[state] * probability;
  });
}

/** J(π) = E_{s₀~μ₀} V^π(s₀). */
export function expectedReturn(mdp: TabularMdp, reward: TabularReward, policy: TabularPolicy): number {
  const values = policyValue(mdp, reward, policy);
  return mdp.start.reduce((sum, probability, state) => sum + probability * values[state], 0);
}

/** I − γP^π, S × S. */
function resolvent(mdp: TabularMdp, policy: TabularPolicy): Matrix<Float64Array> {
  checkPolicy(mdp, policy);
  const { states, actions, discount, transition } = mdp;
  const matrix = matrix64(states, states);
  const { data } = matrix;
  for (let pair = 0; pair < states * actions; pair++) {
    const weight = discount * policy[pair];
    if (weight === 0) continue;
    const row = Math.floor(pair / actions) * states;
    const from = pair * states;
    for (let next = 0; next < states; next++) data[row + next] -= weight * transition[from + next];
  }
  for (let state = 0; state < states; state++) data[state * states + state] += 1;
  return matrix;
}
