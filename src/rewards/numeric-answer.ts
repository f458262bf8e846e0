/** The verifier for problems whose answer is a number: finds the final number of a completion and compares it exactly. */

import { scored, unscored } from "../core/outcome.ts";
import type { PipeableReward } from "../core/reward.ts";
import { answerReward, noReference } from "./final-answer.ts";
import { type Rational, readNumber, sameNumber, writtenNumbers } from "./written-number.ts";

/**
 * 1 where the completion's final number equals the sample's reference, 0 where it does not or there is none; the
 * reason says what was read. Numbers are compared as exact fractions: 18.50 is 18.5, 0.333 is not 1/3.
 *
 * The final number is, in this order, the first one after the last `####`; in the last `\boxed{…}`; in the first JSON
 * field `"answer"`, whether or not the JSON around it is sound (an object that follows is not the one asked for); after
 * the last "answer is", "answer:" or line that starts with "A:"; or else the last number there is. A worked sum counts
 * by its right side. Thousands separators, currency and percent signs, units and LaTeX fractions are understood.
 *
 * The reference may be a number or a worked solution with a marked answer (`… #### 72`). Without one the sample is
 * unscored "missing-reference"; with one that holds no number, or several and no mark, "invalid-input".
 */
export function numericAnswer(): PipeableReward {
  return answerReward("numericAnswer", (answer, { reference }) => {
    if (reference === undefined) return noReference;
    const wanted = referenceNumber(reference);
    if (!wanted) return unscored("invalid-input", `expected a number as reference, got "${reference.slice(0, 80)}"`);
    const written = finalNumber(answer);
    if (written === undefined) return scored(0, { reason: "no number in the completion" });
    const found = readNumber(written);
    return scored(found && sameNumber(found, wanted) ? 1 : 0, { reason: `read ${written.slice(0, 80)}` });
  });
}

/** What stands after the mark of a kind, or undefined where the mark is not there. */
type Mark = (text: string) => string | undefined;

const marks: readonly Mark[] = [
  (text) => afterLast(text, /####/g)?.split("\n", 1)[0],
  (text) => insideBraces(afterLast(text, /\\boxed\s{0,4}\{/g)),
  (text) => jsonValue(afterFirst(text, /"answer"\s{0,20}:/i)),
  (text) => result(afterLast(text, /\banswer(?: is|:)|^\s{0,20}A:/gim)?.split("\n", 1)[0]),
];

function finalNumber(text: string): string | undefined {
  return markedNumber(text) ?? writtenNumbers(plain(text)).at(-1);
}

function markedNumber(text: string): string | undefined {
  for (const mark of marks) {
    const number = writtenNumbers(plain(mark(text) ?? "")).at(0);
    if (number) return number;
  }
  return undefined;
}

function referenceNumber(reference: string): Rational | undefined {
  const numbers = writtenNumbers(plain(reference));
  const written = markedNumber(reference) ?? (numbers.length === 1 ? numbers[0] : undefined);
  return written === undefined ? undefined : readNumber(written);
}

function afterFirst(text: string, mark: RegExp): string | undefined {
  const found = mark.exec(text);
  return found ? text.slice(found.index + found[0].length) : undefined;
}

function afterLast(text: string, mark: RegExp): string | undefined {
  let end: number | undefined;
  for (const found of text.matchAll(mark)) end = found.index + found[0].length;
  return end === undefined ? undefined : text.slice(end);
}

function insideBraces(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let depth = 1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(0, at);
  }
  return text;
}

/** Up to the closing quote of a string, else up to the end of the line. */
function jsonValue(text: string | undefined): string | undefined {
  const [, quoted, bare] = text?.match(/^\s*(?:"([^"]*)|([^\n]*))/) ?? [];
  return result(quoted ?? bare);
}

/** The right side of a worked sum: "5 + 3 = 8 eggs" → "8 eggs". */
function result(text: string | undefined): string | undefined {
  return text?.slice(text.lastIndexOf("=") + 1);
}

/** LaTeX's ways of writing what plain text can say. */
function plain(text: string): string {
  return text
    .replace(/\\[dt]?frac\{([^{}]{1,40})\}\{([^{}]{1,40})\}/g, "$1/$2")
    .replace(/\{,\}/g, ",")
    .replace(/\\([$%])/g, "$1")
    .replace(/\\[,;:! ]/g, "");
}
