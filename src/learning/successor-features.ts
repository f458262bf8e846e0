/**
 * The value of a tabular process as a differentiable function of its reward's weights: the best of many known
 * policies, each worth w·ψ (generalised policy improvement, Barreto et al. 2017; inside preference learning,
 * Knox et al. 2022).
 */

import { GuerdonError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { policyIteration } from "../environments/planning.ts";
import { discountedSum } from "../environments/policy-evaluation.ts";
import type { TabularMdp, TabularPolicy, TabularReward } from "../environments/tabular-mdp.ts";

/** A process whose reward is linear in F known features; a `GridWorld` is one. */
export interface LinearTask {
  readonly mdp: TabularMdp;
  /** φ(s,a), averaged over the next state, at [(s·A + a)·F + i]. */
  readonly features: Float64Array;
}

/** What a policy will meet, discounted. 0 in terminal states, while what a step into one meets is counted. */
export interface SuccessorFeatures {
  readonly policy: TabularPolicy;
  /** ψ(s) = E_π[Σ γ^t φ(s_t,a_t) | s₀ = s], S·F numbers. */
  readonly states: Float64Array;
  /** ψ^Q(s,a) = φ(s,a) + γ·E ψ(s'), S·A·F numbers. */
  readonly actions: Float64Array;
}

export interface PolicyDraws {
  readonly random: Random;
  /** Reward weights drawn; the distinct optimal policies are fewer. Default 100. */
  readonly draws?: number;
}

/** What a drawn weight may be: Knox et al.'s. */
const drawnWeights = [50, -50, 1, -1, -2, 0, -10, 10, 5];

/** Below this an exponential adds nothing to a sum that holds a 1. */
const negligible = Math.log(Number.EPSILON);

/** Weights of all sizes and both signs, w[width]. */
export function drawWeights(width: number, random: Random): Float64Array {
  return Float64Array.from({ length: width }, () => random.pick(drawnWeights));
}

/** F. @throws GuerdonError "task.features" unless φ has whole rows for every state and action. */
export function featureCount({ mdp: { states, actions }, features }: LinearTask): number {
  const width = features.length / (states * actions);
  if (Number.isInteger(width) && width > 0) return width;
  throw new GuerdonError("task.features", {
    where: "features",
    expected: `S·A·F = ${states}·${actions}·F numbers`,
    got: `${features.length}`,
    fix: "Lay φ(s,a) out row by row, F numbers for every state and action.",
  });
}

/** R(s,a,s') = w·φ(s,a), S·A·S numbers. */
export function linearReward(task: LinearTask, weights: ArrayLike<number>): TabularReward {
  const { states } = task.mdp;
  const width = featureCount(task);
  const reward = new Float64Array(task.mdp.transition.length);
  for (let pair = 0; pair * width < task.features.length; pair++) {
    reward.fill(dot(task.features, pair * width, weights), pair * states, (pair + 1) * states);
  }
  return reward;
}

/** The distinct optimal policies, ties uniform, of randomly drawn weights. Needs γ < 1. */
export function drawOptimalPolicies(task: LinearTask, { random, draws = 100 }: PolicyDraws): TabularPolicy[] {
  const width = featureCount(task);
  const policies = new Map<string, TabularPolicy>();
  for (let draw = 0; draw < draws; draw++) {
    const { policy } = policyIteration(task.mdp, linearReward(task, drawWeights(width, random)));
    policies.set(policy.join(), policy);
  }
  return [...policies.values()];
}

/** ψ and ψ^Q of a policy, exactly, by one linear solve. */
export function successorFeatures(task: LinearTask, policy: TabularPolicy): SuccessorFeatures {
  const { mdp, features } = task;
  const width = featureCount(task);
  const states = discountedSum(mdp, features, policy, width);
  const actions = features.slice();
  const { offsets, state: next, probability } = mdp.successors;
  for (let pair = 0; pair < mdp.states * mdp.actions; pair++) {
    for (let entry = offsets[pair]; entry < offsets[pair + 1]; entry++) {
      const weight = mdp.discount * probability[entry];
      for (let i = 0; i < width; i++) actions[pair * width + i] += weight * states[next[entry] * width + i];
    }
  }
  return { policy, states, actions };
}

/**
 * V̂_w = Σ_j p_j v_j with v_j = w·ψ_j and p = softmax(v/T), for the ψ of J policies at one state (or pair).
 *
 * At most max_j v_j, hence at most V*_w; T → 0 gives the maximum.
 *
 * @param psi ψ_j at [j·F + i], J·F numbers.
 * @param gradient Receives ∂V̂/∂w = Σ_j p_j (1 + (v_j − V̂)/T) ψ_j, F numbers.
 */
export function softMaximum(
  psi: Float64Array,
  weights: Float64Array,
  temperature: number,
  gradient?: Float64Array,
): number {
  const width = weights.length;
  const gaps = new Float64Array(psi.length / width);
  let best = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < gaps.length; j++) {
    gaps[j] = dot(psi, j * width, weights);
    if (gaps[j] > best) best = gaps[j];
  }
  let total = 0;
  let mean = 0;
  for (let j = 0; j < gaps.length; j++) {
    gaps[j] = (gaps[j] - best) / temperature;
    if (gaps[j] < negligible) continue;
    const share = Math.exp(gaps[j]);
    total += share;
    mean += share * gaps[j];
  }
  mean /= total;
  if (!gradient) return best + temperature * mean;
  gradient.fill(0);
  for (let j = 0; j < gaps.length; j++) {
    if (gaps[j] < negligible) continue;
    const slope = (Math.exp(gaps[j]) / total) * (1 + gaps[j] - mean);
    for (let i = 0; i < width; i++) gradient[i] += slope * psi[j * width + i];
  }
  return best + temperature * mean;
}

function dot(table: Float64Array, from: number, weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += table[from + i] * weights[i];
  return sum;
}
