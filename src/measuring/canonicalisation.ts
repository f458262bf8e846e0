/**
 * Canonical forms of tabular rewards: what is left of a reward when the parts that no policy can tell apart are taken out.
 *
 * Two rewards order the policies of a process alike when they differ by positive scaling, potential shaping
 * (γΦ(s') − Φ(s)) and S'-redistribution (a change of R(s,a,·) that keeps its mean under τ(·|s,a)). Sources: STARC
 * (Skalse et al. 2024), EPIC (Gleave et al. 2021), DARD (Wulfe et al. 2022). Each form is linear in the reward; each
 * factory factors what depends on the process alone.
 */

import { GuerdonError } from "../core/errors.ts";
import { backup, factorPolicy, underPolicy } from "../environments/policy-evaluation.ts";
import {
  checkReward,
  expectedNext,
  expectedReward,
  shapedBy,
  type TabularMdp,
  type TabularPolicy,
  type TabularReward,
  uniformPolicy,
} from "../environments/tabular-mdp.ts";
import { choleskySolve, luSolve, matVec, multiply, rowGram, transpose } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";

/** C(R), S·A·S numbers, for R of the same shape. */
export type Canonicalisation = (reward: TabularReward) => TabularReward;

export interface ValueLevelling {
  /** π, the same for every reward that is compared; uniform when absent. */
  readonly policy?: TabularPolicy;
}

/**
 * Value-adjusted levelling, C(s,a,s') = E_{S'~τ(s,a)}[R(s,a,S') − V^π(s) + γV^π(S')]: the advantage of a under π.
 * Removes shaping and redistribution both.
 * @throws GuerdonError "mdp.discount" at γ = 1.
 */
export function val(mdp: TabularMdp, { policy = uniformPolicy(mdp) }: ValueLevelling = {}): Canonicalisation {
  requireDiscounting(mdp);
  const factors = factorPolicy(mdp, policy);
  return (reward) => {
    const expected = expectedReward(mdp, reward);
    const values = luSolve(factors, underPolicy(mdp, expected, policy));
    const worth = backup(mdp, expected, values);
    return spread(mdp, (pair, state) => worth[pair] - values[state]);
  };
}

/** C = R − V^π(s) + γV^π(s'). Removes shaping only. */
export function valPotential(mdp: TabularMdp, { policy = uniformPolicy(mdp) }: ValueLevelling = {}): Canonicalisation {
  requireContinuing(mdp, "val-potential");
  const factors = factorPolicy(mdp, policy);
  return (reward) => {
    const values = luSolve(factors, underPolicy(mdp, expectedReward(mdp, reward), policy));
    return shapedBy(mdp, reward, values);
  };
}

/**
 * The least R' in the L2 norm among all that differ by shaping and redistribution (STARC, Proposition 3):
 * C = m(s,a)·τ(s'|s,a)/‖τ(·|s,a)‖², m = q + γτΦ − Φ, Φ = argmin Σ_{s,a} m²/‖τ(·|s,a)‖².
 * @throws GuerdonError "mdp.discount" at γ = 1.
 */
export function minimal(mdp: TabularMdp): Canonicalisation {
  const { states, transition } = mdp;
  const weights = new Float64Array(states * mdp.actions);
  for (let pair = 0; pair < weights.length; pair++) {
    let squares = 0;
    for (let i = pair * states; i < (pair + 1) * states; i++) squares += transition[i] * transition[i];
    // A terminal state's row is zero, and its m is 0 whatever it weighs.
    weights[pair] = squares > 0 ? 1 / squares : 0;
  }
  const levelled = leastSquaresLevelling(mdp, weights);
  return (reward) => {
    const level = levelled(reward);
    const canonical = new Float64Array(transition.length);
    for (let pair = 0, i = 0; pair < level.length; pair++) {
      const factor = level[pair] * weights[pair];
      for (const end = i + states; i < end; i++) canonical[i] = factor * transition[i];
    }
    return canonical;
  };
}

/** The same in the τ-weighted L2 norm: C = m(s,a), constant in s', Φ = argmin Σ_{s,a} m². */
export function weightedMinimal(mdp: TabularMdp): Canonicalisation {
  const levelled = leastSquaresLevelling(mdp, new Float64Array(mdp.states * mdp.actions).fill(1));
  return (reward) => {
    const level = levelled(reward);
    return spread(mdp, (pair) => level[pair]);
  };
}

/**
 * The least R + γΦ(s') − Φ(s) in the L2 norm. Removes shaping only. Φ solves MΦ = −b with
 * M = SA(γ² + 1)·I − 2γA·11ᵀ and b_x = γΣ_{s,a}R(s,a,x) − Σ_{a,s'}R(x,a,s'); M's inverse is known (Sherman–Morrison).
 */
export function minimalPotential(mdp: TabularMdp): Canonicalisation {
  requireContinuing(mdp, "minimal-potential");
  const { states, actions, discount } = mdp;
  const diagonal = states * actions * (discount ** 2 + 1);
  const shared = (2 * discount * actions) / (diagonal - 2 * discount * actions * states);
  return (reward) => {
    checkReward(mdp, reward);
    const slope = new Float64Array(states);
    for (let state = 0, i = 0; state < states; state++) {
      for (let action = 0; action < actions; action++) {
        for (let next = 0; next < states; next++, i++) {
          slope[next] += discount * reward[i];
          slope[state] -= reward[i];
        }
      }
    }
    const total = slope.reduce((sum, value) => sum + value, 0);
    return shapedBy(
      mdp,
      reward,
      slope.map((value) => -(value + shared * total) / diagonal),
    );
  };
}

/**
 * EPIC: C = R + E[γR(s',A,S') − R(s,A,S') − γR(S,A,S')] with S, A, S' uniform. Removes shaping only, and knows nothing
 * of τ.
 */
export function epic(mdp: TabularMdp): Canonicalisation {
  requireContinuing(mdp, "epic");
  const { states, actions, discount } = mdp;
  return (reward) => {
    checkReward(mdp, reward);
    const means = new Float64Array(states);
    for (let state = 0, i = 0; state < states; state++) {
      let sum = 0;
      for (const end = i + actions * states; i < end; i++) sum += reward[i];
      means[state] = sum / (actions * states);
    }
    const mean = means.reduce((sum, value) => sum + value, 0) / states;
    const shaped = shapedBy(mdp, reward, means);
    for (let i = 0; i < shaped.length; i++) shaped[i] -= discount * mean;
    return shaped;
  };
}

/**
 * DARD: C = R + E[γR(s',A,S'') − R(s,A,S') − γR(S',A,S'')] with A uniform and the same throughout, S' ~ τ(s,A),
 * S'' ~ τ(s',A). Removes shaping only.
 */
export function dard(mdp: TabularMdp): Canonicalisation {
  requireContinuing(mdp, "dard");
  const { states, actions, discount } = mdp;
  const moves = Array.from({ length: actions }, (_, action) => ofAction(mdp, mdp.transition, action));
  const turned = moves.map(transpose);
  const uniform = uniformPolicy(mdp);
  return (reward) => {
    const means = underPolicy(mdp, expectedReward(mdp, reward), uniform);
    const onward = new Float64Array(states * states);
    for (let action = 0; action < actions; action++) {
      const product = multiply(multiply(moves[action], ofAction(mdp, reward, action)), turned[action]).data;
      for (let i = 0; i < onward.length; i++) onward[i] += product[i] / actions;
    }
    const shaped = shapedBy(mdp, reward, means);
    for (let pair = 0, i = 0; pair < states * actions; pair++) {
      const row = Math.floor(pair / actions) * states;
      for (let next = 0; next < states; next++, i++) shaped[i] -= discount * onward[row + next];
    }
    return shaped;
  };
}

/** The reward as it is, once it has been checked. */
export function uncanonical(mdp: TabularMdp): Canonicalisation {
  return (reward) => {
    checkReward(mdp, reward);
    return reward;
  };
}

export const canonicalisations = {
  val,
  "val-potential": valPotential,
  minimal,
  "weighted-minimal": weightedMinimal,
  "minimal-potential": minimalPotential,
  epic,
  dard,
  none: uncanonical,
} as const satisfies Record<string, (mdp: TabularMdp) => Canonicalisation>;

export type CanonicalisationName = keyof typeof canonicalisations;

/** R ↦ m = q + γτΦ − Φ, S·A numbers, with Φ = argmin Σ w(s,a)·m², Φ = 0 where the process ends. */
function leastSquaresLevelling(mdp: TabularMdp, weights: Float64Array): (reward: TabularReward) => Float64Array {
  requireDiscounting(mdp);
  const { states, actions, discount, terminal } = mdp;
  const design = weightedDesign(mdp, weights);
  const normal = rowGram(design);
  for (let state = 0; state < states; state++) if (terminal[state]) normal.data[state * states + state] = 1;
  return (reward) => {
    const expected = expectedReward(mdp, reward);
    const weighted = new Float64Array(design.columns);
    for (let pair = 0; pair < expected.length; pair++) weighted[pair] = -Math.sqrt(weights[pair]) * expected[pair];
    const potential = choleskySolve(normal, matVec(design, weighted));
    return expected.map((value, pair) => {
      return value + discount * expectedNext(mdp, pair, potential) - potential[Math.floor(pair / actions)];
    });
  };
}

/**
 * √w(s,a)·(γτ(x|s,a) − [x = s]) at row x and column (s,a), then eight columns of zeros; rows of terminal states are zero,
 * as Φ is there.
 */
function weightedDesign(mdp: TabularMdp, weights: Float64Array): Matrix<Float64Array> {
  const { states, actions, discount, terminal, transition } = mdp;
  const pairs = states * actions;
  const roots = weights.map(Math.sqrt);
  // Rows a power of two apart would compete for the same few lines of the cache.
  const design = matrix64(states, pairs + 8);
  const { data, columns } = design;
  // A few rows at a time: whole columns would touch a new page of memory with every number.
  for (let from = 0; from < states; from += 8) {
    const to = Math.min(from + 8, states);
    for (let pair = 0; pair < pairs; pair++) {
      const factor = discount * roots[pair];
      for (let next = from; next < to; next++) data[next * columns + pair] = factor * transition[pair * states + next];
    }
  }
  for (let pair = 0; pair < pairs; pair++) data[Math.floor(pair / actions) * columns + pair] -= roots[pair];
  for (let state = 0; state < states; state++) {
    if (terminal[state]) data.fill(0, state * columns, (state + 1) * columns);
  }
  return design;
}

/** A table that says the same of (s,a) for every s'. */
function spread({ states, actions }: TabularMdp, level: (pair: number, state: number) => number): TabularReward {
  const table = new Float64Array(states * actions * states);
  for (let pair = 0; pair < states * actions; pair++) {
    table.fill(level(pair, Math.floor(pair / actions)), pair * states, (pair + 1) * states);
  }
  return table;
}

/** table(s, action, s') as an S × S matrix. */
function ofAction({ states, actions }: TabularMdp, table: Float64Array, action: number): Matrix<Float64Array> {
  const matrix = matrix64(states, states);
  for (let state = 0; state < states; state++) {
    const row = (state * actions + action) * states;
    matrix.data.set(table.subarray(row, row + states), state * states);
  }
  return matrix;
}

function requireDiscounting({ discount }: TabularMdp): void {
  if (discount < 1) return;
  const fix = "Choose a discount below 1: values, and so distances, depend on it.";
  throw new GuerdonError("mdp.discount", { where: "discount", expected: "γ < 1", got: `${discount}`, fix });
}

/** These forms read R(s,a,s') where nothing can happen, which an ended episode leaves undefined. */
function requireContinuing({ terminal }: TabularMdp, name: string): void {
  const state = terminal.indexOf(1);
  if (state < 0) return;
  throw new GuerdonError("mdp.terminal", {
    where: name,
    expected: "a process without terminal states",
    got: `terminal state ${state}`,
    fix: 'Use "val" or "minimal", which read a reward only where transitions are.',
  });
}
