/**
 * The encoder that needs no model: hashed words, word pairs and letter groups, with what shows on a text's surface.
 *
 * Feature hashing with a sign (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"):
 * row[bucket(f)] = Σ over occurrences of f of sign(f), so that collisions cancel in expectation.
 */

import { GuerdonError } from "../core/errors.ts";
import { matrix32 } from "../numerics/matrix.ts";
import type { Encoder } from "./encoder.ts";
import { surfaceFeatures, writeSurface } from "./surface.ts";
import { emptyHash, extendHash, Tokens } from "./tokens.ts";

export interface LexicalOptions {
  /** Length of a vector, the surface features included. 64 to 65,536; 2,048 when absent. */
  readonly dimension?: number;
}

/** A family's buckets: [from, from + size) of a row. */
interface Block {
  readonly from: number;
  readonly size: number;
  /** The Euclidean norm that the block is scaled to. */
  readonly norm: number;
}

/**
 * Text → ℝ^dimension, the same numbers on every machine and with nothing to download.
 *
 * Words, word pairs and letter groups of three and four (a word's edges count as a letter) each have a block of
 * the row; a bucket's signed count c (1,023 at most) becomes
 * sign(c)·ln(1 + |c|) and each block is then scaled to a fixed Euclidean
 * norm, so a long answer does not outweigh a short one by its length alone. Length itself is a surface feature.
 *
 * @throws GuerdonError "lexical.dimension" for a dimension that is no whole number from 64 to 65,536.
 */
export function lexical({ dimension = 2048 }: LexicalOptions = {}): Encoder {
  if (!Number.isInteger(dimension) || dimension < 64 || dimension > 65_536) {
    throw new GuerdonError("lexical.dimension", {
      where: "dimension",
      expected: "a whole number from 64 to 65,536",
      got: String(dimension),
      fix: "2,048 suits most data sets; use less for speed and more for tens of thousands of pairs.",
    });
  }
  const blocks = layOut(dimension - surfaceFeatures.length);
  return {
    name: `lexical-${dimension}`,
    dimension,
    reads: "completion",
    config: { kind: "lexical", dimension },
    async encode(texts, { signal, onProgress } = {}) {
      const encoded = matrix32(texts.length, dimension);
      const tokens = new Tokens();
      const counts = new Int32Array(dimension);
      for (let index = 0; index < texts.length; index++) {
        if (index % textsBetweenPauses === 0) {
          if (index > 0) await pause();
          signal?.throwIfAborted();
          onProgress?.({ stage: "encode", done: index, total: texts.length });
        }
        counts.fill(0);
        countFeatures(tokens.read(texts[index]), blocks, counts);
        const row = index * dimension;
        for (const block of Object.values(blocks)) writeDamped(counts, block, encoded.data, row);
        writeSurface(texts[index], tokens, encoded.data, row + dimension - surfaceFeatures.length);
      }
      return encoded;
    },
  };
}

const textsBetweenPauses = 1024;

/** Lets timers, sockets and abort signals have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

interface Blocks {
  readonly words: Block;
  readonly pairs: Block;
  readonly letters: Block;
}

// Shares and norms were chosen by five-fold accuracy of a linear Bradley-Terry model on two public preference sets.
function layOut(buckets: number): Blocks {
  const words = Math.floor(buckets / 2);
  const pairs = Math.floor(buckets / 8);
  return {
    words: { from: 0, size: words, norm: 1 },
    pairs: { from: words, size: pairs, norm: 0.5 },
    letters: { from: words + pairs, size: buckets - words - pairs, norm: 1 },
  };
}

function countFeatures(tokens: Tokens, { words, pairs, letters }: Blocks, counts: Int32Array): void {
  const { text, hash, isWord, start, end, count } = tokens;
  let previous = emptyHash;
  for (let index = 0; index < count; index++) {
    const token = hash[index];
    add(counts, words.from, words.size, token);
    add(counts, pairs.from, pairs.size, extendHash(Math.imul(previous, 0x9e3779b1), token));
    previous = token;
    if (isWord[index]) addLetterGroups(counts, letters, text, start[index], end[index]);
  }
}

/** Groups of three and four among the letters text[start, end) with a space on either side. */
function addLetterGroups(counts: Int32Array, { from, size }: Block, text: string, start: number, end: number): void {
  const space = 32;
  let a = space;
  let b = text.charCodeAt(start);
  let c = start + 1 < end ? text.charCodeAt(start + 1) : space;
  for (let next = start + 2; ; next++) {
    const three = extendHash(extendHash(extendHash(emptyHash, a), b), c);
    add(counts, from, size, three);
    if (next > end) return;
    const d = next < end ? text.charCodeAt(next) : space;
    add(counts, from, size, extendHash(three, d));
    a = b;
    b = c;
    c = d;
  }
}

/** Adds ±1 to the feature's bucket. */
function add(counts: Int32Array, from: number, size: number, hash: number): void {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  // The high half picks the bucket without the bias and the cost of a remainder; the lowest bit is the sign.
  counts[from + (Math.imul(mixed >>> 16, size) >>> 16)] += (mixed & 1) * 2 - 1;
}

const largestCount = 1023;
/** sign(c)·ln(1 + |c|) at index c + largestCount. */
const damped = Float64Array.from({ length: 2 * largestCount + 1 }, (_, index) => {
  const count = index - largestCount;
  return Math.sign(count) * Math.log1p(Math.abs(count));
});

/** Writes a block's counts into a row, damped and scaled. Free of branches: about half of the buckets are empty. */
function writeDamped(counts: Int32Array, { from, size, norm }: Block, into: Float32Array, row: number): void {
  let squares = 0;
  for (let bucket = from; bucket < from + size; bucket++) {
    const value = damp(counts[bucket]);
    squares += value * value;
  }
  const scale = norm / Math.sqrt(Math.max(squares, Number.MIN_VALUE));
  for (let bucket = from; bucket < from + size; bucket++) into[row + bucket] = scale * damp(counts[bucket]);
}

function damp(count: number): number {
  return damped[Math.min(Math.max(count, -largestCount), largestCount) + largestCount];
}
