/** Values held between two bounds. */

import { GuerdonError } from "../core/errors.ts";
import { mapValue } from "../core/outcome.ts";
import type { Shaping } from "../core/reward.ts";
import { assertFinite } from "./finite.ts";
import { mapOutcomes } from "./map-outcomes.ts";

/**
 * min(max(value, low), high).
 * @throws GuerdonError "shaping.not-finite" | "clip.empty-range" when low > high.
 */
export function clip<In>(low: number, high: number): Shaping<In> {
  assertFinite("clip, low", low);
  assertFinite("clip, high", high);
  if (low > high) {
    throw new GuerdonError("clip.empty-range", {
      where: "clip",
      expected: "low ≤ high",
      got: `${low} > ${high}`,
      fix: "Swap the two.",
    });
  }
  return (inner) =>
    mapOutcomes(inner, `clip(${inner.name})`, (outcome) =>
      mapValue(outcome, (value) => Math.min(Math.max(value, low), high)),
    );
}
