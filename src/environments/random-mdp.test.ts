import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { expectedReturn } from "./policy-evaluation.ts";
import { randomMdp, randomPotential, randomReward } from "./random-mdp.ts";
import { shapedBy, uniformPolicy } from "./tabular-mdp.ts";

describe("randomMdp", () => {
  it("gives few successors nearly all the weight", () => {
    const mdp = randomMdp({ random: random(1) });
    const likely = mdp.transition.reduce((count, p) => count + (p > 1e-6 ? 1 : 0), 0) / (32 * 4);
    // P(N(0,1) > 1) · 32 = 5.08.
    expect(likely).toBeGreaterThan(4.5);
    expect(likely).toBeLessThan(5.7);
    expect(randomMdp({ random: random(1) }).transition).toEqual(mdp.transition);
  });
});

describe("randomReward", () => {
  it("varies in sparsity, scale and shift", () => {
    const mdp = randomMdp({ random: random(1), states: 8 });
    const rewards = Array.from({ length: 400 }, (_, i) => randomReward(mdp, random(2).split(i)));
    // Sparse with probability 0.2, still visible where neither shifted (0.3) nor shaped (0.5).
    const sparse = rewards.filter((reward) => reward.filter((value) => value === 0).length > 100).length / 400;
    expect(Math.abs(sparse - 0.2 * 0.7 * 0.5)).toBeLessThan(0.04);
  });
});

describe("shapedBy", () => {
  it("moves every return by the same −E[Φ(s₀)]", () => {
    const mdp = randomMdp({ random: random(3), states: 5, actions: 2 });
    const reward = randomReward(mdp, random(4));
    const potential = randomPotential(mdp, random(5));
    const shaped = shapedBy(mdp, reward, potential);
    const uniform = uniformPolicy(mdp);
    const first = uniform.map((_, pair) => (pair % 2 === 0 ? 1 : 0));
    const shift = -potential.reduce((sum, value) => sum + value, 0) / 5;
    for (const policy of [uniform, first]) {
      expect(expectedReturn(mdp, shaped, policy) - expectedReturn(mdp, reward, policy)).toBeCloseTo(shift, 9);
    }
  });
});
