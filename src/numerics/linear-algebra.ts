/** Dense float64 linear algebra: products, Cholesky and LU solves, all over one register-blocked kernel. */

import { GuerdonError } from "../core/errors.ts";
import { type Matrix, matrix64 } from "./matrix.ts";

type Dense = Matrix<Float64Array>;

/** A rectangle inside a row-major array: where it starts and how far apart its rows are. */
interface Panel {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
}

/** P·A = L·U: unit lower and upper triangle packed in one matrix, `pivots[i]` the row swapped with row i. */
export interface LU {
  readonly size: number;
  readonly packed: Float64Array;
  readonly pivots: Int32Array;
}

// Columns worked on together, so that what they need stays in the cache.
const block = 48;
const depthBlock = 256;

/** y = A·x. x has A's columns, y its rows. */
export function matVec({ rows, columns, data }: Dense, x: Float64Array): Float64Array {
  requireLength("matVec, x", x, columns);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0, at = i * columns; j < columns; j++, at++) sum += data[at] * x[j];
    y[i] = sum;
  }
  return y;
}

/** C = A·B, for A[n, k] and B[k, m]. */
export function multiply(a: Dense, b: Dense): Dense {
  if (a.columns !== b.rows) {
    throw new GuerdonError("matrix.shape", {
      where: "multiply(A[n, k], B[k, m])",
      expected: `B with k = ${a.columns} rows`,
      got: `${b.rows} × ${b.columns}`,
      fix: "Check which of the two should be transposed.",
    });
  }
  const c = matrix64(a.rows, b.columns);
  addRowProducts(1, [a.rows, b.columns, a.columns], whole(a), whole(transpose(b)), whole(c));
  return c;
}

export function transpose({ rows, columns, data }: Dense): Dense {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return matrix64(columns, rows, out);
}

/** AᵀWA (columns × columns) for A[n, columns] and W = diag(weights), weights[n]; AᵀA without weights. */
export function gram(a: Dense, weights?: Float64Array): Dense {
  const right = transpose(a);
  if (!weights) return rowGram(right, right);
  requireLength("gram, weights", weights, a.rows);
  const left = matrix64(a.columns, a.rows, right.data.slice());
  for (let at = 0; at < left.data.length; at++) left.data[at] *= weights[at % a.rows];
  return rowGram(left, right);
}

/** L·Rᵀ for L and R of one shape, known to be symmetric: only the lower blocks are computed. AAᵀ when L = R = A. */
export function rowGram(left: Dense, right: Dense = left): Dense {
  const { rows, columns } = left;
  const out = matrix64(rows, rows);
  for (let i = 0; i < rows; i += block) {
    const height = Math.min(block, rows - i);
    addRowProducts(1, [height, i + height, columns], { ...whole(left), start: i * columns }, whole(right), {
      ...whole(out),
      start: i * rows,
    });
  }
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) out.data[j * rows + i] = out.data[i * rows + j];
  return out;
}

/**
 * The lower triangle L of A = L·Lᵀ, zero above the diagonal. Reads only A's lower triangle.
 *
 * @throws GuerdonError "matrix.not-positive-definite"
 */
export function cholesky(a: Dense): Dense {
  const size = squareSize("cholesky", a);
  const l = matrix64(size, size, a.data.slice());
  const { data } = l;
  for (let from = 0; from < size; from += block) {
    const to = Math.min(from + block, size);
    addRowProducts(
      -1,
      [size - from, to - from, from],
      { data, start: from * size, stride: size },
      { data, start: from * size, stride: size },
      { data, start: from * size + from, stride: size },
    );
    for (let j = from; j < to; j++) choleskyColumn(data, size, from, j);
  }
  for (let i = 0; i < size; i++) data.fill(0, i * size + i + 1, (i + 1) * size);
  return l;
}

function choleskyColumn(data: Float64Array, size: number, from: number, j: number): void {
  const rowJ = j * size;
  for (let i = j; i < size; i++) {
    const rowI = i * size;
    let value = data[rowI + j];
    for (let k = from; k < j; k++) value -= data[rowI + k] * data[rowJ + k];
    if (i > j) data[rowI + j] = value / data[rowJ + j];
    else if (value > 0 && value < Number.POSITIVE_INFINITY) data[rowI + j] = Math.sqrt(value);
    else {
      throw new GuerdonError("matrix.not-positive-definite", {
        where: `cholesky, row ${j} of ${size}`,
        expected: "a positive pivot",
        got: String(value),
        fix: "Add a small multiple of the identity, or drop columns that repeat others.",
      });
    }
  }
}

/** x of A·x = b for symmetric positive definite A, by Cholesky. */
export function choleskySolve(a: Dense, b: Float64Array): Float64Array {
  requireLength("choleskySolve, b", b, a.rows);
  const { rows: size, data } = cholesky(a);
  const x = b.slice();
  for (let i = 0; i < size; i++) {
    let value = x[i];
    for (let k = 0; k < i; k++) value -= data[i * size + k] * x[k];
    x[i] = value / data[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i] /= data[i * size + i];
    for (let k = 0; k < i; k++) x[k] -= data[i * size + k] * x[i];
  }
  return x;
}

/**
 * LU with partial pivoting: factorise once, solve for as many right-hand sides as come.
 *
 * @throws GuerdonError "matrix.singular" when a pivot is zero to working precision, or not finite.
 */
export function luFactor(a: Dense): LU {
  const size = squareSize("luFactor", a);
  const packed = a.data.slice();
  const pivots = new Int32Array(size);
  const scale = packed.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const smallest = scale * size * Number.EPSILON;
  for (let from = 0; from < size; from += block) {
    const to = Math.min(from + block, size);
    for (let j = from; j < to; j++) {
      pivots[j] = pivotRow(packed, size, j);
      swapRows(packed, size, j, pivots[j]);
      const pivot = packed[j * size + j];
      if (!(Math.abs(pivot) > smallest)) throw singular(size, j, pivot);
      for (let i = j + 1; i < size; i++) {
        const factor = packed[i * size + j] / pivot;
        packed[i * size + j] = factor;
        if (factor !== 0) for (let k = j + 1; k < to; k++) packed[i * size + k] -= factor * packed[j * size + k];
      }
    }
    updateTrailing(packed, size, from, to);
  }
  return { size, packed, pivots };
}

/** Columns right of the panel: U₁₂ = L₁₁⁻¹A₁₂, then A₂₂ −= L₂₁U₁₂. */
function updateTrailing(packed: Float64Array, size: number, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    for (let k = from; k < i; k++) {
      const factor = packed[i * size + k];
      if (factor !== 0) for (let j = to; j < size; j++) packed[i * size + j] -= factor * packed[k * size + j];
    }
  }
  const rest = size - to;
  const width = to - from;
  const upper = new Float64Array(rest * width);
  for (let j = 0; j < rest; j++) {
    for (let k = 0; k < width; k++) upper[j * width + k] = packed[(from + k) * size + to + j];
  }
  addRowProducts(
    -1,
    [rest, rest, width],
    { data: packed, start: to * size + from, stride: size },
    { data: upper, start: 0, stride: width },
    { data: packed, start: to * size + to, stride: size },
  );
}

/** X of A·X = B for B[n] or B[n, k] (row-major); returns X in B's shape. */
export function luSolve({ size, packed, pivots }: LU, b: Float64Array, k = 1): Float64Array {
  requireLength(`luSolve, b (n × k = ${size} × ${k})`, b, size * k);
  const x = b.slice();
  for (let i = 0; i < size; i++) swapRows(x, k, i, pivots[i]);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) subtractRow(x, k, i, j, packed[i * size + j]);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) subtractRow(x, k, i, j, packed[i * size + j]);
    const pivot = packed[i * size + i];
    for (let c = i * k; c < (i + 1) * k; c++) x[c] /= pivot;
  }
  return x;
}

function subtractRow(x: Float64Array, k: number, i: number, j: number, factor: number): void {
  if (factor === 0) return;
  for (let c = 0; c < k; c++) x[i * k + c] -= factor * x[j * k + c];
}

function pivotRow(packed: Float64Array, size: number, j: number): number {
  let best = j;
  for (let i = j + 1; i < size; i++) {
    if (Math.abs(packed[i * size + j]) > Math.abs(packed[best * size + j])) best = i;
  }
  return best;
}

function swapRows(data: Float64Array, columns: number, i: number, j: number): void {
  if (i === j) return;
  const held = data.slice(i * columns, (i + 1) * columns);
  data.copyWithin(i * columns, j * columns, (j + 1) * columns);
  data.set(held, j * columns);
}

/** into += scale · left · rightᵀ; the one hot loop: 3 × 3 sums in registers, so that each load serves three products. */
function addRowProducts(
  scale: number,
  [rows, columns, depth]: readonly [number, number, number],
  left: Panel,
  right: Panel,
  into: Panel,
): void {
  const evenRows = rows - (rows % 3);
  const evenColumns = columns - (columns % 3);
  for (let k = 0; k < depth; k += depthBlock) {
    const width = Math.min(depthBlock, depth - k);
    for (let j = 0; j < evenColumns; j += 3) {
      for (let i = 0; i < evenRows; i += 3) addTile(scale, width, at(left, i, k), at(right, j, k), at(into, i, j));
    }
    for (let i = 0; i < rows; i++) {
      for (let j = i < evenRows ? evenColumns : 0; j < columns; j++) {
        addDot(scale, width, at(left, i, k), at(right, j, k), at(into, i, j));
      }
    }
  }

  function at({ start, stride }: Panel, row: number, column: number): number {
    return start + row * stride + column;
  }

  function addDot(factor: number, width: number, a: number, b: number, c: number): void {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += left.data[a + k] * right.data[b + k];
    into.data[c] += factor * sum;
  }

  function addTile(factor: number, width: number, a: number, b: number, c: number): void {
    const x = left.data;
    const y = right.data;
    const [a1, a2] = [a + left.stride, a + 2 * left.stride];
    const [b1, b2] = [b + right.stride, b + 2 * right.stride];
    let [s00, s01, s02, s10, s11, s12, s20, s21, s22] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let k = 0; k < width; k++) {
      const y0 = y[b + k];
      const y1 = y[b1 + k];
      const y2 = y[b2 + k];
      const x0 = x[a + k];
      s00 += x0 * y0;
      s01 += x0 * y1;
      s02 += x0 * y2;
      const x1 = x[a1 + k];
      s10 += x1 * y0;
      s11 += x1 * y1;
      s12 += x1 * y2;
      const x2 = x[a2 + k];
      s20 += x2 * y0;
      s21 += x2 * y1;
      s22 += x2 * y2;
    }
    addThree(c, factor * s00, factor * s01, factor * s02);
    addThree(c + into.stride, factor * s10, factor * s11, factor * s12);
    addThree(c + 2 * into.stride, factor * s20, factor * s21, factor * s22);
  }

  function addThree(c: number, first: number, second: number, third: number): void {
    into.data[c] += first;
    into.data[c + 1] += second;
    into.data[c + 2] += third;
  }
}

function whole({ columns, data }: Dense): Panel {
  return { data, start: 0, stride: columns };
}

function squareSize(where: string, { rows, columns }: Dense): number {
  if (rows === columns) return rows;
  throw new GuerdonError("matrix.shape", {
    where,
    expected: "a square matrix",
    got: `${rows} × ${columns}`,
    fix: "Pass an n × n matrix.",
  });
}

function requireLength(where: string, values: Float64Array, length: number): void {
  if (values.length === length) return;
  throw new GuerdonError("matrix.shape", {
    where,
    expected: `${length} numbers`,
    got: `${values.length}`,
    fix: "Match the matrix's size.",
  });
}

function singular(size: number, column: number, pivot: number): GuerdonError {
  return new GuerdonError("matrix.singular", {
    where: `luFactor, column ${column} of ${size}`,
    expected: "a pivot away from zero",
    got: String(pivot),
    fix: "The equations repeat or contradict each other: drop dependent rows, or add a small multiple of the identity.",
  });
}
