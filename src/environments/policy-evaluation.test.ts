import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { actionValues, discountedSum, expectedReturn, occupancy, policyValue } from "./policy-evaluation.ts";
import { rollout } from "./rollout.ts";
import { expectedReward, tabularMdp, uniformPolicy } from "./tabular-mdp.ts";

// State 0: action 0 stays and pays 1, action 1 goes to state 1 and pays 0. State 1: both return, paying 2.
const mdp = tabularMdp({
  states: 2,
  actions: 2,
  transition: Float64Array.of(1, 0, 0, 1, 1, 0, 1, 0),
  discount: 0.5,
  start: Float64Array.of(1, 0),
});
const reward = Float64Array.of(1, 0, 0, 0, 2, 0, 2, 0);

describe("policyValue", () => {
  it("solves the Bellman equation, by hand", () => {
    // V₀ = ½(1 + ½V₀) + ½(½V₁), V₁ = 2 + ½V₀  ⇒  V₀ = 8/5, V₁ = 14/5.
    const values = policyValue(mdp, reward, uniformPolicy(mdp));
    expect(values[0]).toBeCloseTo(1.6, 12);
    expect(values[1]).toBeCloseTo(2.8, 12);
    expect([...actionValues(mdp, reward, values)].map((q) => q.toFixed(6))).toEqual(
      [1.8, 1.4, 2.8, 2.8].map((q) => q.toFixed(6)),
    );
    expect(expectedReturn(mdp, reward, uniformPolicy(mdp))).toBeCloseTo(1.6, 12);
  });

  it("counts each transition of a walk to the end once at γ = 1", () => {
    const line = tabularMdp({
      states: 3,
      actions: 1,
      transition: Float64Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0),
      discount: 1,
      terminal: Uint8Array.of(0, 0, 1),
    });
    const perStep = new Float64Array(9).fill(-1);
    expect([...policyValue(line, perStep, uniformPolicy(line))]).toEqual([-2, -1, 0]);
  });

  it("refuses a policy that is not one", () => {
    expect(() => policyValue(mdp, reward, Float64Array.of(1, 0))).toThrow("S·A = 4");
    expect(() => policyValue(mdp, reward, Float64Array.of(1, 0, 0.5, 0.4))).toThrow("policy[1]");
  });
});

describe("occupancy", () => {
  it("sums to 1/(1 − γ) and gives the return as an inner product", () => {
    const policy = Float64Array.of(0.25, 0.75, 0.5, 0.5);
    const visits = occupancy(mdp, policy);
    expect(visits.reduce((a, b) => a + b)).toBeCloseTo(2, 12);
    const expected = expectedReward(mdp, reward);
    const inner = visits.reduce((sum, visit, pair) => sum + visit * expected[pair], 0);
    expect(inner).toBeCloseTo(expectedReturn(mdp, reward, policy), 12);
  });
});

describe("discountedSum", () => {
  it("gives successor features whose weighted sum is the value", () => {
    const policy = uniformPolicy(mdp);
    const expected = expectedReward(mdp, reward);
    const two = new Float64Array(8);
    for (let pair = 0; pair < 4; pair++) two.set([expected[pair], 1], 2 * pair);
    const psi = discountedSum(mdp, two, policy, 2);
    const values = policyValue(mdp, reward, policy);
    expect(psi[0]).toBeCloseTo(values[0], 12);
    expect(psi[1]).toBeCloseTo(2, 12);
    expect(psi[2]).toBeCloseTo(values[1], 12);
  });
});

describe("rollout", () => {
  it("walks by the tables and averages to the exact return", () => {
    const policy = Float64Array.of(0.25, 0.75, 0.5, 0.5);
    const root = random(7);
    const returns = Array.from({ length: 4000 }, (_, i) => {
      const walk = rollout(mdp, reward, policy, { random: root.split("walk", i), length: 30 });
      expect(walk.ended).toBe("truncated");
      return walk.steps.reduceRight((sum, step) => (step.reward ?? Number.NaN) + mdp.discount * sum, 0);
    });
    const mean = returns.reduce((a, b) => a + b) / returns.length;
    expect(Math.abs(mean - expectedReturn(mdp, reward, policy))).toBeLessThan(0.05);
  });

  it("stops at a terminal state and repeats itself for one seed", () => {
    const short = tabularMdp({
      states: 2,
      actions: 1,
      transition: Float64Array.of(0.5, 0.5, 0, 0),
      discount: 1,
      terminal: Uint8Array.of(0, 1),
    });
    const options = { length: 100, start: 0, id: "a" };
    const walk = rollout(short, new Float64Array(4), uniformPolicy(short), { ...options, random: random(3) });
    expect(walk.ended).toBe("terminated");
    expect(walk.final).toBe(1);
    expect(rollout(short, new Float64Array(4), uniformPolicy(short), { ...options, random: random(3) })).toEqual(walk);
  });
});
