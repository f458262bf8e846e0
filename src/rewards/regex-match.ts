/** The verifier that looks for a pattern, in time linear in the text whatever the pattern (RE2's syntax and promise). */

import { RE2JS, RE2JSSyntaxException } from "re2js";
import { GuerdonError } from "../core/errors.ts";
import { scored } from "../core/outcome.ts";
import type { PipeableReward } from "../core/reward.ts";
import { answerReward } from "./final-answer.ts";

const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/**
 * 1 where the pattern occurs in the assistant's last message, with what matched as the reason; 0 where it does not.
 *
 * @param pattern in RE2's syntax: no look-around and no back-references. Anchor it (`^…$`) to match the whole message.
 * @param options `flags`: any of i (ignore case), m (^ and $ at line breaks), s (. matches line breaks).
 * @throws GuerdonError "regex.pattern", with the position in `details.position` | "regex.flags"
 */
export function regexMatch(pattern: string, { flags = "" }: { readonly flags?: string } = {}): PipeableReward {
  const compiled = compile(pattern, flags);
  return answerReward("regexMatch", (answer) => {
    const matcher = compiled.matcher(answer);
    return matcher.find() ? scored(1, { reason: `matched "${matcher.group() ?? ""}"` }) : scored(0);
  });
}

function compile(pattern: string, flags: string): RE2JS {
  const bits = [...flags].reduce((sum, flag) => sum | flagBit(flag), 0);
  try {
    return RE2JS.compile(pattern, bits);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const position = Math.max(pattern.indexOf(error.getPattern() ?? ""), 0);
    throw new GuerdonError("regex.pattern", {
      where: `pattern, character ${position + 1}`,
      expected: "a pattern in RE2's syntax",
      got: `"${pattern}" (${error.getDescription()})`,
      fix: "Look-around and back-references are not part of it: they cannot be matched in linear time.",
      details: { position },
      cause: error,
    });
  }
}

function flagBit(flag: string): number {
  if (Object.hasOwn(flagBits, flag)) return flagBits[flag];
  throw new GuerdonError("regex.flags", {
    where: "flags",
    expected: `any of ${Object.keys(flagBits).join(", ")}`,
    got: `"${flag}"`,
    fix: "Leave the others out.",
  });
}
