/** The likelihood of preferences between segments as a function of a reward's weights, seen from any point. */

import { GuerdonError } from "../core/errors.ts";
import type { Preference } from "../core/vocabulary.ts";
import { gram, matVec } from "../numerics/linear-algebra.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";
import type { LocalView } from "../numerics/newton.ts";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { type RegretKind, type Segment, type Transition, transitionsOf } from "./segment-rewards.ts";
import { featureCount, type LinearTask, type SuccessorFeatures, softMaximum } from "./successor-features.ts";

/** What a segment is worth: linear·w + Σ coefficient·V̂_w(node). Node s is V̂(s), node S + s·A + a is Q̂(s,a). */
interface SegmentForm {
  readonly linear: Float64Array;
  readonly values: readonly (readonly [node: number, coefficient: number])[];
}

type FormOf = (transitions: readonly Transition[]) => SegmentForm;

/** N differences Δ = r_w(chosen) − r_w(rejected), as forms over the nodes that occur. */
export interface SegmentComparisons {
  /** N × F. */
  readonly linear: Matrix<Float64Array>;
  /** For every difference its [slot, coefficient]. */
  readonly values: readonly (readonly (readonly [slot: number, coefficient: number])[])[];
  /** ψ_j of every slot's node, up to J·F numbers each. */
  readonly psi: readonly Float64Array[];
  readonly probabilities: Float64Array;
}

/** Σ_t φ_t. */
export function partialReturnForm(task: LinearTask): FormOf {
  return (transitions) => ({
    linear: summedFeatures(task, pairsOf(transitions), 1),
    values: [],
  });
}

/** Minus the regret with V̂ and Q̂ in the place of V* and Q*. */
export function regretForm(task: LinearTask, kind: RegretKind): FormOf {
  const { states, actions, discount } = task.mdp;
  const stateOf = (pair: number) => Math.floor(pair / actions);
  return (transitions) => {
    const pairs = pairsOf(transitions);
    if (kind === "stochastic") {
      const values = pairs.flatMap((pair) => [[states + pair, 1] as const, [stateOf(pair), -1] as const]);
      return { linear: summedFeatures(task, [], 1), values };
    }
    const linear = summedFeatures(task, pairs, discount);
    if (pairs.length === 0) return { linear, values: [] };
    const end = transitions[transitions.length - 1][1];
    const values = [[end, discount ** pairs.length] as const, [stateOf(pairs[0]), -1] as const];
    return { linear, values };
  };
}

/**
 * @throws GuerdonError "segment-preferences.empty" without preferences, "segment-preferences.segment" for a segment
 * that the process cannot walk.
 */
export function compareSegments(
  task: LinearTask,
  preferences: readonly Preference<Segment>[],
  formOf: FormOf,
  policies: readonly SuccessorFeatures[] = [],
): SegmentComparisons {
  if (preferences.length === 0) {
    const fix = "Collect or simulate some.";
    throw new GuerdonError("segment-preferences.empty", { expected: "at least one preference", got: "none", fix });
  }
  const width = featureCount(task);
  const linear = matrix64(preferences.length, width);
  const slots = new Map<number, number>();
  const slotOf = (node: number) => {
    const slot = slots.get(node) ?? slots.size;
    slots.set(node, slot);
    return slot;
  };
  const values = preferences.map(({ id, chosen, rejected }, row) => {
    const plus = formOf(checkedTransitions(task, chosen, `preference ${id}, chosen`));
    const minus = formOf(checkedTransitions(task, rejected, `preference ${id}, rejected`));
    for (let i = 0; i < width; i++) linear.data[row * width + i] = plus.linear[i] - minus.linear[i];
    return [
      ...plus.values.map(([node, coefficient]) => [slotOf(node), coefficient] as const),
      ...minus.values.map(([node, coefficient]) => [slotOf(node), -coefficient] as const),
    ];
  });
  return {
    linear,
    values,
    psi: Array.from(slots.keys(), (node) => successorsAt(node, task, policies)),
    probabilities: Float64Array.from(preferences, ({ probability = 1 }) => probability),
  };
}

/** Δ of every comparison, N numbers; `jacobian`, where given, receives ∂Δ/∂w, N × F. */
export function differencesAt(
  { linear, values, psi }: SegmentComparisons,
  weights: Float64Array,
  temperature: number,
  jacobian = matrix64(linear.rows, linear.columns),
): Float64Array {
  const width = weights.length;
  const slopes = new Float64Array(psi.length * width);
  const worth = psi.map((stack, slot) =>
    softMaximum(stack, weights, temperature, slopes.subarray(slot * width, (slot + 1) * width)),
  );
  const differences = matVec(linear, weights);
  jacobian.data.set(linear.data);
  for (let row = 0; row < values.length; row++) {
    for (const [slot, coefficient] of values[row]) {
      differences[row] += coefficient * worth[slot];
      for (let i = 0; i < width; i++) jacobian.data[row * width + i] += coefficient * slopes[slot * width + i];
    }
  }
  return differences;
}

/**
 * (1/N) Σ ℓ(Δᵢ(w)) + (λ/2N)‖w‖², with the Gauss–Newton Hessian (1/N)(JᵀWJ + λI), W = diag ℓ″: the true one where Δ is
 * linear in w.
 */
export function segmentLikelihood(
  comparisons: SegmentComparisons,
  { l2, temperature }: { readonly l2: number; readonly temperature: number },
): (weights: Float64Array) => LocalView & { readonly loss: number } {
  const { rows, columns } = comparisons.linear;
  const lossOf = bradleyTerryLoss("regular", comparisons.probabilities);
  return (weights) => {
    const jacobian = matrix64(rows, columns);
    const {
      value: loss,
      gradient: slopes,
      curvature,
    } = lossOf(differencesAt(comparisons, weights, temperature, jacobian));
    const gradient = weights.map((weight) => (l2 / rows) * weight);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns; i++) gradient[i] += slopes[row] * jacobian.data[row * columns + i];
    }
    const hessian = () => {
      const matrix = gram(jacobian, curvature);
      for (let i = 0; i < columns; i++) matrix.data[i * columns + i] += l2 / rows;
      return matrix;
    };
    const size = weights.reduce((sum, weight) => sum + weight * weight, 0);
    return {
      loss,
      value: loss + (l2 / (2 * rows)) * size,
      gradient,
      hessian,
      hessianTimes: (v) => matVec(hessian(), v),
    };
  };
}

function pairsOf(transitions: readonly Transition[]): number[] {
  return transitions.map(([pair]) => pair);
}

function summedFeatures(task: LinearTask, pairs: readonly number[], discount: number): Float64Array {
  const width = featureCount(task);
  const sum = new Float64Array(width);
  for (const [step, pair] of pairs.entries()) {
    for (let i = 0; i < width; i++) sum[i] += discount ** step * task.features[pair * width + i];
  }
  return sum;
}

/** ψ_j of a node for the policies that differ there: from one place many promise the same. */
function successorsAt(node: number, task: LinearTask, policies: readonly SuccessorFeatures[]): Float64Array {
  const { states } = task.mdp;
  const width = featureCount(task);
  const distinct = new Map<string, Float64Array>();
  for (const policy of policies) {
    const [table, row] = node < states ? [policy.states, node] : [policy.actions, node - states];
    const psi = table.subarray(row * width, (row + 1) * width);
    distinct.set(Array.from(psi, (value) => value.toFixed(6)).join(), psi);
  }
  return Float64Array.from([...distinct.values()].flatMap((psi) => [...psi]));
}

function checkedTransitions({ mdp }: LinearTask, segment: Segment, where: string) {
  const transitions = transitionsOf(mdp, segment);
  if (!("impossible" in transitions)) return transitions;
  throw new GuerdonError("segment-preferences.segment", {
    where: `${where}, steps[${transitions.impossible}]`,
    expected: "a transition that the process can make",
    got: JSON.stringify(segment.steps[transitions.impossible]),
    fix: "Check that states and actions are numbered as in the process.",
  });
}
