/** Options that several commands share, parsed strictly. */

import { InvalidArgumentError, Option } from "commander";

export const jsonOption = () => new Option("--json", "print one JSON document on stdout");

export const seedOption = () =>
  new Option("--seed <integer>", "same seed, same numbers").default(1).argParser(integer(Number.MIN_SAFE_INTEGER));

/** A whole number from `least` to `most`. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `Expected a whole number${least > 0 ? ` of at least ${least}` : ""}${most < Number.MAX_SAFE_INTEGER ? ` up to ${most}` : ""}.`,
      );
    }
    return value;
  };
}
