/** The papers, each reproduced from the parts of the other rooms. */

import { GuerdonError } from "../core/errors.ts";
import { helpsteer2Preference } from "./helpsteer2-preference.ts";
import { regretPreferences } from "./regret-preferences.ts";
import type { Reproduction } from "./reproduction.ts";
import { rewardMath } from "./reward-math.ts";
import { starc } from "./starc.ts";

export * from "./record.ts";
export * from "./reproduction.ts";
export { helpsteer2Preference, regretPreferences, rewardMath, starc };

export const reproductions: readonly Reproduction[] = [helpsteer2Preference, regretPreferences, rewardMath, starc];

/** @throws GuerdonError "paper.unknown" listing the slugs there are. */
export function reproductionOf(slug: string): Reproduction {
  const found = reproductions.find((reproduction) => reproduction.slug === slug);
  if (found) return found;
  throw new GuerdonError("paper.unknown", {
    where: `reproduce ${slug}`,
    expected: `one of ${reproductions.map((reproduction) => reproduction.slug).join(", ")}`,
    got: `"${slug}"`,
    fix: "Name one of these, or pass --all.",
  });
}
