import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { gridReward, gridWorld } from "../environments/grid-world.ts";
import { policyIteration } from "../environments/planning.ts";
import { uniformPolicy } from "../environments/tabular-mdp.ts";
import {
  drawOptimalPolicies,
  drawWeights,
  linearReward,
  softMaximum,
  successorFeatures,
} from "./successor-features.ts";

const corridor = gridWorld([[0, 4, 1]], 0.5);
const maze = gridWorld(
  [
    [0, 4, 0, 1],
    [3, 5, 0, 6],
    [0, 0, 4, 0],
  ],
  0.95,
);

describe("successorFeatures", () => {
  it("counts what lies on the way, the step into the end included, by hand", () => {
    // Always right from cell 0: coin step (gas, coin), then the goal step (goal alone), halved.
    const { policy } = policyIteration(corridor.mdp, gridReward(corridor, [-1, 50, 0, 0, 0, 0]));
    const { states, actions } = successorFeatures(corridor, policy);
    expect([...states.subarray(0, 6)]).toEqual([1, 0.5, 0, 1, 0, 0]);
    expect([...states.subarray(6, 12)]).toEqual([0, 1, 0, 0, 0, 0]);
    expect([...states.subarray(12)]).toEqual([0, 0, 0, 0, 0, 0]);
    // Left from cell 1: gas, then half of what cell 0 promises.
    expect([...actions.subarray((4 + 2) * 6, (4 + 3) * 6)]).toEqual([1.5, 0.25, 0, 0.5, 0, 0]);
  });

  it("gives a policy's value and action values for any weights", () => {
    const features = successorFeatures(maze, uniformPolicy(maze.mdp));
    const optimal = policyIteration(maze.mdp, gridReward(maze, [-1, 9, -9, 1, -3, -2]));
    const own = successorFeatures(maze, optimal.policy);
    const weights = [-1, 9, -9, 1, -3, -2];
    const times = (table: Float64Array, row: number) => weights.reduce((sum, w, i) => sum + w * table[row * 6 + i], 0);
    for (let s = 0; s < 12; s++) {
      expect(times(own.states, s)).toBeCloseTo(optimal.values[s], 9);
      expect(times(features.states, s)).toBeLessThanOrEqual(optimal.values[s] + 1e-9);
    }
    for (let pair = 0; pair < 48; pair++) expect(times(own.actions, pair)).toBeCloseTo(optimal.actionValues[pair], 9);
  });

  it("refuses features that do not fit", () => {
    expect(() => successorFeatures({ mdp: maze.mdp, features: new Float64Array(50) }, uniformPolicy(maze.mdp))).toThrow(
      expect.objectContaining({ code: "task.features" }),
    );
  });
});

describe("linearReward", () => {
  it("is the grid's reward wherever a step can lead", () => {
    const weights = [-1, 9, -9, 1, -3, -2];
    const [ours, grid] = [linearReward(maze, weights), gridReward(maze, weights)];
    for (const [i, chance] of maze.mdp.transition.entries()) if (chance > 0) expect(ours[i]).toBe(grid[i]);
  });
});

describe("drawOptimalPolicies", () => {
  it("finds distinct policies, the same for one seed", () => {
    const policies = drawOptimalPolicies(maze, { random: random(1), draws: 30 });
    expect(policies.length).toBeGreaterThan(5);
    expect(new Set(policies.map(String)).size).toBe(policies.length);
    expect(drawOptimalPolicies(maze, { random: random(1), draws: 30 })).toEqual(policies);
  });
});

describe("softMaximum", () => {
  const weights = Float64Array.of(2, -1);
  // v = 3, 2, 4.
  const psi = Float64Array.of(2, 1, 1, 0, 2, 0);

  it("is the mean under the softmax, by hand", () => {
    const share = [Math.exp(3), Math.exp(2), Math.exp(4)];
    const expected = (3 * share[0] + 2 * share[1] + 4 * share[2]) / (share[0] + share[1] + share[2]);
    expect(softMaximum(psi, weights, 1)).toBeCloseTo(expected, 12);
  });

  it("tends to the maximum as T → 0, and does not overflow", () => {
    expect(softMaximum(psi, weights, 1e-3)).toBe(4);
    const gradient = new Float64Array(2);
    expect(
      softMaximum(
        psi.map((x) => 1e6 * x),
        weights,
        1e-3,
        gradient,
      ),
    ).toBe(4e6);
    expect([...gradient]).toEqual([2e6, 0]);
  });

  it("has the gradient that differences show", () => {
    const gradient = new Float64Array(2);
    softMaximum(psi, weights, 0.7, gradient);
    for (const i of [0, 1]) {
      const at = (shift: number) =>
        softMaximum(
          psi,
          weights.map((w, j) => (j === i ? w + shift : w)),
          0.7,
        );
      expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
    }
  });

  it("never exceeds V*, and reaches it when an optimal policy is among the known", () => {
    const known = drawOptimalPolicies(maze, { random: random(2), draws: 20 }).map((p) => successorFeatures(maze, p));
    const worthIn = (all: typeof known, s: number, w: Float64Array) => {
      const stack = Float64Array.from(all.flatMap(({ states }) => [...states.subarray(6 * s, 6 * s + 6)]));
      return softMaximum(stack, w, 1e-3);
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const drawn = drawWeights(6, random(seed));
        const { values, policy } = policyIteration(maze.mdp, linearReward(maze, drawn));
        const complete = [...known, successorFeatures(maze, policy)];
        for (let s = 0; s < 12; s++) {
          expect(worthIn(known, s, drawn)).toBeLessThanOrEqual(values[s] + 1e-8);
          // Policies within a few T of the best pull the mean down by less than J·T/e.
          expect(Math.abs(worthIn(complete, s, drawn) - values[s])).toBeLessThan((complete.length * 1e-3) / Math.E);
        }
      }),
      { numRuns: 40 },
    );
  });
});
