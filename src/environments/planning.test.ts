import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { greedyPolicy, policyIteration, valueIteration, worstPlan } from "./planning.ts";
import { expectedReturn } from "./policy-evaluation.ts";
import { randomMdp } from "./random-mdp.ts";
import { tabularMdp } from "./tabular-mdp.ts";

// State 0: stay for 1 or go to state 1 for 0. State 1: back to 0 for 2, or stay for 0.
const mdp = tabularMdp({
  states: 2,
  actions: 2,
  transition: Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1),
  discount: 0.5,
});
const reward = Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0);

describe("policyIteration", () => {
  it("finds best and worst by hand", () => {
    const best = policyIteration(mdp, reward);
    expect([...best.values]).toEqual([2, 3]);
    expect([...best.policy]).toEqual([1, 0, 1, 0]);
    const worst = worstPlan(mdp, reward);
    expect([...worst.values].map(Math.abs)).toEqual([0, 0]);
    expect([...worst.policy]).toEqual([0, 1, 0, 1]);
  });

  it("shares ties", () => {
    expect([...policyIteration(mdp, new Float64Array(8)).policy]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...greedyPolicy(mdp, Float64Array.of(3, 3 - 1e-12, 1, 2))]).toEqual([0.5, 0.5, 0, 1]);
  });

  it("agrees with value iteration, and no policy does better or worse", () => {
    for (let seed = 0; seed < 20; seed++) {
      const source = random(seed);
      const process = randomMdp({ states: 6, actions: 3, random: source.split("mdp") });
      const table = Float64Array.from({ length: 6 * 3 * 6 }, () => source.normal());
      const best = policyIteration(process, table);
      const swept = valueIteration(process, table);
      for (let s = 0; s < 6; s++) expect(Math.abs(best.values[s] - swept.values[s])).toBeLessThan(1e-8);
      expect(best.policy).toEqual(swept.policy);
      const top = expectedReturn(process, table, best.policy);
      const bottom = expectedReturn(process, table, worstPlan(process, table).policy);
      for (let i = 0; i < 20; i++) {
        const policy = greedyPolicy(
          process,
          Float64Array.from({ length: 18 }, () => source.normal()),
        );
        const worth = expectedReturn(process, table, policy);
        expect(worth).toBeLessThanOrEqual(top + 1e-9);
        expect(worth).toBeGreaterThanOrEqual(bottom - 1e-9);
      }
    }
  });
});

describe("valueIteration", () => {
  const corridor = tabularMdp({
    states: 3,
    actions: 2,
    transition: Float64Array.of(1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0),
    discount: 1,
    terminal: Uint8Array.of(0, 0, 1),
  });

  it("counts the steps to the end at γ = 1", () => {
    expect([...valueIteration(corridor, new Float64Array(18).fill(-1)).values]).toEqual([-2, -1, 0]);
  });

  it("says so when a loop pays for ever", () => {
    const paid = new Float64Array(18).fill(1);
    expect(() => valueIteration(corridor, paid, { sweeps: 50 })).toThrow(
      expect.objectContaining({ code: "mdp.not-converged" }),
    );
    expect(() => policyIteration(corridor, paid)).toThrow(expect.objectContaining({ code: "mdp.discount" }));
  });
});
