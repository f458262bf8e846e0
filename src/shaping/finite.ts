/** What every shaping asks of the numbers that it is made with. */

import { GuerdonError } from "../core/errors.ts";

/** @throws GuerdonError "shaping.not-finite" */
export function assertFinite(where: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new GuerdonError("shaping.not-finite", {
    where,
    expected: "a finite number",
    got: String(value),
    fix: "NaN and Infinity would turn every score above into one.",
  });
}
