import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isScored, type Outcome } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { logistic } from "../core/statistics/probability.ts";
import { gridReward, gridWorld, randomGrid } from "../environments/grid-world.ts";
import { policyIteration, valueIteration } from "../environments/planning.ts";
import { randomMdp } from "../environments/random-mdp.ts";
import { replay, rollout } from "../environments/rollout.ts";
import { shapedBy, tabularMdp, uniformPolicy } from "../environments/tabular-mdp.ts";
import { negativeRegret, partialReturn, type Segment } from "./segment-rewards.ts";

const deterministic = { kind: "deterministic" } as const;
const stochastic = { kind: "stochastic" } as const;

function value(outcome: Outcome): number {
  if (!isScored(outcome)) throw new Error(outcome.message);
  return outcome.value;
}

// Row 0: blank, blank, goal. Row 1: blank, road block, blank.
const world = gridWorld([
  [0, 0, 1],
  [0, 5, 0],
]);
const reward = gridReward(world, [-1, 10, -10, 1, -3, -2]);
const [up, down, left, right] = [0, 1, 2, 3];
const walk = (start: number, ...actions: number[]) => replay(world.mdp, reward, actions, { start });

const seeds = fc.integer({ min: 0, max: 10_000 });

/** An undiscounted grid and two random segments of it. A coin is worth less than a step costs: loops have a price. */
function randomWorld(seed: number) {
  const source = random(seed);
  const { board, weights } = randomGrid(source.split("grid"));
  const grid = gridWorld(board);
  const table = gridReward(grid, weights.with(3, 0.5));
  const segments = [0, 1].map((i) =>
    rollout(grid.mdp, table, uniformPolicy(grid.mdp), { random: source.split("walk", i), length: 3 }),
  );
  return { mdp: grid.mdp, table, segments, source };
}

describe("partialReturn", () => {
  it("sums the rewards of the table, by hand", async () => {
    const [outcome] = await partialReturn(world.mdp, reward).score([walk(0, right, down, up)]);
    expect(outcome).toEqual({ value: -6, steps: [-1, -4, -1] });
  });

  it("cannot score a walk that the process does not allow", async () => {
    const teleport: Segment = { id: "t", steps: [{ observation: 0, action: right }], final: 5, ended: "truncated" };
    const outOfRange: Segment = { ...teleport, steps: [{ observation: 9, action: right }] };
    const fromTheEnd: Segment = { ...teleport, steps: [{ observation: 2, action: left }], final: 1 };
    for (const model of [partialReturn(world.mdp, reward), negativeRegret(world.mdp, reward, deterministic)]) {
      const outcomes = await model.score([teleport, outOfRange, fromTheEnd, walk(0)]);
      expect(outcomes.map((outcome) => isScored(outcome) || outcome.unscored)).toEqual([
        "invalid-input",
        "invalid-input",
        "invalid-input",
        true,
      ]);
    }
  });
});

describe("negativeRegret", () => {
  // V*: 9, 10, 0 (goal); 8, 9, 10. The road block below cell 1 costs 4, and a step that was not needed.
  it("is what was given away, by hand", async () => {
    const regrets = negativeRegret(world.mdp, reward, deterministic);
    const outcomes = await regrets.score([walk(0, right, right), walk(0, down, up), walk(0, right, down, right)]);
    expect(outcomes).toEqual([
      { value: 0, steps: [0, 0] },
      { value: -2, steps: [-2, 0] },
      { value: -5, steps: [0, -5, 0] },
    ]);
  });

  it("tells segments of equal return apart", async () => {
    const pair = [walk(0, right), walk(0, down)];
    const [same, again] = (await partialReturn(world.mdp, reward).score(pair)).map(value);
    expect(logistic(same - again)).toBe(0.5);
    const [optimal, other] = (await negativeRegret(world.mdp, reward, deterministic).score(pair)).map(value);
    expect(logistic(optimal - other)).toBeCloseTo(logistic(2), 12);
  });

  it("discounts the end and the steps", async () => {
    const discounted = gridWorld([[0, 0, 0, 1]], 0.5);
    const table = gridReward(discounted, [-1, 8, 0, 0, 0, 0]);
    // V* = −1 − ½ + 2 = ½, −1 + 4 = 3, 8, 0; left at the edge stays for −1.
    const segment = replay(discounted.mdp, table, [left, right], { start: 0 });
    const [outcome] = await negativeRegret(discounted.mdp, table, deterministic).score([segment]);
    expect(value(outcome)).toBeCloseTo(-1 - 0.5 * 1 + 0.25 * 3 - 0.5, 12);
  });

  it("is 0 for optimal segments and less for any other", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { mdp, table, segments, source } = randomWorld(seed);
        const plan = valueIteration(mdp, table);
        const best = rollout(mdp, table, plan.policy, { random: source.split("best"), length: 3 });
        for (const kind of [deterministic, stochastic]) {
          const [optimal, ...others] = (await negativeRegret(mdp, table, kind).score([best, ...segments])).map(value);
          expect(optimal).toBeCloseTo(0, 9);
          for (const [i, { steps }] of segments.entries()) {
            const choices = steps.map(({ observation, action }) => plan.policy[observation * mdp.actions + action]);
            if (choices.every((share) => share > 0)) expect(others[i]).toBeCloseTo(0, 7);
            else expect(others[i]).toBeLessThan(-1e-7);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is the same in both kinds where transitions are certain and γ = 1", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { mdp, table, segments } = randomWorld(seed);
        const one = (await negativeRegret(mdp, table, deterministic).score(segments)).map(value);
        const other = (await negativeRegret(mdp, table, stochastic).score(segments)).map(value);
        for (const i of [0, 1]) expect(one[i]).toBeCloseTo(other[i], 9);
      }),
      { numRuns: 30 },
    );
  });

  it("differs by luck alone where transitions are chancy", async () => {
    // The left action wins 1 or nothing, evenly; the right one is sure of 0.4. Each ends the episode.
    const lottery = tabularMdp({
      states: 3,
      actions: 2,
      transition: Float64Array.of(0, 0.5, 0.5, 0, 0, 1, ...new Float64Array(12)),
      discount: 1,
      start: Float64Array.of(1, 0, 0),
      terminal: Uint8Array.of(0, 1, 1),
    });
    const prize = Float64Array.of(0, 1, 0, 0, 0, 0.4, ...new Float64Array(12));
    const ended = (action: number, final: number): Segment => ({
      id: `${action} ${final}`,
      steps: [{ observation: 0, action }],
      final,
      ended: "terminated",
    });
    const batch = [ended(0, 1), ended(0, 2), ended(1, 2)];
    const blamed = (await negativeRegret(lottery, prize, deterministic).score(batch)).map(value);
    expect(blamed).toEqual([0.5, -0.5, expect.closeTo(-0.1, 12)]);
    const chosen = (await negativeRegret(lottery, prize, stochastic).score(batch)).map(value);
    expect(chosen).toEqual([0, 0, expect.closeTo(-0.1, 12)]);
  });

  it("has one expectation in both kinds", async () => {
    const mdp = randomMdp({ random: random(4), states: 5, actions: 2, discount: 0.9 });
    const table = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i));
    const steps = Array.from({ length: 5 }, (_, next): Segment => {
      return { id: `${next}`, steps: [{ observation: 2, action: 1 }], final: next, ended: "truncated" };
    });
    const chances = mdp.transition.subarray((2 * 2 + 1) * 5, (2 * 2 + 2) * 5);
    const expected = async (kind: typeof deterministic | typeof stochastic) =>
      (await negativeRegret(mdp, table, kind).score(steps)).reduce((sum, o, next) => sum + chances[next] * value(o), 0);
    expect(await expected(deterministic)).toBeCloseTo(await expected(stochastic), 9);
  });

  it("ignores potential shaping, which moves the partial return by Φ(s_n) − Φ(s_0)", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { mdp, table, segments, source } = randomWorld(seed);
        const potential = Float64Array.from(mdp.terminal, (end) => (end ? 0 : 10 * source.normal()));
        const shaped = shapedBy(mdp, table, potential);
        const regrets = (await negativeRegret(mdp, table, deterministic).score(segments)).map(value);
        const shapedRegrets = (await negativeRegret(mdp, shaped, deterministic).score(segments)).map(value);
        const returns = (await partialReturn(mdp, table).score(segments)).map(value);
        const shapedReturns = (await partialReturn(mdp, shaped).score(segments)).map(value);
        for (const [i, { steps, final }] of segments.entries()) {
          expect(shapedRegrets[i]).toBeCloseTo(regrets[i], 7);
          const moved = potential[final] - potential[steps[0].observation];
          expect(shapedReturns[i] - returns[i]).toBeCloseTo(moved, 9);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("grows with the reward", async () => {
    const { mdp, table, segments } = randomWorld(3);
    const once = (await negativeRegret(mdp, table, deterministic).score(segments)).map(value);
    const tripled = negativeRegret(
      mdp,
      table.map((r) => 3 * r),
      deterministic,
    );
    for (const [i, outcome] of (await tripled.score(segments)).entries())
      expect(value(outcome)).toBeCloseTo(3 * once[i], 9);
  });
});

describe("a constant on every reward", () => {
  // State 0: a short way to the end for −1, or a long one by state 1 for −2 and −0.5.
  const twoPaths = tabularMdp({
    states: 3,
    actions: 2,
    transition: Float64Array.of(0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, ...new Float64Array(6)),
    discount: 1,
    start: Float64Array.of(1, 0, 0),
    terminal: Uint8Array.of(0, 0, 1),
  });
  const paid = (constant: number) =>
    Float64Array.of(-1, -1, -1, -2, -2, -2, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, 0, 0, 0, 0, 0, 0).map(
      (r) => r + constant,
    );

  it("leaves preferences between segments of one length, and changes what is best", async () => {
    const segments = [0, 1].map((action): Segment => {
      return {
        id: `${action}`,
        steps: [{ observation: 0, action }],
        final: 2 - action,
        ended: action ? "truncated" : "terminated",
      };
    });
    const before = (await partialReturn(twoPaths, paid(0)).score(segments)).map(value);
    const after = (await partialReturn(twoPaths, paid(2)).score(segments)).map(value);
    expect(after[0] - after[1]).toBe(before[0] - before[1]);
    expect([...valueIteration(twoPaths, paid(0)).policy.subarray(0, 2)]).toEqual([1, 0]);
    expect([...valueIteration(twoPaths, paid(2)).policy.subarray(0, 2)]).toEqual([0, 1]);
    const regrets = async (constant: number) =>
      (await negativeRegret(twoPaths, paid(constant), deterministic).score(segments)).map(value);
    expect(await regrets(0)).toEqual([0, -1.5]);
    expect(await regrets(2)).toEqual([-0.5, 0]);
  });
});

it("agrees with policy iteration's advantages at γ < 1", async () => {
  const mdp = randomMdp({ random: random(9), states: 6, actions: 3 });
  const table = Float64Array.from({ length: 108 }, (_, i) => Math.cos(3 * i));
  const { values, actionValues } = policyIteration(mdp, table);
  const segment = rollout(mdp, table, uniformPolicy(mdp), { random: random(1), length: 4 });
  const advantage = segment.steps.reduce(
    (sum, { observation, action }) => sum + actionValues[observation * 3 + action] - values[observation],
    0,
  );
  const [outcome] = await negativeRegret(mdp, table, stochastic).score([segment]);
  expect(value(outcome)).toBeCloseTo(advantage, 12);
});
