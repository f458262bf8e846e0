/** Opens a data file: finds out what it is, and streams its bytes, unpacked. */

import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { GuerdonError } from "../core/errors.ts";

export type Format = "jsonl" | "csv" | "tsv" | "parquet";

export interface Source {
  readonly path: string;
  readonly format: Format;
  /** Decided by the file's first bytes: a name that ends in ".gz" may lie, they do not. */
  readonly gzip: boolean;
}

const formats: Readonly<Record<string, Format>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
  csv: "csv",
  tsv: "tsv",
  parquet: "parquet",
};

/**
 * Looks at a file's name and first bytes.
 * @throws GuerdonError "data.not-found" | "data.not-a-file" | "data.empty" | "data.unknown-format" | "data.unreadable".
 */
export async function openSource(path: string): Promise<Source> {
  const head = await firstBytes(path);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const isParquet = head.toString("latin1") === "PAR1";
  const extension = basename(path).toLowerCase().replace(/\.gz$/, "").split(".").pop() ?? "";
  const format = isParquet ? "parquet" : formats[extension];
  if (format === undefined) {
    throw new GuerdonError("data.unknown-format", {
      where: path,
      expected: "a name that ends in .jsonl, .ndjson, .json, .csv or .tsv (each also with .gz), or .parquet",
      got: basename(path),
      fix: "Rename the file after what it holds.",
    });
  }
  if (format === "parquet" && !isParquet) {
    throw unreadable(
      path,
      'a Parquet file, which begins with "PAR1"',
      gzip ? "gzip" : JSON.stringify(head.toString("latin1")),
    );
  }
  return { path, format, gzip };
}

/** The file's bytes in pieces, unpacked where they are packed. */
export async function* streamBytes({ path, gzip }: Source, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18, signal });
  const stream = gzip ? unpacked(file) : file;
  try {
    for await (const bytes of stream) yield bytes as Buffer;
  } catch (cause) {
    signal?.throwIfAborted();
    if (!isSystemError(cause)) throw cause;
    throw cause.code.startsWith("Z_")
      ? unreadable(path, "a whole gzip file", `a damaged or cut-off one (${cause.message})`, cause)
      : unreadable(path, "a file that can be read", cause.message, cause);
  } finally {
    file.destroy();
    stream.destroy();
  }
}

/** The error of a file that is there and cannot be read as what it claims to be. */
export function unreadable(path: string, expected: string, got: string, cause?: unknown): GuerdonError {
  return new GuerdonError("data.unreadable", {
    where: path,
    expected,
    got,
    fix: "Fetch or write the file again; if it came from Git LFS, fetch the data itself and not its pointer.",
    cause,
  });
}

export function emptyFile(path: string): GuerdonError {
  return new GuerdonError("data.empty", {
    where: path,
    expected: "a file with at least one row",
    got: "an empty one",
    fix: "Check that whatever wrote it had finished.",
  });
}

function unpacked(file: Readable): Transform {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function firstBytes(path: string): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const stat = await file.stat();
    if (!stat.isFile()) {
      throw new GuerdonError("data.not-a-file", {
        where: path,
        expected: "a data file",
        got: stat.isDirectory() ? "a folder" : "something that is not a regular file",
        fix: "Give the path of the file itself.",
      });
    }
    if (stat.size === 0) throw emptyFile(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
      throw new GuerdonError("data.not-found", {
        where: path,
        expected: "a data file",
        got: "no such file",
        fix: "Check the path; a relative one starts at the folder the command was run in.",
        cause,
      });
    }
    throw unreadable(path, "a file that can be read", cause.message, cause);
  } finally {
    await file?.close();
  }
}

function isSystemError(cause: unknown): cause is Error & { code: string } {
  return (
    cause instanceof Error && !(cause instanceof GuerdonError) && "code" in cause && typeof cause.code === "string"
  );
}
