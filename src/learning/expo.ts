/** Weight extrapolation (ExPO, Zheng et al., 2024): further along the way that training went. */

import { GuerdonError } from "../core/errors.ts";

/** θ = from + by · (to − from). by = 0 gives `from`, 1 gives `to`, more than 1 extrapolates. */
export function extrapolate(from: Float64Array, to: Float64Array, by: number): Float64Array {
  if (from.length !== to.length) {
    throw new GuerdonError("learning.wrong-shape", {
      where: "extrapolate",
      expected: `two weight vectors of one architecture, ${from.length} numbers each`,
      got: `${to.length} in the second`,
      fix: "Extrapolate only between a model and what it was trained into.",
    });
  }
  return from.map((weight, j) => (1 - by) * weight + by * to[j]);
}

/**
 * The factor whose extrapolation scores highest; among equals the one nearest to 1, which is no extrapolation.
 *
 * @param score of weights, on data that neither end was fitted to.
 */
export function searchExtrapolation(
  from: Float64Array,
  to: Float64Array,
  score: (weights: Float64Array) => number,
): { readonly by: number; readonly weights: Float64Array } {
  const tried = factors.map((by) => {
    const weights = extrapolate(from, to, by);
    return { by, weights, score: score(weights) };
  });
  return tried.reduce((best, next) => (next.score > best.score ? next : best));
}

// Coarse, as in the paper, from 1 outwards.
const factors = [1, 1.1, 0.9, 1.2, 1.3, 1.4, 0.5, 1.5, 1.6, 1.7, 1.8, 1.9, 0, 2];
