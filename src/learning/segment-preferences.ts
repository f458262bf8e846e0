/**
 * A reward learned from preferences between segments, under either model of what people judge by: the partial
 * return, or the regret (Knox et al., Models of human preference for learning reward functions, 2022).
 */

import { type Random, random } from "../core/random.ts";
import type { Learner, PipeableReward } from "../core/reward.ts";
import type { Preference } from "../core/vocabulary.ts";
import type { TabularReward } from "../environments/tabular-mdp.ts";
import { type Minimum, minimise } from "../numerics/newton.ts";
import { compareSegments, partialReturnForm, regretForm, segmentLikelihood } from "./segment-likelihood.ts";
import { negativeRegret, partialReturn, type RegretKind, type Segment } from "./segment-rewards.ts";
import {
  drawOptimalPolicies,
  drawWeights,
  featureCount,
  type LinearTask,
  linearReward,
  type SuccessorFeatures,
  successorFeatures,
} from "./successor-features.ts";

export interface RegretOptions {
  readonly kind: RegretKind;
  /** Candidates for the best policy. Default: those optimal for 100 randomly drawn rewards. */
  readonly policies?: readonly SuccessorFeatures[];
  /** Descents from drawn weights, besides the one from the partial return's solution. Default 6. */
  readonly restarts?: number;
}

/** What the segments are taken to have been judged by. */
export type SegmentModel = { readonly model: "partial return" } | ({ readonly model: "regret" } & RegretOptions);

export interface LinearSegmentReward extends PipeableReward<Segment> {
  /** w[F]. */
  readonly weights: Float64Array;
  /** R_w, to plan with. */
  readonly reward: TabularReward;
  /** Mean cross-entropy of the training labels, in nats. */
  readonly trainingLoss: number;
}

/**
 * T of the soft maximum that stands for V*: small against rewards. λ of the penalty (λ/2N)‖w‖²: only enough to keep
 * labels without error from asking for infinite weights.
 */
const settings = { temperature: 1e-3, l2: 1e-3 };

/** How far a descent goes before it is known to be the best one: at kinks of the loss the last digits cost most. */
const firstLook = { tolerance: 1e-3, iterations: 50 };

/**
 * argmin over w of the mean of −p log σ(Δ) − (1 − p) log σ(−Δ), Δ = r_w(chosen) − r_w(rejected), R_w = w·φ.
 *
 * Under the partial return that is convex. Under regret the soft maximum of w·ψ over known policies stands for V*_w,
 * Δ is piecewise linear in w, and the best of several Gauss–Newton descents counts; it needs γ < 1.
 *
 * The product scores segments by the model it was learned under, exactly: with V* of the learned reward.
 *
 * @throws GuerdonError "segment-preferences.empty" | "segment-preferences.segment"
 */
export function segmentPreferences(
  task: LinearTask,
  model: SegmentModel,
): Learner<readonly Preference<Segment>[], LinearSegmentReward> {
  return {
    async fit(preferences, { seed, signal, onProgress }) {
      const byReturn = segmentLikelihood(compareSegments(task, preferences, partialReturnForm(task)), settings);
      const convex = minimise(byReturn, new Float64Array(featureCount(task)), { signal }).x;
      if (model.model === "partial return") return product(task, model, convex, byReturn(convex).loss);

      const source = random(seed);
      const policies = model.policies ?? drawPolicies(task, source.split("policies"));
      const form = regretForm(task, model.kind);
      const byRegret = segmentLikelihood(compareSegments(task, preferences, form, policies), settings);
      const starts = [convex, ...drawStarts(task, source.split("starts"), model.restarts ?? 6)];
      const descents = starts.map((start, done): Minimum => {
        onProgress?.({ stage: "descend", done, total: starts.length });
        return minimise(byRegret, start, { ...firstLook, signal });
      });
      const found = descents.reduce((least, descent) => (descent.value < least.value ? descent : least));
      const best = minimise(byRegret, found.x, { signal }).x;
      return product(task, model, best, byRegret(best).loss);
    },
  };
}

function drawPolicies(task: LinearTask, source: Random): SuccessorFeatures[] {
  return drawOptimalPolicies(task, { random: source }).map((policy) => successorFeatures(task, policy));
}

function drawStarts(task: LinearTask, source: Random, count: number): Float64Array[] {
  return Array.from({ length: count }, () => drawWeights(featureCount(task), source));
}

function product(task: LinearTask, model: SegmentModel, weights: Float64Array, trainingLoss: number) {
  const reward = linearReward(task, weights);
  const score = model.model === "regret" ? negativeRegret(task.mdp, reward, model) : partialReturn(task.mdp, reward);
  return { ...score, weights, reward, trainingLoss };
}
