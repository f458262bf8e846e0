/**
 * The encoder that needs no model: hashed words, word pairs and letter groups, with what shows on a text's surface.
 *
 * Feature hashing with a sign (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"):
 * row[bucket(f)] = Σ over occurrences of f of sign(f), so that collisions cancel in expectation.
 */

import { GuerdonError } from "../core/errors.ts";
import { matrix32, rowOf } from "../numerics/matrix.ts";
import type { Encoder } from "./encoder.ts";
import { surfaceFeatures, writeSurface } from "./surface.ts";
import { emptyHash, extendHash, Tokens } from "./tokens.ts";

export interface LexicalOptions {
  /** Length of a vector, the surface features included. 64 to 65,536; 2,048 when absent. */
  readonly dimension?: number;
}

/** Where in a row each family of features lies. The surface features come last. */
interface Layout {
  readonly words: number;
  readonly pairs: number;
  readonly letters: number;
}

/**
 * Text → ℝ^dimension, the same numbers on every machine and with nothing to download.
 *
 * Words, word pairs and letter groups of three and four (a word's edges count as a letter) each have a block of
 * the row; a bucket's signed count c becomes sign(c)·ln(1 + |c|) and each block is then scaled to a fixed Euclidean
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
  const layout = layOut(dimension);
  return {
    name: `lexical-${dimension}`,
    dimension,
    reads: "completion",
    config: { kind: "lexical", dimension },
    async encode(texts, { signal, onProgress } = {}) {
      const encoded = matrix32(texts.length, dimension);
      const tokens = new Tokens();
      for (let index = 0; index < texts.length; index++) {
        if (index % textsBetweenPauses === 0) {
          if (index > 0) await pause();
          signal?.throwIfAborted();
          onProgress?.({ stage: "encode", done: index, total: texts.length });
        }
        encodeText(texts[index], tokens, layout, rowOf(encoded, index));
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

// Shares and norms were chosen by five-fold accuracy of a linear Bradley-Terry model on two public preference sets.
function layOut(dimension: number): Layout {
  const hashed = dimension - surfaceFeatures.length;
  const words = Math.floor(hashed / 2);
  const pairs = Math.floor(hashed / 8);
  return { words, pairs, letters: hashed - words - pairs };
}

const pairNorm = 0.5;

function encodeText(text: string, tokens: Tokens, layout: Layout, row: Float32Array): void {
  const words = row.subarray(0, layout.words);
  const pairs = row.subarray(layout.words, layout.words + layout.pairs);
  const letters = row.subarray(layout.words + layout.pairs, layout.words + layout.pairs + layout.letters);
  const { hash, isWord, start, end, count } = tokens.read(text);
  let previous = emptyHash;
  for (let index = 0; index < count; index++) {
    const token = hash[index];
    add(words, token);
    add(pairs, extendHash(Math.imul(previous, 0x9e3779b1), token));
    previous = token;
    if (isWord[index]) addLetterGroups(letters, tokens.text, start[index], end[index]);
  }
  dampAndScale(words, 1);
  dampAndScale(pairs, pairNorm);
  dampAndScale(letters, 1);
  writeSurface(text, tokens, row.subarray(words.length + pairs.length + letters.length));
}

/** Groups of three and four among the letters text[start, end) with a space on either side. */
function addLetterGroups(block: Float32Array, text: string, start: number, end: number): void {
  const space = 32;
  let a = space;
  let b = text.charCodeAt(start);
  let c = start + 1 < end ? text.charCodeAt(start + 1) : space;
  for (let next = start + 2; ; next++) {
    const three = extendHash(extendHash(extendHash(emptyHash, a), b), c);
    add(block, three);
    if (next > end) return;
    const d = next < end ? text.charCodeAt(next) : space;
    add(block, extendHash(three, d));
    a = b;
    b = c;
    c = d;
  }
}

/** Adds ±1 to the feature's bucket. */
function add(block: Float32Array, hash: number): void {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  // The high half picks the bucket without the bias and the cost of a remainder; the lowest bit is the sign.
  block[((mixed >>> 16) * block.length) >>> 16] += (mixed & 1) * 2 - 1;
}

const damped = Float64Array.from({ length: 256 }, (_, count) => Math.log1p(count));

function dampAndScale(block: Float32Array, norm: number): void {
  let squares = 0;
  for (let bucket = 0; bucket < block.length; bucket++) {
    const count = block[bucket];
    if (count === 0) continue;
    const size = Math.abs(count);
    const value = size < damped.length ? damped[size] : Math.log1p(size);
    block[bucket] = count < 0 ? -value : value;
    squares += value * value;
  }
  if (squares === 0) return;
  const scale = norm / Math.sqrt(squares);
  for (let bucket = 0; bucket < block.length; bucket++) block[bucket] *= scale;
}
