import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { pairAccuracy } from "./pair-accuracy.ts";
import type { PairResult } from "./pair-results.ts";

const options = () => ({ random: random(1), resamples: 200 });
const pair = (id: string, chosen: number, rejected: number, more: Partial<PairResult> = {}): PairResult => ({
  id,
  prompt: id,
  probability: 1,
  chosen: scored(chosen),
  rejected: scored(rejected),
  lengths: { chosen: 1, rejected: 2 },
  ...more,
});

describe("pairAccuracy", () => {
  it("counts a right order 1, a wrong one 0, equal scores ½", () => {
    const result = pairAccuracy([pair("a", 2, 1), pair("b", 1, 2), pair("c", 0, 0), pair("d", 5, 1)], options());
    expect(result).toMatchObject({ pairs: 4, decided: 4, rewardTies: 1, labelTies: 0, unscored: 0 });
    expect(result.measures?.accuracy.value).toBe(2.5 / 4);
  });

  it("gives the log loss of σ(Δ), with soft labels as they are", () => {
    const { measures } = pairAccuracy([pair("a", Math.log(3), 0, { probability: 0.6 })], options());
    expect(measures?.logLoss.value).toBeCloseTo(-(0.6 * Math.log(0.75) + 0.4 * Math.log(0.25)), 12);
    expect(measures?.accuracy.value).toBe(1);
  });

  it("sets length beside it: the longest-wins baseline and the reward's advantage over it", () => {
    const { measures } = pairAccuracy(
      [pair("a", 2, 1), pair("b", 2, 1, { lengths: { chosen: 9, rejected: 2 } }), pair("c", 2, 1)],
      options(),
    );
    const longest = measures?.baselines.find(({ name }) => name === "longest wins");
    expect(longest?.accuracy.value).toBeCloseTo(1 / 3);
    expect(longest?.advantage.value).toBeCloseTo(2 / 3);
    expect(measures?.baselines[0]).toMatchObject({
      name: "chance",
      accuracy: { value: 0.5 },
      advantage: { value: 0.5 },
    });
  });

  it("counts what it leaves out, with causes, and puts no number on nothing", () => {
    const result = pairAccuracy(
      [pair("a", 1, 2, { probability: 0.5 }), pair("b", 1, 2, { chosen: unscored("timeout", "late") })],
      options(),
    );
    expect(result).toMatchObject({
      pairs: 2,
      decided: 0,
      labelTies: 1,
      unscored: 1,
      causes: { timeout: 1 },
      subsets: [],
    });
    expect(result.measures).toBeUndefined();
  });

  it("splits by subset, in order of name", () => {
    const result = pairAccuracy(
      [pair("a", 1, 2, { subset: "y" }), pair("b", 2, 1, { subset: "x" }), pair("c", 2, 1, { subset: "y" })],
      options(),
    );
    expect(result.subsets).toMatchObject([
      { subset: "x", decided: 1, accuracy: { value: 1 } },
      { subset: "y", decided: 2, accuracy: { value: 0.5 } },
    ]);
  });

  it("draws whole prompts: pairs that share one carry no more certainty than one pair", () => {
    const alike = Array.from({ length: 40 }, (_, i) =>
      pair(`${i}`, i < 20 ? 1 : 0, 0.5, { prompt: i < 20 ? "p" : "q" }),
    );
    const { measures } = pairAccuracy(alike, options());
    expect(measures?.accuracy).toEqual({ value: 0.5, low: 0, high: 1 });
  });

  it("conserves pairs and is the same for the same stream", () => {
    const outcome = fc.oneof(
      fc.integer({ min: -2, max: 2 }).map((v) => scored(v)),
      fc.constant(unscored("refusal", "no")),
    );
    const rows = fc.array(
      fc.record({ chosen: outcome, rejected: outcome, probability: fc.constantFrom(0, 0.3, 0.5, 1) }),
    );
    fc.assert(
      fc.property(rows, (drawn) => {
        const pairs = drawn.map((row, i) => pair(`${i}`, 0, 0, row));
        const result = pairAccuracy(pairs, options());
        expect(result.decided + result.labelTies + result.unscored).toBe(pairs.length);
        expect(pairAccuracy(pairs, options())).toEqual(result);
      }),
      { numRuns: 30 },
    );
  });
});
