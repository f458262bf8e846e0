/** Numbers as people write them, read exactly. */

/** numerator / denominator, in no particular terms. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const digits = String.raw`(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)`;
/**
 * A minus sign (not after something that it could be subtracting from), a currency sign, digits with or without
 * thousands separators, decimals, a denominator. No part can match in two ways, so a scan takes linear time.
 */
const pattern = new RegExp(String.raw`(?:(?<![\w.)\]}])[-−–])?(?:[$€£¥]-?)?${digits}(?: ?\/ ?\d+)?`, "g");

/** Longer ones are noise, and exact arithmetic on them is slow. */
const mostDigits = 400;

/** Every number in the text, as written and in its order. Units and percent signs are not looked at: 18% is 18. */
export function writtenNumbers(text: string): string[] {
  return text.match(pattern) ?? [];
}

/** The value of one of `writtenNumbers`; undefined where it is divided by zero or has more than 400 characters. */
export function readNumber(written: string): Rational | undefined {
  if (written.length > mostDigits) return undefined;
  const [whole, over = "1"] = written.replace(/[-−–$€£¥, ]/g, "").split("/");
  const [integer, decimals = ""] = whole.split(".");
  const denominator = BigInt(over) * 10n ** BigInt(decimals.length);
  const numerator = BigInt(integer + decimals);
  if (denominator === 0n) return undefined;
  return { numerator: /[-−–]/.test(written) ? -numerator : numerator, denominator };
}

export function sameNumber(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}
