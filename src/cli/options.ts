/** Options that several commands share, parsed strictly. */

import { InvalidArgumentError, Option } from "commander";

export const jsonOption = () => new Option("--json", "print one JSON document on stdout");

export const seedOption = () =>
  new Option("--seed <integer>", "same seed, same numbers").default(1).argParser(integer(Number.MIN_SAFE_INTEGER));

/** A whole number of at least `least`. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number${least > 0 ? ` of at least ${least}` : ""}.`);
    }
    return value;
  };
}
