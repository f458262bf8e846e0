import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import { designMatrix, fastDesignMatrix, withColumnScales, withColumnsCentred } from "./design-matrix.ts";
import { matrix32 } from "./matrix.ts";

function noise(length: number, seed: number): Float64Array {
  const stream = random(seed).split("noise");
  return Float64Array.from({ length }, () => stream.normal());
}

describe("designMatrix", () => {
  const x = matrix32(5, 2, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

  test("both products by hand, the rows past the blocks of four too", () => {
    expect([...designMatrix(x).times(Float64Array.of(1, 10))]).toEqual([21, 43, 65, 87, 109]);
    expect([...designMatrix(x).transposedTimes(Float64Array.of(1, 1, 1, 1, 2))]).toEqual([34, 40]);
  });

  test("scaled and centred columns by hand", () => {
    const scaled = withColumnScales(designMatrix(x), Float64Array.of(2, 0));
    expect([...scaled.times(Float64Array.of(1, 10))]).toEqual([2, 6, 10, 14, 18]);
    expect([...scaled.transposedTimes(Float64Array.of(1, 0, 0, 0, 0))]).toEqual([2, 0]);
    const centred = withColumnsCentred(designMatrix(x), Float64Array.of(5, 6));
    expect([...centred.times(Float64Array.of(1, 1))]).toEqual([-8, -4, 0, 4, 8]);
    expect([...centred.transposedTimes(Float64Array.of(1, 1, 1, 1, 1))]).toEqual([0, 0]);
  });

  test("SIMD agrees with the plain loops to float32", async () => {
    const [rows, columns] = [1003, 1001];
    const large = matrix32(rows, columns, Float32Array.from(noise(rows * columns, 1)));
    const fast = await fastDesignMatrix(large);
    const plain = designMatrix(large);
    const [v, u] = [noise(columns, 2), noise(rows, 3)];
    const pairs = [
      [fast.times(v), plain.times(v)],
      [fast.transposedTimes(u), plain.transposedTimes(u)],
    ];
    fast.dispose();
    for (const [quick, exact] of pairs) {
      expect(quick.length).toBe(exact.length);
      for (let i = 0; i < exact.length; i++) expect(Math.abs(quick[i] - exact[i])).toBeLessThan(1e-3);
    }
  });

  test("refuses vectors that do not fit", () => {
    expect(() => designMatrix(x).times(new Float64Array(5))).toThrow(/2 numbers, got 5/);
    expect(() => designMatrix(x).transposedTimes(new Float64Array(2))).toThrow(/5 numbers, got 2/);
  });
});
