/** Eigenvalues and eigenvectors of a symmetric matrix: Householder's tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub & Van Loan, 2013, § 8.3). */

import { GuerdonError } from "../core/errors.ts";
import { type Matrix, matrix64 } from "./matrix.ts";

export interface SymmetricEigen {
  /** [n], from the largest to the smallest. */
  readonly values: Float64Array;
  /** Row i is the unit eigenvector of values[i]. */
  readonly vectors: Matrix<Float64Array>;
}

const stepsForEachValue = 50;

/**
 * A = Σᵢ λᵢ vᵢvᵢᵀ for symmetric A[n, n].
 *
 * @throws GuerdonError "matrix.not-symmetric" | "numerics.not-finite"
 */
export function symmetricEigen(matrix: Matrix<Float64Array>): SymmetricEigen {
  requireSymmetric(matrix);
  const size = matrix.rows;
  const { diagonal, beside, basis } = tridiagonal(matrix);
  let high = size - 1;
  for (let steps = 0; high > 0; steps++) {
    if (steps > stepsForEachValue * size) throw notFinite();
    if (negligible(diagonal, beside, high - 1)) {
      high--;
      continue;
    }
    let low = high - 1;
    while (low > 0 && !negligible(diagonal, beside, low - 1)) low--;
    step(diagonal, beside, basis, low, high);
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => diagonal[j] - diagonal[i]);
  const vectors = new Float64Array(size * size);
  for (const [place, i] of order.entries()) vectors.set(basis.subarray(i * size, (i + 1) * size), place * size);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: matrix64(size, size, vectors) };
}

/** T = Z·A·Zᵀ: its diagonal, what lies beside it, and Z by rows. */
function tridiagonal({ rows: size, data }: Matrix<Float64Array>) {
  const a = data.slice();
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  for (let k = 0; k < size - 2; k++) {
    const v = reflector(a, size, k);
    if (!v) continue;
    const p = new Float64Array(size);
    let along = 0;
    for (let i = k; i < size; i++) {
      for (let j = k + 1; j < size; j++) p[i] += 2 * a[i * size + j] * v[j];
      along += v[i] * p[i];
    }
    // HAH = A − v·wᵀ − w·vᵀ with w = p − (vᵀp)v, p = 2Av.
    const w = p.map((value, i) => value - along * v[i]);
    for (let i = k; i < size; i++) {
      for (let j = k; j < size; j++) a[i * size + j] -= v[i] * w[j] + w[i] * v[j];
    }
    reflectRows(basis, size, v, k + 1);
  }
  return {
    diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i]),
    beside: Float64Array.from({ length: Math.max(size - 1, 0) }, (_, i) => a[(i + 1) * size + i]),
    basis,
  };
}

/** The unit v whose reflection I − 2vvᵀ clears column k below the first subdiagonal entry. */
function reflector(a: Float64Array, size: number, k: number): Float64Array | undefined {
  const v = new Float64Array(size);
  let squares = 0;
  for (let i = k + 1; i < size; i++) {
    v[i] = a[i * size + k];
    squares += v[i] * v[i];
  }
  const first = v[k + 1];
  if (squares === first * first) return undefined;
  v[k + 1] += Math.sign(first || 1) * Math.sqrt(squares);
  const length = Math.sqrt(squares - first * first + v[k + 1] ** 2);
  return v.map((value) => value / length);
}

/** rows ← (I − 2vvᵀ)·rows, for v that is 0 before `from`. */
function reflectRows(rows: Float64Array, size: number, v: Float64Array, from: number): void {
  const shadow = new Float64Array(size);
  for (let i = from; i < size; i++) for (let j = 0; j < size; j++) shadow[j] += 2 * v[i] * rows[i * size + j];
  for (let i = from; i < size; i++) for (let j = 0; j < size; j++) rows[i * size + j] -= v[i] * shadow[j];
}

/** One implicit QR step on rows low … high: chases the bulge down with rotations. */
function step(diagonal: Float64Array, beside: Float64Array, basis: Float64Array, low: number, high: number): void {
  const half = (diagonal[high - 1] - diagonal[high]) / 2;
  const last = beside[high - 1];
  const shift = diagonal[high] - last ** 2 / (half + Math.sign(half || 1) * Math.hypot(half, last));
  let x = diagonal[low] - shift;
  let z = beside[low];
  for (let k = low; k < high; k++) {
    const radius = Math.hypot(x, z);
    const c = radius === 0 ? 1 : x / radius;
    const s = radius === 0 ? 0 : z / radius;
    if (k > low) beside[k - 1] = radius;
    const [d1, d2, e] = [diagonal[k], diagonal[k + 1], beside[k]];
    diagonal[k] = c * c * d1 + 2 * c * s * e + s * s * d2;
    diagonal[k + 1] = s * s * d1 - 2 * c * s * e + c * c * d2;
    beside[k] = c * s * (d2 - d1) + (c * c - s * s) * e;
    if (k < high - 1) {
      x = beside[k];
      z = s * beside[k + 1];
      beside[k + 1] *= c;
    }
    rotateRows(basis, diagonal.length, k, c, s);
  }
}

function rotateRows(rows: Float64Array, size: number, k: number, c: number, s: number): void {
  for (let above = k * size, below = above + size, end = below; above < end; above++, below++) {
    const upper = rows[above];
    const lower = rows[below];
    rows[above] = c * upper + s * lower;
    rows[below] = c * lower - s * upper;
  }
}

function negligible(diagonal: Float64Array, beside: Float64Array, i: number): boolean {
  return Math.abs(beside[i]) <= Number.EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]));
}

function requireSymmetric({ rows, columns, data }: Matrix<Float64Array>): void {
  if (!data.every(Number.isFinite)) throw notFinite();
  const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let gap = rows === columns ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) gap = Math.max(gap, Math.abs(data[i * columns + j] - data[j * columns + i]));
  }
  if (gap <= 1e-9 * scale) return;
  throw new GuerdonError("matrix.not-symmetric", {
    where: "symmetricEigen",
    expected: "a symmetric matrix",
    got: rows === columns ? `entries that differ from their mirror by ${gap}` : `${rows} × ${columns}`,
    fix: "Pass (A + Aᵀ)/2, or a Gram matrix.",
  });
}

function notFinite(): GuerdonError {
  return new GuerdonError("numerics.not-finite", {
    where: "symmetricEigen",
    expected: "finite entries",
    got: "NaN or Infinity, or numbers too far apart to separate",
    fix: "Clean or rescale the data.",
  });
}
