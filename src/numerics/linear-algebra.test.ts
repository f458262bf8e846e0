import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import {
  cholesky,
  choleskySolve,
  gram,
  luFactor,
  luSolve,
  matVec,
  multiply,
  rowGram,
  transpose,
} from "./linear-algebra.ts";
import { matrix64 } from "./matrix.ts";

function noise(rows: number, columns: number, seed = 1) {
  const stream = random(seed).split("matrix", rows, columns);
  return matrix64(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => stream.normal()),
  );
}

function largestGap(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i])), 0);
}

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 130 }),
  columns: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe("products", () => {
  test("AᵀWA by hand", () => {
    const a = matrix64(2, 2, Float64Array.of(1, 2, 3, 4));
    expect([...gram(a).data]).toEqual([10, 14, 14, 20]);
    // 2·[1,2]ᵀ[1,2] − 1·[3,4]ᵀ[3,4]
    expect([...gram(a, Float64Array.of(2, -1)).data]).toEqual([-7, -8, -8, -8]);
  });

  test("agree with the definition at every shape, blocks and edges alike", () => {
    fc.assert(
      fc.property(shapes, ({ rows, columns, seed }) => {
        const a = noise(rows, columns, seed);
        const weights = noise(rows, 1, seed + 1).data;
        const expected = new Float64Array(columns * columns);
        for (let n = 0; n < rows; n++) {
          for (let i = 0; i < columns; i++) {
            for (let j = 0; j < columns; j++) {
              expected[i * columns + j] += weights[n] * a.data[n * columns + i] * a.data[n * columns + j];
            }
          }
        }
        expect(largestGap(gram(a, weights).data, expected)).toBeLessThan(1e-10);
        expect(largestGap(rowGram(a).data, multiply(a, transpose(a)).data)).toBeLessThan(1e-10);
      }),
      { numRuns: 30 },
    );
  });

  test("refuse shapes that do not fit", () => {
    expect(() => multiply(noise(2, 3), noise(2, 3))).toThrow(/k = 3 rows, got 2 × 3/);
    expect(() => matVec(noise(2, 3), new Float64Array(2))).toThrow(/3 numbers, got 2/);
    expect(() => gram(noise(2, 3), new Float64Array(3))).toThrow(/2 numbers, got 3/);
  });
});

describe("Cholesky", () => {
  test("the factor by hand", () => {
    expect([...cholesky(matrix64(2, 2, Float64Array.of(4, 2, 2, 5))).data]).toEqual([2, 0, 1, 2]);
  });

  test.each([1, 2, 47, 48, 49, 150])("solves size %i", (size) => {
    const a = gram(noise(size + 20, size));
    const x = noise(size, 1).data;
    expect(largestGap(choleskySolve(a, matVec(a, x)), x)).toBeLessThan(1e-8);
  });

  test("says where a matrix stops being positive definite", () => {
    const a = matrix64(2, 2, Float64Array.of(1, 2, 2, 4));
    expect(() => choleskySolve(a, new Float64Array(2))).toThrow(/row 1 of 2: expected a positive pivot, got 0/);
  });
});

describe("LU", () => {
  test("pivots when the first entry is zero", () => {
    const lu = luFactor(matrix64(2, 2, Float64Array.of(0, 1, 2, 0)));
    expect([...luSolve(lu, Float64Array.of(3, 8))]).toEqual([4, 3]);
  });

  test.each([1, 2, 47, 48, 49, 150])("solves size %i for several right-hand sides", (size) => {
    const a = noise(size, size);
    const x = noise(size, 3);
    expect(largestGap(luSolve(luFactor(a), multiply(a, x).data, 3), x.data)).toBeLessThan(1e-8);
  });

  test("refuses singular, non-finite and non-square matrices", () => {
    expect(() => luFactor(matrix64(2, 2, Float64Array.of(1, 2, 2, 4)))).toThrow(/column 1 of 2/);
    expect(() => luFactor(matrix64(2, 2, Float64Array.of(1, Number.NaN, 2, 4)))).toThrow(/pivot away from zero/);
    expect(() => luFactor(noise(2, 3))).toThrow(/a square matrix, got 2 × 3/);
    expect(() => luSolve(luFactor(noise(2, 2)), new Float64Array(3))).toThrow(/2 numbers, got 3/);
  });
});
