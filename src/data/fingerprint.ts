/** The identity of a data set's content. */

import { hash128 } from "../core/random.ts";

/**
 * 32 hexadecimal digits: equal for equal items in the same order, whatever the order of an item's fields.
 * Not made against people who look for collisions.
 */
export function fingerprint(items: readonly object[]): string {
  const words = items.reduce<Words>(
    (key, item) => hash128(contentHash(item).join(), key),
    hash128(String(items.length)),
  );
  return words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

type Words = ReturnType<typeof hash128>;

// Items do not change, and folds hold the same ones again and again.
const hashes = new WeakMap<object, Words>();

function contentHash(item: object): Words {
  const known = hashes.get(item) ?? hash128(JSON.stringify(item, sorted));
  hashes.set(item, known);
  return known;
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
