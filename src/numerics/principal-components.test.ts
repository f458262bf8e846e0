import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import { gram, matVec, transpose } from "./linear-algebra.ts";
import { matrix64, rowOf } from "./matrix.ts";
import { principalComponents, project, standardisation, standardise } from "./principal-components.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

function noise(rows: number, columns: number, seed: number) {
  const stream = random(seed).split("noise");
  return matrix64(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => stream.normal()),
  );
}

describe("symmetricEigen", () => {
  test("by hand", () => {
    const { values, vectors } = symmetricEigen(matrix64(2, 2, Float64Array.of(2, 1, 1, 2)));
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(Math.abs(vectors.data[0] - vectors.data[1])).toBeLessThan(1e-12);
  });

  test("A·v = λ·v with orthonormal v, eigenvalues falling, for full and for low rank", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(1000),
        (size, rank, seed) => {
          const a = gram(noise(rank, size, seed));
          const { values, vectors } = symmetricEigen(a);
          const identity = gram(transpose(vectors)).data;
          for (let i = 0; i < size; i++) {
            const v = rowOf(vectors, i);
            const av = matVec(a, v);
            for (let j = 0; j < size; j++) {
              expect(av[j]).toBeCloseTo(values[i] * v[j], 7);
              expect(identity[i * size + j]).toBeCloseTo(i === j ? 1 : 0, 9);
            }
            if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("a diagonal matrix is its own answer, and the zero matrix has one", () => {
    expect([...symmetricEigen(matrix64(3, 3, Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, -2))).values]).toEqual([5, 1, -2]);
    expect([...symmetricEigen(matrix64(2, 2)).values]).toEqual([0, 0]);
  });

  test("refuses what is not symmetric or not finite", () => {
    expect(() => symmetricEigen(matrix64(2, 2, Float64Array.of(1, 2, 3, 4)))).toThrow(/differ from their mirror by 1/);
    expect(() => symmetricEigen(matrix64(1, 2))).toThrow(/got 1 × 2/);
    expect(() => symmetricEigen(matrix64(1, 1, Float64Array.of(Number.NaN)))).toThrow(/finite entries/);
  });
});

describe("principalComponents", () => {
  test("standardised columns have mean 0 and deviation 1; a constant column is 0", () => {
    const x = matrix64(3, 2, Float64Array.of(1, 7, 2, 7, 3, 7));
    const z = standardise(x, standardisation(x));
    const unit = Math.sqrt(3 / 2);
    expect([...z.data].map((value) => value / unit)).toEqual([-1, 0, 0, 0, 1, 0]);
  });

  test.each([
    ["more rows than columns", 50, 6],
    ["more columns than rows", 8, 30],
  ])("coordinates are uncorrelated, with the stated variances (%s)", (_, rows, columns) => {
    const x = noise(rows, columns, 3);
    const components = principalComponents(x, 5);
    const scores = project(x, components);
    const covariance = gram(scores).data.map((value) => value / rows);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        expect(covariance[i * 5 + j]).toBeCloseTo(i === j ? components.variances[i] : 0, 9);
      }
    }
  });

  test("rank limits the count", () => {
    const x = matrix64(3, 2, Float64Array.of(1, 2, 2, 4, 4, 8));
    expect(principalComponents(x, 2).directions.rows).toBe(1);
    expect(() => principalComponents(matrix64(1, 2), 1)).toThrow(/at least two rows, got 1/);
  });
});
