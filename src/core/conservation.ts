/** The conservation law: for every reward and every part of it, asked = scored + unscored. */

import { GuerdonError } from "./errors.ts";
import { type Cause, isScored, type Outcome } from "./outcome.ts";

export interface Tally {
  readonly asked: number;
  readonly scored: number;
  readonly unscored: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  readonly parts: Readonly<Record<string, Tally>>;
}

/** Counts outcomes, whole and part by part. */
export function tally(outcomes: readonly Outcome[]): Tally {
  const byCause = new Map<Cause, number>();
  const byPart = new Map<string, Outcome[]>();
  let scoredCount = 0;
  for (const outcome of outcomes) {
    if (isScored(outcome)) scoredCount++;
    else byCause.set(outcome.unscored, (byCause.get(outcome.unscored) ?? 0) + 1);
    for (const [name, part] of Object.entries(outcome.parts ?? {})) {
      const seen = byPart.get(name);
      if (seen) seen.push(part);
      else byPart.set(name, [part]);
    }
  }
  return {
    asked: outcomes.length,
    scored: scoredCount,
    unscored: [...byCause.values()].reduce((sum, count) => sum + count, 0),
    causes: Object.fromEntries([...byCause].sort(([a], [b]) => (a < b ? -1 : 1))),
    parts: Object.fromEntries([...byPart].map(([name, parts]) => [name, tally(parts)])),
  };
}

/**
 * Holds a count to what was asked.
 * @throws GuerdonError "conservation.broken" when asked ≠ scored + unscored, here or in any part.
 */
export function assertConserved({ asked, scored, unscored, parts }: Tally, expected: number, path = "reward"): void {
  if (asked !== expected || asked !== scored + unscored) {
    throw new GuerdonError("conservation.broken", {
      where: path,
      expected: `${expected} = scored + unscored`,
      got: `asked ${asked}, scored ${scored}, unscored ${unscored}`,
      fix: "This is a bug in the reward or in what combines it: an outcome was lost or invented.",
    });
  }
  for (const [name, part] of Object.entries(parts)) assertConserved(part, part.asked, `${path}.${name}`);
}
