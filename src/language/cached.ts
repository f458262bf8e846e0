/** Keeps what an encoder gave on disk, so that no text is paid for twice. Node only. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import { matrix32, rowOf } from "../numerics/matrix.ts";
import type { EncodeContext, Encoder } from "./encoder.ts";

/**
 * The same encoder, which looks into `folder` first. A text's entry goes by a hash of the encoder's name and
 * configuration and the text, so another model or setting never meets it.
 *
 * Each entry is a file that appears whole, by renaming: any number of processes may share a folder. One that is
 * damaged counts as absent and is written anew (`onProgress` tells how many). What fails is not kept; what was encoded
 * before the failure is.
 */
export function cached(encoder: Encoder, folder: string): Encoder {
  const { dimension } = encoder;
  const described = JSON.stringify([encoder.name, encoder.config]);
  const limit = pLimit(filesAtOnce);

  function pathOf(text: string): string {
    const hash = createHash("sha256").update(described).update("\0").update(text).digest("hex");
    return join(folder, hash.slice(0, 2), hash.slice(2));
  }

  async function encode(texts: readonly string[], context: EncodeContext = {}) {
    const encoded = matrix32(texts.length, dimension);
    const kept = await Promise.all(texts.map((text) => limit(() => readEntry(pathOf(text), dimension))));
    for (const [index, entry] of kept.entries()) {
      if (entry instanceof Float32Array) encoded.data.set(entry, index * dimension);
    }
    tellOfHits(kept, context);
    const missing = [...new Set(texts.filter((_, index) => !(kept[index] instanceof Float32Array)))];
    const rows = new Map<string, Float32Array>();
    for (let start = 0; start < missing.length; start += textsBetweenWrites) {
      const chunk = missing.slice(start, start + textsBetweenWrites);
      const fresh = await encoder.encode(chunk, context);
      for (const [row, text] of chunk.entries()) rows.set(text, rowOf(fresh, row));
      await Promise.all(chunk.map((text, row) => limit(() => writeEntry(pathOf(text), rowOf(fresh, row)))));
    }
    for (const [index, text] of texts.entries()) encoded.data.set(rows.get(text) ?? [], index * dimension);
    return encoded;
  }

  return { ...encoder, encode };
}

const filesAtOnce = 32;
/** What a failure can cost at most. */
const textsBetweenWrites = 512;
const checksumBytes = 8;

function tellOfHits(kept: readonly (Float32Array | "absent" | "damaged")[], { onProgress }: EncodeContext): void {
  const damaged = kept.filter((entry) => entry === "damaged").length;
  const done = kept.filter((entry) => entry instanceof Float32Array).length;
  const message = damaged > 0 ? { message: `${damaged} damaged entries count as absent` } : {};
  onProgress?.({ stage: "cache", done, total: kept.length, ...message });
}

async function readEntry(path: string, dimension: number): Promise<Float32Array | "absent" | "damaged"> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    throw error;
  }
  const body = bytes.subarray(checksumBytes);
  if (body.length !== 4 * dimension || !checksum(body).equals(bytes.subarray(0, checksumBytes))) return "damaged";
  // A copy of its own, since a view must begin at a multiple of four.
  return new Float32Array(new Uint8Array(body).buffer);
}

async function writeEntry(path: string, vector: Float32Array): Promise<void> {
  if (!vector.every(Number.isFinite)) return;
  const body = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const unfinished = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, Buffer.concat([checksum(body), body]));
  await rename(unfinished, path);
}

function checksum(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checksumBytes);
}
