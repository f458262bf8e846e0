/** Dense row-major matrices: data at rest, before and after the heavy arithmetic. */

import { GuerdonError } from "../core/errors.ts";

export interface Matrix<Data extends Float32Array | Float64Array = Float32Array> {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, rows × columns. */
  readonly data: Data;
}

export function matrix32(rows: number, columns: number, data = new Float32Array(rows * columns)): Matrix<Float32Array> {
  return checked({ rows, columns, data });
}

export function matrix64(rows: number, columns: number, data = new Float64Array(rows * columns)): Matrix<Float64Array> {
  return checked({ rows, columns, data });
}

/** Row `index` as a view, not a copy. */
export function rowOf<Data extends Float32Array | Float64Array>({ columns, data }: Matrix<Data>, index: number): Data {
  return data.subarray(index * columns, (index + 1) * columns) as Data;
}

function checked<Data extends Float32Array | Float64Array>(matrix: Matrix<Data>): Matrix<Data> {
  const { rows, columns, data } = matrix;
  if (data.length !== rows * columns) {
    throw new GuerdonError("matrix.shape", {
      where: "matrix",
      expected: `rows × columns = ${rows} × ${columns} = ${rows * columns} numbers`,
      got: `${data.length}`,
      fix: "Pass data whose length is rows × columns.",
    });
  }
  return matrix;
}
