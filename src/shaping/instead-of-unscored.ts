/** The one policy by which something unscored becomes a number: because the user says so, and visibly. */

import { GuerdonError } from "../core/errors.ts";
import { type Cause, causes as everyCause, isScored, scored } from "../core/outcome.ts";
import type { Shaping } from "../core/reward.ts";
import { assertFinite } from "./finite.ts";
import { mapOutcomes } from "./map-outcomes.ts";

/**
 * Puts `value` where the reward could not score, for the causes named (all of them when none is).
 *
 * What the reward itself said stays in every outcome as the part of its name, scored or not, so a tally still tells
 * how many numbers are not scores; a replaced one says why in its `reason` too.
 *
 * @throws GuerdonError "shaping.not-finite" | "shaping.unknown-cause"
 */
export function insteadOfUnscored<In>(
  value: number,
  { causes = everyCause }: { readonly causes?: readonly Cause[] } = {},
): Shaping<In> {
  assertFinite("insteadOfUnscored, value", value);
  for (const cause of causes) assertCause(cause);
  return (inner) =>
    mapOutcomes(inner, `insteadOfUnscored(${inner.name})`, (outcome) => {
      const parts = Object.fromEntries([[inner.name, outcome]]);
      if (isScored(outcome)) return { ...outcome, parts };
      if (!causes.includes(outcome.unscored)) return { ...outcome, parts };
      return scored(value, { parts, reason: `${value} instead of a score (${outcome.unscored}): ${outcome.message}` });
    });
}

function assertCause(cause: Cause): void {
  if (everyCause.includes(cause)) return;
  throw new GuerdonError("shaping.unknown-cause", {
    where: "insteadOfUnscored, causes",
    expected: `any of ${everyCause.join(", ")}`,
    got: String(cause),
    fix: "Name the causes that the value stands in for.",
  });
}
