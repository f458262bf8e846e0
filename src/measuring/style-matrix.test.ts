import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { type StyledPair, styleMatrix } from "./style-matrix.ts";

const styles = ["concise", "plain", "markdown"];
const options = () => ({ random: random(1), resamples: 200 });
const item = (name: string, chosen: number[], rejected: number[]): StyledPair[] =>
  styles.map((style, i) => ({ item: name, style, chosen: scored(chosen[i]), rejected: scored(rejected[i]) }));

describe("styleMatrix", () => {
  it("shows a reward of pure style: easy 1, normal ½ (all ties), hard 0", () => {
    const matrix = styleMatrix(
      [...item("a", [1, 2, 3], [1, 2, 3]), ...item("b", [1, 2, 3], [1, 2, 3])],
      styles,
      options(),
    );
    expect(matrix).toMatchObject({
      easy: { value: 1 },
      normal: { value: 0.5 },
      hard: { value: 0 },
      overall: { value: 0.5 },
    });
    expect(matrix?.cells[2][0].value).toBe(1);
    expect(matrix?.cells[0][2].value).toBe(0);
  });

  it("matches a matrix worked by hand: rows chosen, columns rejected", () => {
    const matrix = styleMatrix(item("a", [2, 0, 5], [1, 3, 4]), styles, options());
    expect(matrix?.cells.map((row) => row.map(({ value }) => value))).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect([matrix?.easy.value, matrix?.normal.value, matrix?.hard.value]).toEqual([2 / 3, 2 / 3, 0]);
  });

  it("leaves out items that are not whole and counts them", () => {
    const broken = item("b", [1, 1, 1], [0, 0, 0]).map((row, i) =>
      i === 1 ? { ...row, chosen: unscored("timeout", "") } : row,
    );
    const matrix = styleMatrix(
      [...item("a", [1, 1, 1], [0, 0, 0]), ...broken, ...item("c", [1, 1, 1], [0, 0, 0]).slice(1)],
      styles,
      options(),
    );
    expect(matrix).toMatchObject({ items: 1, leftOut: 2, overall: { value: 1 } });
    expect(styleMatrix(broken, styles, options())).toBeUndefined();
  });

  it("refuses fewer than two styles", () => {
    expect(() => styleMatrix([], ["one"], options())).toThrow(/at least two styles/);
  });
});
