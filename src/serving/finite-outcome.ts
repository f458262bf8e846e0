/** The last look before an outcome is written: no number in it, however deep, that JSON would turn into null. */

import { isScored, type Outcome, scored, unscored } from "../core/outcome.ts";

/** The outcome itself when all its numbers are finite; else the part, or the whole, becomes Unscored "not-finite". */
export function finite(outcome: Outcome): Outcome {
  const { parts: given } = outcome;
  const parts = given && Object.fromEntries(Object.entries(given).map(([name, part]) => [name, finite(part)]));
  if (!isScored(outcome)) return parts ? { ...outcome, parts } : outcome;
  const { confidence, steps } = outcome;
  if (confidence !== undefined && !Number.isFinite(confidence)) {
    return unscored("not-finite", `expected a finite confidence, got ${confidence}`, parts);
  }
  if (!parts && !steps && Number.isFinite(outcome.value)) return outcome;
  const { value, ...details } = outcome;
  return scored(value, parts ? { ...details, parts } : details);
}
