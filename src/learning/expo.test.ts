import { describe, expect, test } from "vitest";
import { extrapolate, searchExtrapolation } from "./expo.ts";

const [from, to] = [Float64Array.of(1, 0), Float64Array.of(2, 4)];

describe("extrapolate", () => {
  test("0 and 1 are the two parents, exactly; beyond is further along", () => {
    const awkward = [Float64Array.of(0.1, 1 / 3), Float64Array.of(0.7, 1e-9)] as const;
    expect(extrapolate(...awkward, 0)).toEqual(awkward[0]);
    expect(extrapolate(...awkward, 1)).toEqual(awkward[1]);
    expect([...extrapolate(from, to, 1.5)]).toEqual([2.5, 6]);
  });

  test("refuses two architectures", () => {
    expect(() => extrapolate(from, new Float64Array(3), 1)).toThrow(/2 numbers each, got 3/);
  });
});

describe("searchExtrapolation", () => {
  test("finds the factor with the highest score", () => {
    expect(searchExtrapolation(from, to, ([, y]) => -Math.abs(y - 6)).by).toBe(1.5);
    expect(searchExtrapolation(from, to, ([x]) => -x).by).toBe(0);
  });

  test("does not extrapolate for nothing", () => {
    expect(searchExtrapolation(from, to, () => 0.7).by).toBe(1);
  });
});
