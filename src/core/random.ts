/** Seeded randomness that splits by name, so that no part's numbers depend on when another part ran. */

import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { GuerdonError } from "./errors.ts";

type Key = readonly [number, number, number, number];

/**
 * A stream of random numbers, known by its path from the seed.
 *
 * `random(1).split("folds", 3)` is the same stream wherever and whenever it is asked for: children are
 * derived from their parent's key, not from what the parent has drawn.
 */
export class Random {
  readonly #key: Key;
  readonly #generator;
  #spareNormal: number | undefined;

  constructor(key: Key) {
    this.#key = key;
    // All-zero is the one state that xoroshiro cannot leave.
    this.#generator = xoroshiro128plusFromState(key.some((word) => word !== 0) ? [...key] : [1, 0, 0, 0]);
    for (let i = 0; i < 8; i++) this.#generator.next();
  }

  /** An independent stream named by `path`. */
  split(...path: readonly (string | number)[]): Random {
    return new Random(
      path.reduce<Key>((key, name) => childKey(key, typeof name === "number" ? `#${name}` : name), this.#key),
    );
  }

  /** A float in [0, 1), 53 random bits. */
  uniform(): number {
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  bernoulli(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** An index drawn with probability proportional to its weight (weights ≥ 0, at least one > 0). */
  categorical(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    let left = this.uniform() * total;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] <= 0) continue;
      last = i;
      left -= weights[i];
      if (left < 0) return i;
    }
    return last;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** 0 … n−1 in random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  shuffle<T>(items: readonly T[]): T[] {
    return Array.from(this.permutation(items.length), (index) => items[index]);
  }

  /** For libraries that take one 32-bit seed. */
  seed32(): number {
    return this.#generator.next() >>> 0;
  }
}

/**
 * The root stream of a seed.
 * @throws GuerdonError "random.seed" unless the seed is a safe integer.
 */
export function random(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new GuerdonError("random.seed", {
      where: "seed",
      expected: "an integer",
      got: String(seed),
      fix: "Pass a whole number; the same number gives the same results.",
    });
  }
  return new Random(childKey([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667], `seed:${seed}`));
}

/** A stable 128-bit hash of a text (four 32-bit words), the same on every machine. */
export function hash128(text: string, key: Key = [1, 2, 3, 4]): Key {
  return childKey(key, text);
}

// MurmurHash3's 32-bit finaliser, over four lanes that mix with their neighbour.
function childKey([a, b, c, d]: Key, name: string): Key {
  let [h0, h1, h2, h3] = [a | 0, b | 0, c | 0, d | 0];
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    h0 = Math.imul(h0 ^ code, 0xcc9e2d51) + h3;
    h1 = Math.imul(h1 ^ code ^ (h0 >>> 13), 0x1b873593) + h0;
    h2 = Math.imul(h2 ^ code ^ (h1 >>> 11), 0x85ebca6b) + h1;
    h3 = Math.imul(h3 ^ code ^ (h2 >>> 15), 0xc2b2ae35) + h2;
  }
  h0 = mix(h0 ^ name.length ^ h3);
  h1 = mix(h1 ^ h0);
  h2 = mix(h2 ^ h1);
  h3 = mix(h3 ^ h2);
  return [mix(h0 ^ h3), h1, h2, h3];
}

function mix(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}
