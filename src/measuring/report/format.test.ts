import { expect, it } from "vitest";
import { formatCell } from "./format.ts";

it.each([
  [0.7194, "percent", "71.9%"],
  [0.0274, "points", "+2.7"],
  [-0.0274, "points", "−2.7"],
  [-0.0001, "points", "−0.0"],
  [0, "points", "0.0"],
  [1234567, "count", "1,234,567"],
  [999, "count", "999"],
  [0.80712, "number", "0.807"],
  [-12.345, "number", "−12.3"],
  ["a text", "text", "a text"],
  [null, "percent", "–"],
] as const)("%s as %s reads %s", (cell, format, expected) => {
  expect(formatCell(cell, format)).toEqual({ value: expected });
});

it("gives the interval in the unit of the value, which it does not repeat", () => {
  expect(formatCell({ value: 0.719, low: 0.69, high: 0.746 }, "percent")).toEqual({
    value: "71.9%",
    interval: "69.0 to 74.6",
  });
});
