/** Principal components of standardised columns: the directions in which rows differ most. */

import { GuerdonError } from "../core/errors.ts";
import { gram, multiply, rowGram, transpose } from "./linear-algebra.ts";
import { type Matrix, matrix64, rowOf } from "./matrix.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

type Dense = Matrix<Float64Array>;

/** z = (x − mean) / deviation, column by column; a column that never varies becomes 0. */
export interface Standardisation {
  readonly means: Float64Array;
  /** Population standard deviations. */
  readonly deviations: Float64Array;
}

export interface PrincipalComponents extends Standardisation {
  /** k × columns; row i is the unit direction of the i-th largest variance. */
  readonly directions: Dense;
  /** [k], of the standardised columns along each direction. */
  readonly variances: Float64Array;
}

export function standardisation({ rows, columns, data }: Dense): Standardisation {
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns] += data[at] / rows;
  for (let at = 0; at < data.length; at++) squares[at % columns] += (data[at] - means[at % columns]) ** 2 / rows;
  return { means, deviations: squares.map(Math.sqrt) };
}

export function standardise({ rows, columns, data }: Dense, { means, deviations }: Standardisation): Dense {
  const varies = deviations.map((deviation, j) => (deviation > 1e-12 * Math.max(1, Math.abs(means[j])) ? 1 : 0));
  return matrix64(
    rows,
    columns,
    data.map((value, at) => {
      const j = at % columns;
      return varies[j] ? (value - means[j]) / deviations[j] : 0;
    }),
  );
}

/**
 * The first `count` components of X[n, columns], fewer where X has fewer: from the covariance, or from the rows'
 * products where there are fewer rows than columns.
 *
 * @throws GuerdonError "matrix.shape" for fewer than two rows.
 */
export function principalComponents(x: Dense, count: number): PrincipalComponents {
  if (x.rows < 2) {
    throw new GuerdonError("matrix.shape", {
      where: "principalComponents",
      expected: "at least two rows",
      got: `${x.rows}`,
      fix: "One row has no variance.",
    });
  }
  const columns = standardisation(x);
  const z = standardise(x, columns);
  const wide = x.columns > x.rows;
  const { values, vectors } = symmetricEigen(wide ? rowGram(z) : gram(z));
  const kept = values.findIndex((value, i) => i >= count || value <= 1e-10 * values[0]);
  const size = kept < 0 ? values.length : kept;
  const leading = matrix64(size, vectors.columns, vectors.data.slice(0, size * vectors.columns));
  const directions = wide ? unitRows(multiply(leading, z)) : leading;
  return { ...columns, directions, variances: values.slice(0, size).map((value) => value / x.rows) };
}

/** X[n, columns] → coordinates [n, k]. */
export function project(x: Dense, components: PrincipalComponents): Dense {
  return multiply(standardise(x, components), transpose(components.directions));
}

function unitRows(matrix: Dense): Dense {
  for (let i = 0; i < matrix.rows; i++) {
    const row = rowOf(matrix, i);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < row.length; j++) row[j] /= length;
  }
  return matrix;
}
