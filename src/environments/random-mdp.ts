/** Random tabular processes and rewards, as drawn for the STARC experiments (Skalse et al. 2024). */

import type { Random } from "../core/random.ts";
import { shapedBy, type TabularMdp, type TabularReward, tabularMdp } from "./tabular-mdp.ts";

export interface RandomMdpOptions {
  readonly random: Random;
  /** Default 32. */
  readonly states?: number;
  /** Default 4. */
  readonly actions?: number;
  /** Default 0.95. */
  readonly discount?: number;
}

/**
 * τ(·|s,a) = softmax of S logits N(0,1), where those up to 1 are set to −20, so that few successors matter; uniform μ₀.
 */
export function randomMdp({ random, states = 32, actions = 4, discount = 0.95 }: RandomMdpOptions): TabularMdp {
  const transition = new Float64Array(states * actions * states);
  for (let from = 0; from < transition.length; from += states) {
    const row = transition.subarray(from, from + states);
    for (let i = 0; i < states; i++) {
      const logit = random.normal();
      row[i] = Math.exp(logit > 1 ? logit : -20);
    }
    const total = row.reduce((sum, weight) => sum + weight, 0);
    for (let i = 0; i < states; i++) row[i] /= total;
  }
  return tabularMdp({ states, actions, transition, discount });
}

/**
 * R(s,a,s') ~ N(0,1), then, each by its own draw: sparse with probability 0.2 (only what exceeds 3 is kept), scaled by
 * U(0,10) with 0.7, shifted by U(0,10) with 0.3, potential-shaped with 0.5 (Φ ~ N(0,1)·U(0,10) + U(0,1)).
 */
export function randomReward(mdp: TabularMdp, random: Random): TabularReward {
  const reward = new Float64Array(mdp.transition.length);
  for (let i = 0; i < reward.length; i++) reward[i] = random.normal();
  if (random.bernoulli(0.2)) for (let i = 0; i < reward.length; i++) if (reward[i] <= 3) reward[i] = 0;
  const scale = random.bernoulli(0.7) ? 10 * random.uniform() : 1;
  const shift = random.bernoulli(0.3) ? 10 * random.uniform() : 0;
  for (let i = 0; i < reward.length; i++) reward[i] = reward[i] * scale + shift;
  return random.bernoulli(0.5) ? shapedBy(mdp, reward, randomPotential(mdp, random)) : reward;
}

/** Φ ~ N(0,1)·U(0,10) + U(0,1), S numbers; one scale and one shift for all states. */
export function randomPotential({ states }: TabularMdp, random: Random): Float64Array {
  const scale = 10 * random.uniform();
  const shift = random.uniform();
  return Float64Array.from({ length: states }, () => random.normal() * scale + shift);
}
