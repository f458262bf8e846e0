/** How the columns of features are scaled before a head learns from them. */

import { GuerdonError } from "../core/errors.ts";
import type { Matrix } from "../numerics/matrix.ts";

/**
 * sⱼ ∝ 1/√(spread of column j), with Σⱼ (sⱼ · spreadⱼ)² = 1; 0 for a column that never varies.
 *
 * Half-way between raw columns, where a rare word can hardly move, and standardised ones, where it counts as much
 * as a text's length: the best of the three on held-out preferences, and it makes λ mean the same for every encoder.
 *
 * @throws GuerdonError "learning.no-signal" when no column varies.
 */
export function columnScales(
  { rows, columns, data }: Matrix,
  centre: Float64Array = new Float64Array(columns),
): Float64Array {
  const squares = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) squares[j] += (data[at] - centre[j]) ** 2;
  }
  const spreads = squares.map((sum) => Math.sqrt(sum / rows));
  const largest = spreads.reduce((most, spread) => Math.max(most, spread), 0);
  if (largest === 0) {
    throw new GuerdonError("learning.no-signal", {
      where: "features",
      expected: "features that differ between the items",
      got: `${columns} columns that never vary`,
      fix: "Check what the encoder is given: it sees the same thing every time.",
    });
  }
  const varies = (spread: number) => spread > 1e-7 * largest;
  // (sⱼ · spreadⱼ)² is spreadⱼ before the common factor.
  const total = spreads.reduce((sum, spread) => sum + (varies(spread) ? spread : 0), 0);
  return spreads.map((spread) => (varies(spread) ? 1 / Math.sqrt(spread * total) : 0));
}

export function columnMeans({ rows, columns, data }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) means[j] += data[at] / rows;
  return means;
}
