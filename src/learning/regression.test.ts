import { describe, expect, test } from "vitest";
import { matrix64 } from "../numerics/matrix.ts";
import { ridge } from "./linear-preferences.ts";
import { maskedSquaredError, squaredError } from "./regression.ts";

describe("maskedSquaredError", () => {
  test("counts labelled attributes only: −100, NaN and absent ones are masked", () => {
    const { value, gradient } = maskedSquaredError(Float64Array.of(1, 2, 3, 4), [3, -100, Number.NaN, undefined]);
    expect(value).toBe(4);
    expect([...gradient]).toEqual([-4, 0, 0, 0]);
    expect(maskedSquaredError(Float64Array.of(1, 2), [3, 5]).value).toBe((4 + 9) / 2);
  });

  test("without a mask it is the squared error", () => {
    const [predictions, labels] = [Float64Array.of(1, 2.5, -1), Float64Array.of(0, 2, 4)];
    const plain = squaredError(labels)(predictions);
    const masked = maskedSquaredError(predictions, [...labels]);
    expect(masked.value).toBeCloseTo(plain.value, 12);
    expect(masked.gradient).toEqual(plain.gradient);
  });

  test("refuses when everything is masked", () => {
    expect(() => maskedSquaredError(Float64Array.of(1, 2), [-100, undefined])).toThrow(
      expect.objectContaining({ code: "learning.no-signal" }),
    );
  });
});

describe("ridge", () => {
  test("by hand: (XᵀX + Nλ/2) w = Xᵀr", () => {
    const features = matrix64(2, 1, Float64Array.of(1, 2));
    // XᵀX = 5, Xᵀr = 10, Nλ/2 = 3.
    expect(ridge({ features, ratings: Float64Array.of(2, 4), l2: 3 })[0]).toBeCloseTo(10 / 8, 10);
    expect(ridge({ features, ratings: Float64Array.of(2, 4), l2: 0 })[0]).toBeCloseTo(2, 7);
    expect(ridge({ features, ratings: Float64Array.of(2, 4), l2: 3, prior: Float64Array.of(2) })[0]).toBeCloseTo(2, 10);
  });

  test("more columns than rows: the shortest exact solution", () => {
    const features = matrix64(1, 2, Float64Array.of(3, 4));
    const [a, b] = ridge({ features, ratings: Float64Array.of(25), l2: 1e-9 });
    expect(a).toBeCloseTo(3, 4);
    expect(b).toBeCloseTo(4, 4);
  });
});
