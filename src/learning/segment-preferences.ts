/**
 * A reward learned from preferences between segments, under either model of what people judge by: the partial
 * return, or the regret (Knox et al., Models of human preference for learning reward functions, 2022).
 */

import { GuerdonError } from "../core/errors.ts";
import { type Random, random } from "../core/random.ts";
import type { FitOptions, Learner, PipeableReward } from "../core/reward.ts";
import type { Preference } from "../core/vocabulary.ts";
import type { TabularPolicy, TabularReward } from "../environments/tabular-mdp.ts";
import { gram } from "../numerics/linear-algebra.ts";
import { matrix64, rowOf } from "../numerics/matrix.ts";
import { type LocalView, type Minimum, minimise } from "../numerics/newton.ts";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { negativeRegret, partialReturn, type RegretKind, type Segment, transitionsOf } from "./segment-rewards.ts";
import {
  drawOptimalPolicies,
  featureCount,
  type LinearTask,
  linearReward,
  softMaximum,
  successorFeatures,
} from "./successor-features.ts";

export type SegmentModel =
  | { readonly model: "partial return" }
  | {
      readonly model: "regret";
      readonly kind: RegretKind;
      /** Candidates for the best policy; when absent those that are optimal for 100 random weights. */
      readonly policies?: readonly TabularPolicy[];
      /** Starts besides the partial return's solution; the loss is not convex. Default 8. */
      readonly restarts?: number;
    };

export interface LinearSegmentReward extends PipeableReward<Segment> {
  /** w[F]. */
  readonly weights: Float64Array;
  /** R_w, ready to plan with. */
  readonly reward: TabularReward;
  /** Mean cross-entropy on the training data, without the penalty. */
  readonly trainingLoss: number;
}

/** T of the soft maximum, in units of return. */
const temperature = 1e-3;

/** λ of the penalty (λ/2N)‖w‖²: so weak that it only keeps labels without error from asking for infinite weights. */
const l2 = 1e-3;

/**
 * argmin over w of the mean of −p log σ(Δ) − (1 − p) log σ(−Δ), Δ = r_w(chosen) − r_w(rejected), for R_w = w·φ.
 *
 * Partial return is convex. Regret takes the soft maximum of w·ψ over known policies for V*_w, so that Δ is piecewise
 * linear in w; the best of several Gauss–Newton descents is returned. It needs γ < 1.
 *
 * The product scores segments by the model that it was learned under, exactly, with V* of the learned reward.
 */
export function segmentPreferences(
  task: LinearTask,
  model: SegmentModel,
): Learner<readonly Preference<Segment>[], LinearSegmentReward> {
  return {
    async fit(preferences, { seed, signal, onProgress }) {
      const width = featureCount(task);
      const returns = problemOf(task, preferences, partialReturnForm(task));
      const convex = descend(returns, new Float64Array(width), signal);
      if (model.model === "partial return") return product(task, model, returns, convex.x);
      const source = random(seed);
      const policies = model.policies ?? drawOptimalPolicies(task, { random: source.split("policies") });
      const regret = problemOf(task, preferences, regretForm(task, model.kind, policies));
      const starts = [convex.x, ...drawStarts(regret, source.split("starts"), model.restarts ?? 8)];
      let best: Minimum | undefined;
      for (const [done, start] of starts.entries()) {
        onProgress?.({ stage: "descend", done, total: starts.length });
        const found = descend(regret, start, signal);
        if (!best || found.value < best.value) best = found;
      }
      return product(task, model, regret, (best as Minimum).x);
    },
  };
}
