/** X·v and Xᵀ·u for a float32 matrix X: the two products that fitting a linear model spends its time in. */

import { GuerdonError } from "../core/errors.ts";
import { loadJax } from "./jax.ts";
import type { Matrix } from "./matrix.ts";

export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  /** X·v: v[columns] → [rows]. */
  times(v: Float64Array): Float64Array;
  /** Xᵀ·u: u[rows] → [columns]. */
  transposedTimes(u: Float64Array): Float64Array;
  /** Frees what the matrix holds outside the JavaScript heap. */
  dispose(): void;
}

// Below this many numbers the plain loops are done before WebAssembly has its copy.
const simdFrom = 1_000_000;
// WebAssembly addresses 4 GiB.
const simdUpTo = 500_000_000;

/** Sums in float64, in plain loops: four rows at a time, so that each entry of v serves four products. */
export function designMatrix({ rows, columns, data }: Matrix<Float32Array | Float64Array>): DesignMatrix {
  const even = rows - (rows % 4);
  return {
    rows,
    columns,
    times(v) {
      requireLength("times, v", v, columns);
      const out = new Float64Array(rows);
      for (let i = 0; i < even; i += 4) {
        const [r0, r1, r2, r3] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let j = 0; j < columns; j++) {
          const factor = v[j];
          s0 += data[r0 + j] * factor;
          s1 += data[r1 + j] * factor;
          s2 += data[r2 + j] * factor;
          s3 += data[r3 + j] * factor;
        }
        out[i] = s0;
        out[i + 1] = s1;
        out[i + 2] = s2;
        out[i + 3] = s3;
      }
      for (let i = even; i < rows; i++) {
        for (let j = 0; j < columns; j++) out[i] += data[i * columns + j] * v[j];
      }
      return out;
    },
    transposedTimes(u) {
      requireLength("transposedTimes, u", u, rows);
      const out = new Float64Array(columns);
      for (let i = 0; i < even; i += 4) {
        const [r0, r1, r2, r3] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
        const [u0, u1, u2, u3] = [u[i], u[i + 1], u[i + 2], u[i + 3]];
        for (let j = 0; j < columns; j++) {
          out[j] += u0 * data[r0 + j] + u1 * data[r1 + j] + u2 * data[r2 + j] + u3 * data[r3 + j];
        }
      }
      for (let i = even; i < rows; i++) {
        for (let j = 0; j < columns; j++) out[j] += u[i] * data[i * columns + j];
      }
      return out;
    },
    dispose() {},
  };
}

/** The same products by SIMD, in float32 (relative error about 1e-6), where X is large enough to gain by it. */
export async function fastDesignMatrix(matrix: Matrix): Promise<DesignMatrix> {
  const { rows, columns, data } = matrix;
  if (data.length < simdFrom || data.length > simdUpTo) return designMatrix(matrix);
  const { numpy, jit } = await loadJax();
  const x = numpy.array(data as Float32Array<ArrayBuffer>, { shape: [rows, columns] });
  const product = jit((a: typeof x, v: typeof x) => numpy.dot(a, v));
  const transposedProduct = jit((a: typeof x, u: typeof x) => numpy.dot(u, a));
  const vector = (values: Float64Array) => numpy.array(Float32Array.from(values));
  return {
    rows,
    columns,
    times(v) {
      requireLength("times, v", v, columns);
      return Float64Array.from(product(x.ref, vector(v)).dataSync());
    },
    transposedTimes(u) {
      requireLength("transposedTimes, u", u, rows);
      return Float64Array.from(transposedProduct(x.ref, vector(u)).dataSync());
    },
    dispose() {
      x.dispose();
      product.dispose();
      transposedProduct.dispose();
    },
  };
}

/** X·diag(scales) without copying X. */
export function withColumnScales(x: DesignMatrix, scales: Float64Array): DesignMatrix {
  requireLength("withColumnScales, scales", scales, x.columns);
  const scaled = (v: Float64Array) => v.map((value, j) => value * scales[j]);
  return {
    ...x,
    times: (v) => x.times(scaled(v)),
    transposedTimes: (u) => scaled(x.transposedTimes(u)),
  };
}

/** X − 1·centreᵀ without copying X. */
export function withColumnsCentred(x: DesignMatrix, centre: Float64Array): DesignMatrix {
  requireLength("withColumnsCentred, centre", centre, x.columns);
  return {
    ...x,
    times(v) {
      const shift = v.reduce((sum, value, j) => sum + value * centre[j], 0);
      return x.times(v).map((value) => value - shift);
    },
    transposedTimes(u) {
      const total = u.reduce((sum, value) => sum + value, 0);
      return x.transposedTimes(u).map((value, j) => value - total * centre[j]);
    },
  };
}

function requireLength(where: string, values: Float64Array, length: number): void {
  if (values.length === length) return;
  throw new GuerdonError("matrix.shape", {
    where,
    expected: `${length} numbers`,
    got: `${values.length}`,
    fix: "Pass one number for every column of X (times) or every row of X (transposedTimes).",
  });
}
