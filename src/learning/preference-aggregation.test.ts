import { describe, expect, test } from "vitest";
import { aggregatePreferences } from "./preference-aggregation.ts";

describe("aggregatePreferences", () => {
  test.each([
    [[2, 2, 3], 2],
    [[-1, -2, -2], -2],
    // The outlier is left out of the three closest.
    [[-3, 2, 2, 3], 2],
    [[1, 1, 1, 3, -2], 1],
    // Spans 1 to 3, which is 2 and not more.
    [[1, 2, 3], 2],
    [[1, 3, 3], 2],
    // The mean, 0.33, rounds to 0.
    [[-1, 1, 1], undefined],
    [[-2, 1, 1], undefined],
    [[-3, 1, 3], undefined],
    [[2, 2], undefined],
    [[2, 2, -100], undefined],
    [[2, 2, -100, Number.NaN, 3], 2],
    // Two triples span 1: (1, 1, 2) and (1, 2, 2); the weaker one counts.
    [[1, 1, 2, 2], 1],
    [[-1, -1, -2, -2], -1],
    [[], undefined],
  ])("%j → %s", (annotations, expected) => {
    expect(aggregatePreferences(annotations)).toBe(expected);
  });

  test("turning every annotation round turns the result round", () => {
    for (let a = -3; a <= 3; a++) {
      for (let b = -3; b <= 3; b++) {
        for (let c = -3; c <= 3; c++) {
          const there = aggregatePreferences([a, b, c]);
          const back = aggregatePreferences([-a, -b, -c]);
          expect(back).toBe(there === undefined ? undefined : -there);
        }
      }
    }
  });

  test("refuses what is no strength", () => {
    expect(() => aggregatePreferences([1, 2, 7])).toThrow(/got 7/);
  });
});
