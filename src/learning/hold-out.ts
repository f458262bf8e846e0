/** A part kept back for choosing settings: whole prompts, so that nothing learned leaks into the check. */

import type { Random } from "../core/random.ts";
import { clusterRows } from "../core/statistics/bootstrap.ts";

export interface HoldOut {
  readonly fit: Int32Array;
  readonly heldOut: Int32Array;
}

const fewestRows = 20;
const fewestGroups = 5;

/**
 * Keeps whole groups back until they make up `share` of the rows.
 * Undefined where that would leave too little on either side: under 20 rows or 5 groups.
 */
export function holdOut(groups: readonly string[], share: number, random: Random): HoldOut | undefined {
  if (groups.length < fewestRows) return undefined;
  const clusters = clusterRows(groups.length, groups);
  if (clusters.length < fewestGroups) return undefined;
  const heldOut: number[] = [];
  const fit: number[] = [];
  for (const rows of random.shuffle(clusters)) {
    const side = heldOut.length + rows.length / 2 <= share * groups.length ? heldOut : fit;
    side.push(...rows);
  }
  if (heldOut.length === 0) return undefined;
  return { fit: Int32Array.from(fit).sort(), heldOut: Int32Array.from(heldOut).sort() };
}
