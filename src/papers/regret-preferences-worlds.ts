/** The worlds of the regret paper's experiments: rewards learned from labels, and what their policies are worth. */

import { type Random, random } from "../core/random.ts";
import type { Preference } from "../core/vocabulary.ts";
import { type GridWorld, gridReward, gridWorld, moves, randomGrid } from "../environments/grid-world.ts";
import { policyIteration } from "../environments/planning.ts";
import { expectedReturn } from "../environments/policy-evaluation.ts";
import { replay, rollout } from "../environments/rollout.ts";
import { type TabularReward, uniformPolicy } from "../environments/tabular-mdp.ts";
import { type SegmentModel, segmentPreferences } from "../learning/segment-preferences.ts";
import { negativeRegret, partialReturn, type Segment } from "../learning/segment-rewards.ts";
import { annotate } from "../learning/simulated-annotator.ts";
import { drawOptimalPolicies, successorFeatures } from "../learning/successor-features.ts";
import type { RunOptions } from "./reproduction.ts";

const discount = 0.999;
const segmentLength = 3;
const parts = 10;

/** How labels are made: always the better segment, or with the model's probability. */
export const labelModes = ["noise-free", "logistic"] as const;

/** What one learned reward came to: labels of the first model, learned under the second. */
export interface Share {
  readonly world: number;
  readonly mode: (typeof labelModes)[number];
  readonly pairs: number;
  readonly method: "regret → regret" | "partial return → partial return" | "regret → partial return";
  readonly scaledReturn: number;
}

/** A grid with its true reward, what is known of it for learning, and the scale of its returns. */
interface Experiment {
  readonly world: GridWorld;
  readonly truth: TabularReward;
  readonly models: { readonly regret: SegmentModel; readonly "partial return": SegmentModel };
  /** (J − J_random)/(J* − J_random) of the policy that is optimal for a learned reward. */
  scaledReturn(learned: TabularReward): number;
}

export async function learnFromLabels(
  { seeds, signal, onProgress }: RunOptions,
  { worlds, pairs }: { readonly worlds: number; readonly pairs: readonly number[] },
): Promise<Share[]> {
  const shares: Share[] = [];
  for (let world = 0; world < worlds; world++) {
    onProgress?.({ stage: "random grids", done: world, total: worlds });
    const source = random(seeds[world % seeds.length]).split("grid", world);
    const { board, weights } = randomGrid(source.split("board"));
    const experiment = experimentOn(board, weights, source);
    for (const mode of labelModes) {
      for (const count of pairs) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        signal?.throwIfAborted();
        const results = await learnBoth(experiment, { mode, count, source: source.split(mode, count) });
        for (const result of results) shares.push({ world, mode, pairs: count, ...result });
      }
    }
  }
  return shares;
}

async function learnBoth(
  { world, truth, models, scaledReturn }: Experiment,
  { mode, count, source }: { readonly mode: Share["mode"]; readonly count: number; readonly source: Random },
): Promise<Pick<Share, "method" | "scaledReturn">[]> {
  const { mdp } = world;
  const segments = Array.from({ length: count }, (_, i) => {
    const draw = (which: number) =>
      rollout(mdp, truth, uniformPolicy(mdp), { random: source.split("segment", i, which), length: segmentLength });
    return [draw(0), draw(1)] as const;
  });
  const noise = mode === "noise-free" ? "none" : "logistic";
  const regretLabels = await annotate(segments, negativeRegret(mdp, truth, { kind: "deterministic" }), {
    noise,
    random: source.split("regret"),
  });
  const returnLabels = await annotate(segments, partialReturn(mdp, truth), { noise, random: source.split("return") });
  const worth = async (labels: readonly Preference<Segment>[], model: SegmentModel) =>
    scaledReturn((await segmentPreferences(world, model).fit(labels, { seed: source.split("fit").seed32() })).reward);
  return [
    { method: "regret → regret", scaledReturn: await worth(regretLabels, models.regret) },
    { method: "partial return → partial return", scaledReturn: await worth(returnLabels, models["partial return"]) },
    { method: "regret → partial return", scaledReturn: await worth(regretLabels, models["partial return"]) },
  ];
}

export interface LearnedFromPeople {
  readonly condition: string;
  readonly model: "regret" | "partial return";
  /** One a tenth of the condition's pairs. */
  readonly scaledReturns: readonly number[];
}

/** Rewards of the delivery world, each learned from another tenth of a condition's choices; undefined without data. */
export async function learnFromPeople(
  { seeds, open, signal, onProgress }: RunOptions,
  { conditions, learned }: { readonly conditions: readonly string[]; readonly learned: number },
): Promise<LearnedFromPeople[] | undefined> {
  const [delivery] = (await open("delivery-mdp")) ?? [];
  const recorded = await open("delivery-preferences");
  if (!delivery || !recorded) return undefined;
  const source = random(seeds[0]).split("delivery");
  const experiment = experimentOn(delivery.board as number[][], delivery.reward_weights as number[], source);
  const results: LearnedFromPeople[] = [];
  for (const [done, condition] of conditions.entries()) {
    onProgress?.({ stage: "delivery", done, total: conditions.length, message: condition });
    const rows = recorded.filter((row) => row.condition === condition);
    const preferences = source.split(condition).shuffle(rows.map((row) => preferenceOf(experiment, row)));
    for (const model of ["regret", "partial return"] as const) {
      const scaledReturns: number[] = [];
      for (let part = 0; part < learned; part++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        signal?.throwIfAborted();
        const labels = preferences.filter((_, i) => i % parts === part);
        const learner = segmentPreferences(experiment.world, experiment.models[model]);
        scaledReturns.push(experiment.scaledReturn((await learner.fit(labels, { seed: part })).reward));
      }
      results.push({ condition, model, scaledReturns });
    }
  }
  return results;
}

function experimentOn(board: readonly number[][], weights: readonly number[], source: Random): Experiment {
  const world = gridWorld(board, discount);
  const truth = gridReward(world, weights);
  const { policy: optimal } = policyIteration(world.mdp, truth);
  const returnOf = (policy: Float64Array) => expectedReturn(world.mdp, truth, policy);
  const [best, aimless] = [returnOf(optimal), returnOf(uniformPolicy(world.mdp))];
  const policies = drawOptimalPolicies(world, { random: source.split("policies") })
    .filter((policy) => policy.some((share, pair) => share !== optimal[pair]))
    .map((policy) => successorFeatures(world, policy));
  return {
    world,
    truth,
    models: {
      regret: { model: "regret", kind: "deterministic", policies },
      "partial return": { model: "partial return" },
    },
    scaledReturn: (learned) => (returnOf(policyIteration(world.mdp, learned).policy) - aimless) / (best - aimless),
  };
}

interface RecordedSegment {
  readonly start: readonly [number, number];
  readonly moves: readonly (readonly [number, number])[];
}

/** The second segment is preferred with probability `preference`. */
function preferenceOf({ world, truth }: Experiment, row: Record<string, unknown>): Preference<Segment> {
  const [first, second] = (row.segments as RecordedSegment[]).map((segment, which) =>
    replay(world.mdp, truth, segment.moves.map(actionOf), {
      start: segment.start[0] * world.width + segment.start[1],
      id: `${row.id} ${which + 1}`,
    }),
  );
  return { id: String(row.id), chosen: second, rejected: first, probability: Number(row.preference) };
}

/** A move that is none pads a segment that has ended; the source takes it for the second action. */
function actionOf([row, column]: readonly [number, number]): number {
  const action = moves.findIndex((move) => move[0] === row && move[1] === column);
  return action < 0 ? 1 : action;
}
