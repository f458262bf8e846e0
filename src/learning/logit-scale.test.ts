import { expect, test } from "vitest";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { fitLogitScale } from "./logit-scale.ts";

test("two wins to one at a difference of 2: σ(2τ) = 2/3", () => {
  expect(fitLogitScale(Float64Array.of(2, 2, -2), bradleyTerryLoss("regular"))).toBeCloseTo(Math.LN2 / 2, 4);
});

test("a model that is wrong more often than right gets a negative scale; one without an opinion none", () => {
  expect(fitLogitScale(Float64Array.of(1, -1, -1), bradleyTerryLoss("regular"))).toBeLessThan(0);
  expect(fitLogitScale(new Float64Array(3), bradleyTerryLoss("regular"))).toBe(0);
});
