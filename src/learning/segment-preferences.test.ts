import { describe, expect, it } from "vitest";
import { isScored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { gridReward, gridWorld } from "../environments/grid-world.ts";
import { policyIteration } from "../environments/planning.ts";
import { expectedReturn } from "../environments/policy-evaluation.ts";
import { replay, rollout } from "../environments/rollout.ts";
import { uniformPolicy } from "../environments/tabular-mdp.ts";
import { pairLoss } from "./bradley-terry.ts";
import {
  compareSegments,
  differencesAt,
  partialReturnForm,
  regretForm,
  segmentLikelihood,
} from "./segment-likelihood.ts";
import { segmentPreferences } from "./segment-preferences.ts";
import { negativeRegret, partialReturn, type RegretKind, type Segment } from "./segment-rewards.ts";
import { annotate } from "./simulated-annotator.ts";
import { successorFeatures } from "./successor-features.ts";

const world = gridWorld(
  [
    [0, 4, 0, 1],
    [3, 5, 5, 0],
    [0, 0, 4, 0],
  ],
  0.99,
);
const weights = [-1, 10, -10, 0.5, -4, 0];
const truth = gridReward(world, weights);
const optimal = policyIteration(world.mdp, truth).policy;

function segmentPairs(count: number, name: string): [Segment, Segment][] {
  const draw = (i: number, k: number) =>
    rollout(world.mdp, truth, uniformPolicy(world.mdp), { random: random(5).split(name, i, k), length: 3 });
  return Array.from({ length: count }, (_, i) => [draw(i, 0), draw(i, 1)]);
}

const values = async (model: ReturnType<typeof partialReturn>, segments: readonly Segment[]) =>
  (await model.score(segments)).map((outcome) => (isScored(outcome) ? outcome.value : Number.NaN));

describe("the likelihood", () => {
  const pairs = segmentPairs(20, "likelihood");
  const preferences = pairs.map(([chosen, rejected], i) => ({
    id: `${i}`,
    chosen,
    rejected,
    probability: (i % 3) / 2,
  }));
  const flat = preferences.flatMap(({ chosen, rejected }) => [chosen, rejected]);

  it("is that of the partial return", async () => {
    const differences = differencesAt(
      compareSegments(world, preferences, partialReturnForm(world)),
      Float64Array.from(weights),
      1e-3,
    );
    const expected = await values(partialReturn(world.mdp, truth), flat);
    for (const i of preferences.keys()) expect(differences[i]).toBeCloseTo(expected[2 * i] - expected[2 * i + 1], 9);
  });

  it.each<RegretKind>(["deterministic", "stochastic"])(
    "is that of %s regret when the best policy is known",
    async (kind) => {
      const known = [optimal, uniformPolicy(world.mdp)].map((policy) => successorFeatures(world, policy));
      const comparisons = compareSegments(world, preferences, regretForm(world, kind), known);
      const differences = differencesAt(comparisons, Float64Array.from(weights), 1e-3);
      const expected = await values(negativeRegret(world.mdp, truth, { kind }), flat);
      for (const i of preferences.keys()) expect(differences[i]).toBeCloseTo(expected[2 * i] - expected[2 * i + 1], 9);
    },
  );

  it("has the gradient that differences show", () => {
    const known = [optimal, uniformPolicy(world.mdp)].map((policy) => successorFeatures(world, policy));
    const comparisons = compareSegments(world, preferences, regretForm(world, "deterministic"), known);
    const view = segmentLikelihood(comparisons, { l2: 0.1, temperature: 1 });
    const at = Float64Array.of(-0.3, 0.2, -0.1, 0.4, -0.5, 0.6);
    const { gradient } = view(at);
    for (const i of at.keys()) {
      const [ahead, behind] = [1e-5, -1e-5].map((shift) => view(at.with(i, at[i] + shift)).value);
      expect(gradient[i]).toBeCloseTo((ahead - behind) / 2e-5, 6);
    }
  });
});

describe("segmentPreferences", () => {
  it("finds the minimum of the convex loss under the partial return", async () => {
    const preferences = await annotate(segmentPairs(200, "fit"), partialReturn(world.mdp, truth), {
      noise: "logistic",
      random: random(2),
    });
    const learned = await segmentPreferences(world, { model: "partial return" }).fit(preferences, { seed: 1 });
    const view = segmentLikelihood(compareSegments(world, preferences, partialReturnForm(world)), {
      l2: 1e-3,
      temperature: 1,
    });
    expect(Math.hypot(...view(learned.weights).gradient)).toBeLessThan(1e-5);
    expect(learned.trainingLoss).toBeLessThan(view(Float64Array.from(weights)).loss);
    const scores = await values(
      learned,
      preferences.flatMap(({ chosen, rejected }) => [chosen, rejected]),
    );
    const losses = preferences.map(
      ({ probability }, i) => pairLoss(scores[2 * i] - scores[2 * i + 1], probability).value,
    );
    expect(losses.reduce((sum, loss) => sum + loss) / losses.length).toBeCloseTo(learned.trainingLoss, 9);
  });

  it.each<RegretKind>(["deterministic", "stochastic"])("plans as the annotator would after %s regret", async (kind) => {
    for (const noise of ["none", "logistic"] as const) {
      const annotator = negativeRegret(world.mdp, truth, { kind });
      const preferences = await annotate(segmentPairs(150, "fit"), annotator, { noise, random: random(3) });
      const learned = await segmentPreferences(world, { model: "regret", kind, restarts: 4 }).fit(preferences, {
        seed: 1,
      });
      const returnOf = (policy: Float64Array) => expectedReturn(world.mdp, truth, policy);
      const random0 = returnOf(uniformPolicy(world.mdp));
      const scaled =
        (returnOf(policyIteration(world.mdp, learned.reward).policy) - random0) / (returnOf(optimal) - random0);
      expect(scaled).toBeGreaterThan(0.9);
    }
  });

  it("gives the same weights for the same seed", async () => {
    const annotator = negativeRegret(world.mdp, truth, { kind: "deterministic" });
    const preferences = await annotate(segmentPairs(40, "seed"), annotator, { noise: "none", random: random(3) });
    const learner = segmentPreferences(world, { model: "regret", kind: "deterministic", restarts: 1 });
    const [one, again] = [await learner.fit(preferences, { seed: 4 }), await learner.fit(preferences, { seed: 4 })];
    expect(one.weights).toEqual(again.weights);
  });

  it("refuses nothing and the impossible", async () => {
    const learner = segmentPreferences(world, { model: "partial return" });
    await expect(learner.fit([], { seed: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "segment-preferences.empty" }),
    );
    const chosen = replay(world.mdp, truth, [3], { start: 0 });
    const rejected = { ...chosen, final: 11 };
    await expect(learner.fit([{ id: "p", chosen, rejected }], { seed: 1 })).rejects.toThrow(
      "preference p, rejected, steps[0]",
    );
  });
});
