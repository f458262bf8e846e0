/** Splits by a stable hash of the prompt, so that no prompt is learned from and tested on. */

import { GuerdonError } from "../core/errors.ts";
import { hash128 } from "../core/random.ts";
import { type Message, promptKey } from "../core/vocabulary.ts";

/**
 * Parts items by prompt: about a `test` share of the prompts, and all of their items, are held out.
 *
 * Which side a prompt falls on depends on the prompt, the share and the seed alone: not on the order of the rows, the
 * file, or what else is in it. With few prompts a side may stay empty.
 *
 * @throws GuerdonError "split.share" unless 0 < test < 1; "split.prompt" for an item without a prompt and no `keyOf`.
 */
export function splitByPrompt<Item>(
  items: readonly Item[],
  { test, seed, keyOf = promptOf }: { test: number; seed: number; keyOf?: (item: Item) => string },
): { train: Item[]; test: Item[] } {
  if (!(test > 0 && test < 1)) {
    throw new GuerdonError("split.share", {
      where: "test",
      expected: "a share between 0 and 1",
      got: String(test),
      fix: "Pass for example 0.2 to hold out a fifth of the prompts.",
    });
  }
  const sides: { train: Item[]; test: Item[] } = { train: [], test: [] };
  for (const item of items) sides[place(keyOf(item), seed) < test ? "test" : "train"].push(item);
  return sides;
}

/**
 * The fold, 0 … k − 1, of each item; items of one prompt share it. Depends on the prompt, k and the seed alone.
 * @throws GuerdonError "split.folds" unless k is an integer ≥ 2.
 */
export function foldsByPrompt<Item>(
  items: readonly Item[],
  k: number,
  seed: number,
  keyOf: (item: Item) => string = promptOf,
): Int32Array {
  if (!Number.isInteger(k) || k < 2) {
    throw new GuerdonError("split.folds", {
      where: "k",
      expected: "an integer of at least 2",
      got: String(k),
      fix: "Pass for example 5.",
    });
  }
  return Int32Array.from(items, (item) => Math.floor(place(keyOf(item), seed) * k));
}

/**
 * The key of the prompt that a sample, preference, ranking or rating is about.
 * @throws GuerdonError "split.prompt" for anything else.
 */
export function promptOf(item: unknown): string {
  const { chosen, candidates, item: rated } = (item ?? {}) as Record<string, unknown>;
  const sample = chosen ?? (Array.isArray(candidates) ? candidates[0] : undefined) ?? rated ?? item;
  const { prompt } = (sample ?? {}) as { prompt?: unknown };
  if (Array.isArray(prompt)) return promptKey(prompt as Message[]);
  throw new GuerdonError("split.prompt", {
    where: "items",
    expected: "samples, or preferences, rankings or ratings of samples",
    got: "an item without a prompt",
    fix: "Pass `keyOf` to say what the items are to be kept together by.",
  });
}

// Where a prompt lies in [0, 1).
function place(key: string, seed: number): number {
  return (hash128(`${seed}:${key}`)[0] >>> 0) / 2 ** 32;
}
