import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregateSteps, stepAggregations } from "./step-aggregation.ts";

describe("aggregateSteps", () => {
  it.each([
    ["min", 0.2],
    ["max", 0.8],
    ["product", 0.08],
    ["geometric-mean", 0.08 ** (1 / 3)],
    ["mean", 0.5],
    // logits −ln 4, 0, ln 4 have mean 0; odds 1/4, 1, 4 have mean 1.75
    ["mean-logit", 0.5],
    ["mean-odds", 1.75],
    ["last", 0.8],
  ] as const)("%s of 0.2, 0.5, 0.8 is %d", (by, expected) => {
    expect(aggregateSteps([0.2, 0.5, 0.8], by)).toBeCloseTo(expected, 12);
  });

  it("gives 0.5 for no steps and stays finite at certainty unless asked to be exact", () => {
    for (const by of stepAggregations) {
      expect(aggregateSteps([], by)).toBe(0.5);
      expect(Number.isFinite(aggregateSteps([1, 0, 1], by))).toBe(true);
    }
    expect(aggregateSteps([1, 0.5], "mean-odds", { exact: true })).toBe(Number.POSITIVE_INFINITY);
    expect(aggregateSteps([1, 0.5], "mean-logit", { exact: true })).toBe(1);
  });

  it("survives long solutions: the geometric mean of 5,000 steps of 1e-9 is 1e-9", () => {
    expect(aggregateSteps(Array(5000).fill(1e-9), "geometric-mean")).toBeCloseTo(1e-9, 18);
  });

  it("orders product ≤ min ≤ geometric mean ≤ mean ≤ max", () => {
    const steps = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(steps, (values) => {
        const order = (["product", "min", "geometric-mean", "mean", "max"] as const).map((by) =>
          aggregateSteps(values, by),
        );
        for (let i = 1; i < order.length; i++) expect(order[i]).toBeGreaterThanOrEqual(order[i - 1] - 1e-12);
      }),
    );
  });

  it("refuses what is not a probability", () => {
    expect(() => aggregateSteps([0.5, 1.2], "min")).toThrow(/steps\[1\].*1\.2/);
    expect(() => aggregateSteps([Number.NaN], "min")).toThrow(/steps\[0\]/);
  });
});
