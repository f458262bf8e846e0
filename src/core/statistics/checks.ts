/** Guards shared by the statistics. */

import { GuerdonError } from "../errors.ts";

/** @throws GuerdonError "statistics.length" when two paired lists differ in length or are empty. */
export function assertSameLength(where: string, a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length || a.length === 0) {
    throw new GuerdonError("statistics.length", {
      where,
      expected: "two lists of the same length n ≥ 1",
      got: `${a.length} and ${b.length}`,
      fix: "Pass one value of each list for every unit.",
    });
  }
}
