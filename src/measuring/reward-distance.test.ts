import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, random } from "../core/random.ts";
import { pearson } from "../core/statistics/correlation.ts";
import { policyIteration, worstPlan } from "../environments/planning.ts";
import { expectedReturn, occupancy, policyValue } from "../environments/policy-evaluation.ts";
import { randomMdp, randomPotential } from "../environments/random-mdp.ts";
import {
  expectedReward,
  shapedBy,
  type TabularMdp,
  type TabularPolicy,
  tabularMdp,
} from "../environments/tabular-mdp.ts";
import { type CanonicalisationName, canonicalisations } from "./canonicalisation.ts";
import { type NormName, norms } from "./norms.ts";
import { dardDistance, epicDistance, starcDistance } from "./reward-distance.ts";

const names = Object.keys(canonicalisations) as CanonicalisationName[];
const potentialOnly = names.filter((name) => ["epic", "dard", "val-potential", "minimal-potential"].includes(name));

/** A change of R(s,a,·) that keeps its mean under τ(·|s,a). */
function redistribution(mdp: TabularMdp, source: Random, size = 1): Float64Array {
  const noise = mdp.transition.map(() => size * source.normal());
  const means = expectedReward(mdp, noise);
  return noise.map((value, i) => value - means[Math.floor(i / mdp.states)]);
}

function plus(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((value, i) => value + y[i]);
}

function randomPolicy(mdp: TabularMdp, source: Random): TabularPolicy {
  const weights = Float64Array.from({ length: mdp.states * mdp.actions }, () => source.uniform() ** 4 + 1e-3);
  return weights.map((weight, pair) => {
    const row = weights.subarray(Math.floor(pair / mdp.actions) * mdp.actions).subarray(0, mdp.actions);
    return weight / row.reduce((sum, value) => sum + value, 0);
  });
}

function drawn(seed: number, states = 8, actions = 3) {
  const source = random(seed);
  const mdp = randomMdp({ random: source.split("mdp"), states, actions, discount: 0.9 });
  const reward = () => mdp.transition.map(() => source.normal());
  return { source, mdp, reward };
}

// One action: 0 → 1 paying 1, 1 → 0 paying 0. Two actions: the second stays put for 0. γ = ½.
const twoStates = tabularMdp({
  states: 2,
  actions: 2,
  transition: Float64Array.of(0, 1, 1, 0, 1, 0, 0, 1),
  discount: 0.5,
});
const paid = Float64Array.of(0, 1, 0, 0, 0, 0, 0, 0);

describe("canonical forms of a process of two states, by hand", () => {
  it("val is the advantage of the uniform policy", () => {
    // V₀ = ½(1 + ½V₁) + ½·½V₀, V₁ = ½·½V₀ + ½·½V₁  ⇒  V₀ = ¾, V₁ = ¼.
    const form = canonicalisations.val(twoStates)(paid);
    const advantages = [1 + 0.125 - 0.75, 0.375 - 0.75, 0.375 - 0.25, 0.125 - 0.25];
    expect([...form].map((value) => value.toFixed(12))).toEqual(
      advantages.flatMap((value) => [value.toFixed(12), value.toFixed(12)]),
    );
  });

  it("epic takes out the means of the states", () => {
    // μ₀ = ¼, μ₁ = 0, mean = ⅛: C(s,a,s') = R + ½μ(s') − μ(s) − 1/16.
    const form = canonicalisations.epic(twoStates)(paid);
    const [to0, to1] = [0.125 - 0.0625, -0.0625];
    expect([...form]).toEqual([to0 - 0.25, 1 + to1 - 0.25, to0 - 0.25, to1 - 0.25, to0, to1, to0, to1]);
  });

  it("dard takes out what the process leads to", () => {
    // f₀ = ½, f₁ = 0; g(s,s') = ½R(1−s,0,1−s') + ½R(s,1,s'): only R(0,0,1) = 1, so g(1,0) = ½. C = R + ½f(s') − f(s) − ½g.
    const form = canonicalisations.dard(twoStates)(paid);
    expect([...form]).toEqual([0.25 - 0.5, 1 - 0.5, 0.25 - 0.5, -0.5, 0.25 - 0.25, 0, 0.25 - 0.25, 0]);
  });

  it("minimal solves its least-squares problem", () => {
    // Rows (γτ − e_s): (−1, ½), (−½, 0), (½, −1), (0, −½); q = (1, 0, 0, 0). Normal: [3/2 −1; −1 3/2]Φ = (1, −½).
    const [first, second] = [0.8, 0.2];
    const level = [1 + second / 2 - first, -first / 2, first / 2 - second, -second / 2];
    for (const name of ["minimal", "weighted-minimal"] as const) {
      const form = canonicalisations[name](twoStates)(paid);
      const expected = name === "minimal" ? twoStates.transition.map((p, i) => p * level[i >> 1]) : form;
      expect(
        norms.l2(
          twoStates,
          plus(
            form,
            expected.map((value) => -value),
          ),
        ),
      ).toBeLessThan(1e-12);
      expect([...expectedReward(twoStates, form)].map((value) => value.toFixed(12))).toEqual(
        level.map((value) => value.toFixed(12)),
      );
    }
  });
});

describe("what policies cannot tell apart", () => {
  it("val and minimal do not see shaping, redistribution and scale, and put −R at 2", () => {
    for (let seed = 0; seed < 30; seed++) {
      const { mdp, source, reward } = drawn(seed);
      const first = reward();
      const shaped = shapedBy(mdp, first, randomPotential(mdp, source));
      const same = plus(shaped, redistribution(mdp, source)).map((value) => 3 * value);
      for (const [canonicalisation, norm] of [
        ["val", "l2"],
        ["val", "l1"],
        ["val", "l-infinity"],
        ["minimal", "l2"],
        ["weighted-minimal", "weighted-l2"],
      ] as const) {
        const options = { canonicalisation, norm };
        expect(starcDistance(mdp, first, same, options)).toBeLessThan(1e-9);
        expect(
          starcDistance(
            mdp,
            first,
            first.map((value) => -value),
            options,
          ),
        ).toBeCloseTo(2, 12);
      }
    }
  });

  it("the forms for shaping alone ignore shaping but move under redistribution", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { mdp, source, reward } = drawn(seed);
      const first = reward();
      const shaped = shapedBy(mdp, first, randomPotential(mdp, source));
      const moved = plus(first, redistribution(mdp, source));
      expect(potentialOnly).toHaveLength(4);
      for (const canonicalisation of potentialOnly) {
        expect(starcDistance(mdp, first, shaped, { canonicalisation })).toBeLessThan(1e-9);
        expect(starcDistance(mdp, first, moved, { canonicalisation })).toBeGreaterThan(0.05);
      }
      expect(epicDistance(mdp, first, shaped)).toBeLessThan(1e-9);
      expect(dardDistance(mdp, first, shaped)).toBeLessThan(1e-9);
    }
  });

  it("val is an advantage: it averages to 0 under π, and moves every return by −E V^π(s₀)", () => {
    const { mdp, source, reward } = drawn(5);
    const policy = randomPolicy(mdp, source);
    const first = reward();
    const form = canonicalisations.val(mdp, { policy })(first);
    for (let state = 0; state < mdp.states; state++) {
      let sum = 0;
      for (let pair = state * mdp.actions; pair < (state + 1) * mdp.actions; pair++) {
        sum += policy[pair] * form[pair * mdp.states];
      }
      expect(Math.abs(sum)).toBeLessThan(1e-12);
    }
    const start = policyValue(mdp, first, policy).reduce((sum, value, s) => sum + mdp.start[s] * value, 0);
    for (let i = 0; i < 100; i++) {
      const other = randomPolicy(mdp, source);
      expect(expectedReturn(mdp, form, other) - expectedReturn(mdp, first, other) + start).toBeCloseTo(0, 9);
    }
  });

  it("val is constant in s', so l1 and weighted-l1 give one distance", () => {
    const { mdp, reward } = drawn(6);
    const [first, second] = [reward(), reward()];
    const form = canonicalisations.val(mdp)(first);
    expect(norms.l1(mdp, form) / norms["weighted-l1"](mdp, form)).toBeCloseTo(mdp.states, 9);
    expect(starcDistance(mdp, first, second, { norm: "l1" })).toBeCloseTo(
      starcDistance(mdp, first, second, { norm: "weighted-l1" }),
      12,
    );
  });

  it("minimal forms are not longer than val or any other equivalent reward", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { mdp, source, reward } = drawn(seed);
      const first = reward();
      const shaped = shapedBy(
        mdp,
        first,
        randomPotential(mdp, source).map((value) => value / 10),
      );
      const rivals = [first, plus(shaped, redistribution(mdp, source, 0.3)), canonicalisations.val(mdp)(first)];
      for (const [name, norm] of [
        ["minimal", "l2"],
        ["weighted-minimal", "weighted-l2"],
      ] as const) {
        const least = norms[norm](mdp, canonicalisations[name](mdp)(first));
        for (const rival of rivals) expect(least).toBeLessThanOrEqual(norms[norm](mdp, rival) * (1 + 1e-12));
      }
      const shapings = [
        first,
        shaped,
        canonicalisations["val-potential"](mdp)(first),
        canonicalisations.epic(mdp)(first),
      ];
      const least = norms.l2(mdp, canonicalisations["minimal-potential"](mdp)(first));
      for (const rival of shapings) expect(least).toBeLessThanOrEqual(norms.l2(mdp, rival) * (1 + 1e-12));
    }
  });

  it("a trivial reward stays zero, at 1 from any other", () => {
    const { mdp, source, reward } = drawn(7);
    const trivial = shapedBy(
      mdp,
      mdp.transition.map(() => 3),
      randomPotential(mdp, source),
    );
    expect(starcDistance(mdp, trivial, reward())).toBeCloseTo(1, 12);
    expect(starcDistance(mdp, trivial, new Float64Array(trivial.length))).toBe(0);
    expect(epicDistance(mdp, trivial, reward())).toBeCloseTo(0.5, 12);
  });

  it("an episode's end has no potential", () => {
    const ended = tabularMdp({
      states: 3,
      actions: 2,
      transition: Float64Array.of(0, 1, 0, 0.5, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0),
      discount: 0.9,
      terminal: Uint8Array.of(0, 0, 1),
    });
    const source = random(8);
    const first = ended.transition.map((p) => (p > 0 ? source.normal() : 0));
    const shaped = (potential: Float64Array) => shapedBy(ended, first, potential).map((r, i) => (i < 12 ? r : 0));
    for (const canonicalisation of ["val", "minimal", "weighted-minimal"] as const) {
      const allowed = starcDistance(ended, first, shaped(Float64Array.of(2, -1, 0)), { canonicalisation });
      const bonus = starcDistance(ended, first, shaped(Float64Array.of(0, 0, 5)), { canonicalisation });
      expect(allowed).toBeLessThan(1e-9);
      expect(bonus).toBeGreaterThan(0.05);
    }
    for (const canonicalisation of potentialOnly) {
      expect(() => starcDistance(ended, first, first, { canonicalisation })).toThrow("terminal state 2");
    }
  });
});

describe("starcDistance", () => {
  it("is a pseudometric", () => {
    const { mdp, reward } = drawn(9, 4, 2);
    for (const canonicalisation of ["val", "minimal", "epic"] as const) {
      const canonical = canonicalisations[canonicalisation](mdp);
      for (let triple = 0; triple < 334; triple++) {
        const [a, b, c] = [reward(), reward(), reward()];
        const distance = (x: Float64Array, y: Float64Array) =>
          starcDistance(mdp, x, y, { canonicalisation: canonical });
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-12);
        expect(distance(a, b)).toBeLessThanOrEqual(2);
      }
    }
  });

  it("every canonical form is linear", () => {
    const { mdp, reward } = drawn(10);
    const numbers = fc.float({ min: -5, max: 5, noNaN: true });
    for (const name of names) {
      const canonical = canonicalisations[name](mdp);
      const [first, second] = [reward(), reward()];
      fc.assert(
        fc.property(numbers, numbers, (x, y) => {
          const whole = canonical(first.map((value, i) => x * value + y * second[i]));
          const [a, b] = [canonical(first), canonical(second)];
          const gap = whole.map((value, i) => value - (x * a[i] + y * b[i]));
          expect(norms["l-infinity"](mdp, gap)).toBeLessThan(1e-9);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("EPIC's and DARD's own distances are Pearson's", () => {
    const { mdp, reward } = drawn(11);
    const [first, second] = [reward(), reward()];
    for (const [name, distance] of [
      ["epic", epicDistance],
      ["dard", dardDistance],
    ] as const) {
      const canonical = canonicalisations[name](mdp);
      const rho = pearson(canonical(first), canonical(second));
      expect(distance(mdp, first, second)).toBeCloseTo(Math.sqrt((1 - rho) / 2), 12);
    }
  });

  it("refuses rewards that are not finite tables", () => {
    const { mdp, reward } = drawn(12);
    const wrong = reward();
    wrong[5] = Number.POSITIVE_INFINITY;
    for (const canonicalisation of names) {
      expect(() => starcDistance(mdp, reward(), wrong, { canonicalisation })).toThrow("reward[0, 0, 5]");
      expect(() => starcDistance(mdp, reward(), new Float64Array(3), { canonicalisation })).toThrow("S·A·S");
    }
    const episodic = tabularMdp({
      states: 2,
      actions: 1,
      transition: Float64Array.of(0, 1, 0, 0),
      discount: 1,
      terminal: Uint8Array.of(0, 1),
    });
    for (const canonicalisation of ["val", "minimal"] as const) {
      expect(() => starcDistance(episodic, new Float64Array(4), new Float64Array(4), { canonicalisation })).toThrow(
        expect.objectContaining({ code: "mdp.discount" }),
      );
    }
  });
});

describe("regret", () => {
  // Soundness: ⟨d₁ − d₂, s₁⟩ ≤ ⟨d₁ − d₂, s₁ − s₂⟩ where R₂ prefers d₂, and ‖d₁ − d₂‖₂ ≤ 2/(1 − γ), so the loss is at most
  // 2/(1 − γ)·n(C(R₁))·d; that this stays within a multiple of R₁'s range is then a matter of the process.
  it("stays within a multiple of the distance, over 10,000 pairs of rewards", () => {
    let worst = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { mdp, reward } = drawn(seed, 4, 2);
      const canonical = canonicalisations.val(mdp);
      for (let base = 0; base < 10; base++) {
        const [first, other] = [reward(), reward()];
        const best = expectedReturn(mdp, first, policyIteration(mdp, first).policy);
        const range = extremes(mdp, first);
        const size = norms.l2(mdp, canonical(first));
        for (let step = 1; step <= 50; step++) {
          const second = first.map((value, i) => value + (step / 25) * (other[i] - value));
          const distance = starcDistance(mdp, first, second, { canonicalisation: canonical });
          const regret = best - expectedReturn(mdp, first, policyIteration(mdp, second).policy);
          expect(regret).toBeLessThanOrEqual(20 * size * distance + 1e-9);
          if (regret > 1e-9 * range) worst = Math.max(worst, regret / (range * distance));
        }
      }
    }
    expect(worst).toBeGreaterThan(0.1);
    expect(worst).toBeLessThan(5);
  });

  it("of the worst pair of policies is above a multiple of the distance", () => {
    const { mdp, source, reward } = drawn(21, 4, 2);
    const visits = Array.from({ length: 300 }, () => occupancy(mdp, randomPolicy(mdp, source)));
    let least = Number.POSITIVE_INFINITY;
    for (let pair = 0; pair < 100; pair++) {
      const [first, other] = [reward(), reward()];
      const second = first.map((value, i) => value + (0.2 + pair / 100) * (other[i] - value));
      const distance = starcDistance(mdp, first, second);
      if (distance <= 0.1) continue;
      const [q1, q2] = [expectedReward(mdp, first), expectedReward(mdp, second)];
      const worth = visits.map((visit) => [q1, q2].map((q) => visit.reduce((sum, d, i) => sum + d * q[i], 0)));
      const range = extremes(mdp, first);
      let loss = 0;
      for (const [a1, a2] of worth) for (const [b1, b2] of worth) if (b2 >= a2) loss = Math.max(loss, a1 - b1);
      least = Math.min(least, loss / (range * distance));
    }
    expect(least).toBeGreaterThan(0.02);
    expect(least).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

/** max J − min J. */
function extremes(mdp: TabularMdp, reward: Float64Array): number {
  const [best, worst] = [policyIteration(mdp, reward), worstPlan(mdp, reward)];
  return expectedReturn(mdp, reward, best.policy) - expectedReturn(mdp, reward, worst.policy);
}

describe("norms", () => {
  it.each<[NormName, number]>([
    ["l1", 10],
    ["l2", Math.sqrt(30)],
    ["l-infinity", 4],
    ["weighted-l1", 0.25 * 1 + 0.75 * 2 + 1 * 3],
    ["weighted-l2", Math.sqrt(0.25 * 1 + 0.75 * 4 + 1 * 9)],
    ["weighted-l-infinity", 3],
  ])("%s, by hand", (name, value) => {
    const mdp = tabularMdp({ states: 2, actions: 1, transition: Float64Array.of(0.25, 0.75, 1, 0), discount: 0 });
    expect(norms[name](mdp, Float64Array.of(1, -2, -3, 4))).toBeCloseTo(value, 12);
  });
});
