import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import { choleskySolve, gram, matVec, transpose } from "./linear-algebra.ts";
import { matrix64 } from "./matrix.ts";
import { type LocalView, minimise } from "./newton.ts";

/** ½xᵀAx − bᵀx, whose minimum is A⁻¹b. */
function quadratic(size: number, seed: number, exact: boolean) {
  const stream = random(seed).split("quadratic");
  const a = gram(
    matrix64(
      2 * size,
      size,
      Float64Array.from({ length: 2 * size * size }, () => stream.normal()),
    ),
  );
  const b = Float64Array.from({ length: size }, () => stream.normal());
  const view = (x: Float64Array): LocalView => {
    const ax = matVec(a, x);
    return {
      value: x.reduce((sum, xi, i) => sum + xi * (ax[i] / 2 - b[i]), 0),
      gradient: ax.map((value, i) => value - b[i]),
      hessianTimes: (v) => matVec(a, v),
      ...(exact && { hessian: () => a }),
    };
  };
  return { view, minimum: choleskySolve(a, b) };
}

describe("minimise", () => {
  test.each([true, false])("finds the minimum of any convex quadratic (exact: %s)", (exact) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(1000), (size, seed) => {
        const { view, minimum } = quadratic(size, seed, exact);
        const found = minimise(view, new Float64Array(size), { tolerance: 1e-9 });
        expect(found.converged).toBe(true);
        for (let i = 0; i < size; i++) expect(found.x[i]).toBeCloseTo(minimum[i], 6);
      }),
      { numRuns: 40 },
    );
  });

  test("converges where the undamped step overshoots for ever: Σ √(1 + x²) from afar", () => {
    const view = (x: Float64Array): LocalView => {
      const root = Math.hypot(1, x[0]);
      return {
        value: root,
        gradient: Float64Array.of(x[0] / root),
        hessianTimes: (v) => Float64Array.of(v[0] / root ** 3),
      };
    };
    const found = minimise(view, Float64Array.of(10));
    expect(found.converged).toBe(true);
    expect(found.x[0]).toBeCloseTo(0, 6);
  });

  test("carries A·x along instead of asking for it again: ½‖Ax − b‖²", () => {
    const a = matrix64(3, 2, Float64Array.of(1, 2, 3, 4, 5, 7));
    const b = Float64Array.of(1, 2, 4);
    const transposed = transpose(a);
    let products = 0;
    const times = (x: Float64Array) => {
      products++;
      return matVec(a, x);
    };
    const view = (x: Float64Array, image = times(x)): LocalView => {
      const residual = image.map((value, i) => value - b[i]);
      return {
        value: residual.reduce((sum, r) => sum + (r * r) / 2, 0),
        gradient: matVec(transposed, residual),
        hessianTimes: (v, moved = matVec(a, v)) => matVec(transposed, moved),
        linear: { image, imageOf: (v) => matVec(a, v) },
      };
    };
    const { x } = minimise(view, new Float64Array(2), { tolerance: 1e-12 });
    const exact = choleskySolve(gram(a), matVec(transposed, b));
    expect(x[0]).toBeCloseTo(exact[0], 9);
    expect(x[1]).toBeCloseTo(exact[1], 9);
    expect(products).toBe(1);
  });

  test("says that a problem without a minimum did not converge", () => {
    const view = (x: Float64Array): LocalView => ({
      value: Math.exp(-x[0]),
      gradient: Float64Array.of(-Math.exp(-x[0])),
      hessianTimes: (v) => Float64Array.of(Math.exp(-x[0]) * v[0]),
    });
    expect(minimise(view, Float64Array.of(0), { iterations: 5 })).toMatchObject({ converged: false, iterations: 5 });
  });

  test("refuses a start that is not finite", () => {
    const { view } = quadratic(2, 1, false);
    expect(() => minimise(view, Float64Array.of(Number.NaN, 0))).toThrow(/iteration 0: expected a finite value/);
  });

  test("stops when told to", () => {
    const { view } = quadratic(2, 1, false);
    expect(() => minimise(view, new Float64Array(2), { signal: AbortSignal.abort() })).toThrow(/abort/i);
  });
});
