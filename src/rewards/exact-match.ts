/** The verifier that compares texts. */

import { scored } from "../core/outcome.ts";
import type { PipeableReward } from "../core/reward.ts";
import { answerReward, noReference } from "./final-answer.ts";

/**
 * 1 where the assistant's last message is the sample's reference, 0 where it is not.
 *
 * `normalise` compares them without regard to case, to Unicode's compatibility forms (NFKC) and to how much white
 * space there is. A sample without reference is unscored "missing-reference".
 */
export function exactMatch({ normalise = false }: { readonly normalise?: boolean } = {}): PipeableReward {
  const form = normalise ? normalised : (text: string) => text;
  return answerReward("exactMatch", (answer, { reference }) =>
    reference === undefined ? noReference : scored(form(answer) === form(reference) ? 1 : 0),
  );
}

function normalised(text: string): string {
  return text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}
