import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import { matrix64 } from "../numerics/matrix.ts";
import { bradleyTerryLoss, type PreferenceLoss, pairLoss } from "./bradley-terry.ts";
import { fitLinearPreferences } from "./linear-preferences.ts";

const finite = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const strength = fc.constantFrom(1, 2, 3);
const pairs = fc.array(fc.record({ difference: finite(8), probability, strength }), { minLength: 1, maxLength: 12 });
const kinds = fc.constantFrom<PreferenceLoss>("regular", "margin", "scaled");

function columns(rows: readonly { difference: number; probability: number; strength: number }[]) {
  return {
    differences: Float64Array.from(rows, (row) => row.difference),
    probabilities: Float64Array.from(rows, (row) => row.probability),
    strengths: Float64Array.from(rows, (row) => row.strength),
  };
}

describe("pairLoss", () => {
  test("by hand", () => {
    expect(pairLoss(0)).toEqual({ value: Math.LN2, gradient: -0.5, curvature: 0.25 });
    expect(pairLoss(Math.log(3)).value).toBeCloseTo(Math.log(4 / 3), 12);
    expect(pairLoss(2, 1, 2).value).toBe(Math.LN2);
    expect(pairLoss(0, 0.5)).toEqual({ value: Math.LN2, gradient: 0, curvature: 0.25 });
    expect(pairLoss(-800).value).toBe(800);
  });

  test("gradient and curvature are the slopes of value and gradient", () => {
    fc.assert(
      fc.property(finite(10), probability, fc.double({ min: 0, max: 3, noNaN: true }), (x, p, m) => {
        const h = 1e-5;
        const [below, here, above] = [x - h, x, x + h].map((at) => pairLoss(at, p, m));
        expect(here.gradient).toBeCloseTo((above.value - below.value) / (2 * h), 6);
        expect(here.curvature).toBeCloseTo((above.gradient - below.gradient) / (2 * h), 6);
        expect(here.curvature).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("bradleyTerryLoss", () => {
  test("scaled with m = 1 everywhere is the regular loss; so is no strength at all", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const { differences, probabilities } = columns(rows);
        const ones = new Float64Array(rows.length).fill(1);
        const regular = bradleyTerryLoss("regular", probabilities, ones)(differences);
        expect(bradleyTerryLoss("scaled", probabilities, ones)(differences)).toEqual(regular);
        expect(bradleyTerryLoss("scaled", probabilities)(differences)).toEqual(regular);
      }),
    );
  });

  test("margin with m = 0 everywhere is the regular loss", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const { differences, probabilities } = columns(rows);
        const zeros = new Float64Array(rows.length);
        expect(bradleyTerryLoss("margin", probabilities, zeros)(differences)).toEqual(
          bradleyTerryLoss("regular", probabilities)(differences),
        );
      }),
    );
  });

  test("the scaled gradient is m times the regular one, both undivided", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const { differences, probabilities, strengths } = columns(rows);
        const regular = bradleyTerryLoss("regular", probabilities)(differences);
        const scaled = bradleyTerryLoss("scaled", probabilities, strengths)(differences);
        const total = strengths.reduce((sum, m) => sum + m, 0);
        for (const [i, m] of strengths.entries()) {
          expect(scaled.gradient[i] * total).toBeCloseTo(m * regular.gradient[i] * rows.length, 10);
        }
      }),
    );
  });

  test("scaled is regular with pair i repeated mᵢ times: same value, same minimiser", () => {
    const stream = random(1).split("pairs");
    const [count, dimension] = [40, 3];
    const strengths = Float64Array.from({ length: count }, () => 1 + stream.integer(3));
    const rows = Array.from({ length: count }, () => Array.from({ length: dimension }, () => stream.normal() + 0.2));
    const repeated = rows.flatMap((row, i) => Array.from({ length: strengths[i] }, () => row));
    const matrix = (list: readonly number[][]) => matrix64(list.length, dimension, Float64Array.from(list.flat()));
    const scaled = fitLinearPreferences({ differences: matrix(rows), strengths, loss: "scaled", l2: 0.01 });
    const regular = fitLinearPreferences({ differences: matrix(repeated), loss: "regular", l2: 0.01 });
    for (let j = 0; j < dimension; j++) expect(scaled[j]).toBeCloseTo(regular[j], 7);
  });

  test("swapping the two items and turning the label round leaves every loss unchanged", () => {
    fc.assert(
      fc.property(kinds, pairs, (kind, rows) => {
        const { differences, probabilities, strengths } = columns(rows);
        const there = bradleyTerryLoss(kind, probabilities, strengths)(differences);
        const back = bradleyTerryLoss(
          kind,
          probabilities.map((p) => 1 - p),
          strengths,
        )(differences.map((difference) => -difference));
        expect(back.value).toBeCloseTo(there.value, 12);
        for (let i = 0; i < rows.length; i++) expect(back.gradient[i]).toBeCloseTo(-there.gradient[i], 12);
      }),
    );
  });
});

describe("fitLinearPreferences", () => {
  test("one feature, two wins to one: σ(w) = 2/3", () => {
    const differences = matrix64(3, 1, Float64Array.of(1, 1, -1));
    expect(fitLinearPreferences({ differences, loss: "regular", l2: 0 })[0]).toBeCloseTo(Math.log(2), 6);
  });

  test("a soft label p has its minimum at σ(w) = p", () => {
    const [w] = fitLinearPreferences({
      differences: matrix64(2, 1, Float64Array.of(1, 1)),
      probabilities: Float64Array.of(0.8, 0.8),
      loss: "regular",
      l2: 0,
    });
    expect(w).toBeCloseTo(Math.log(4), 6);
  });

  test("a strong penalty keeps the prior, whatever the pairs say", () => {
    const prior = Float64Array.of(2, -1);
    const w = fitLinearPreferences({
      differences: matrix64(1, 2, Float64Array.of(-1, 1)),
      loss: "scaled",
      l2: 1e6,
      prior,
    });
    expect(w[0]).toBeCloseTo(2, 4);
    expect(w[1]).toBeCloseTo(-1, 4);
  });

  test("margins on separable pairs, where undamped Newton diverges, still converge", () => {
    const [w] = fitLinearPreferences({
      differences: matrix64(2, 1, Float64Array.of(0.01, 5)),
      strengths: Float64Array.of(3, 3),
      loss: "margin",
      l2: 1e-4,
    });
    const slope = (x: number) =>
      (0.01 * pairLoss(0.01 * x, 1, 3).gradient + 5 * pairLoss(5 * x, 1, 3).gradient) / 2 + 1e-4 * x;
    expect(slope(w)).toBeCloseTo(0, 7);
  });

  test("says where a number is not finite", () => {
    const differences = matrix64(2, 2, Float64Array.of(1, 2, Number.NaN, 4));
    expect(() => fitLinearPreferences({ differences, loss: "regular", l2: 1 })).toThrow(/row 1, column 0.*got NaN/);
    expect(() => fitLinearPreferences({ differences: matrix64(0, 2), loss: "regular", l2: 1 })).toThrow(/one row/);
  });
});
