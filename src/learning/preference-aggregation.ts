/** Several annotators' signed strengths made one, outliers trimmed (HelpSteer2-Preference, 2024, the aggregation). */

import { GuerdonError } from "../core/errors.ts";
import { isLabelled } from "./regression.ts";

const closest = 3;
const widest = 2;

/**
 * Annotations xₖ in {−3, …, 3} (negative: the first response is better) → one integer in {−3, …, 3} without 0.
 *
 * Takes the three mutually closest annotations and rounds their mean (halves away from 0). Undefined, which
 * means "leave the task out", when those three span more than 2, when the mean rounds to 0, or when fewer than
 * three annotators gave a verdict (−100 and NaN are none). Of several triples equally close the one nearest to 0
 * is taken: the weaker claim.
 *
 * @throws GuerdonError "learning.invalid-strength" for a number outside [−3, 3].
 */
export function aggregatePreferences(annotations: readonly number[]): number | undefined {
  const sorted = annotations.filter(isLabelled).sort((a, b) => a - b);
  const stray = sorted.find((annotation) => Math.abs(annotation) > 3);
  if (stray !== undefined) {
    throw new GuerdonError("learning.invalid-strength", {
      where: "aggregatePreferences, annotations",
      expected: "strengths from -3 to 3, or -100 for no verdict",
      got: String(stray),
      fix: "Negative means that the first response is better, 3 that the second is much better.",
    });
  }
  // Mutually closest numbers are neighbours once sorted.
  const triples = sorted.slice(closest - 1).map((high, from) => ({
    span: high - sorted[from],
    mean: (sorted[from] + sorted[from + 1] + high) / closest,
  }));
  if (triples.length === 0) return undefined;
  const best = triples.reduce((a, b) =>
    b.span < a.span || (b.span === a.span && Math.abs(b.mean) < Math.abs(a.mean)) ? b : a,
  );
  const rounded = Math.sign(best.mean) * Math.round(Math.abs(best.mean));
  return best.span > widest || rounded === 0 ? undefined : rounded;
}
