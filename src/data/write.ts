/** Writes files and folders so that a reader finds the old one or the new one, and never half of one. */

import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GuerdonError } from "../core/errors.ts";

/**
 * Writes a file beside its place, flushes it to the disk and moves it there. Makes the folders above it.
 * @throws GuerdonError "data.unwritable".
 */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const target = resolve(path);
  const draft = draftOf(target);
  await writing(target, draft, async () => {
    await mkdir(dirname(target), { recursive: true });
    await writeFlushed(draft, content);
    await rename(draft, target);
    await flushFolder(dirname(target));
  });
}

/**
 * Writes a folder of files beside its place, and moves it there. A folder that stood there is replaced, if it holds
 * nothing but files of these names: what somebody else put there is not ours to delete.
 *
 * @throws GuerdonError "data.unwritable" | "data.would-overwrite".
 */
export async function writeAtomicFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const target = resolve(path);
  const strange = Object.keys(files).find((name) => name !== basename(name) || name === "" || name.startsWith(".."));
  if (strange !== undefined) throw unwritable(target, "plain file names", `"${strange}"`);
  const draft = draftOf(target);
  await writing(target, draft, async () => {
    await mkdir(draft, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFlushed(join(draft, name), content);
    await flushFolder(draft);
    await replaceFolder(target, draft, Object.keys(files));
    await flushFolder(dirname(target));
  });
}

// A folder cannot be moved onto a full one, so the old one steps aside, and back again if the new one cannot come.
async function replaceFolder(target: string, draft: string, names: readonly string[]): Promise<void> {
  const standing = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  const others = standing?.filter((name) => !names.includes(name)) ?? [];
  if (others.length > 0) {
    throw new GuerdonError("data.would-overwrite", {
      where: target,
      expected: `a new folder, or one that holds only ${names.join(", ")}`,
      got: `one that also holds ${others.slice(0, 5).join(", ")}${others.length > 5 ? ", …" : ""}`,
      fix: "Choose another folder, or move those files away.",
    });
  }
  if (!standing) return rename(draft, target);
  const aside = draftOf(target);
  await rename(target, aside);
  try {
    await rename(draft, target);
  } catch (cause) {
    await rename(aside, target);
    throw cause;
  }
  await rm(aside, { recursive: true });
}

async function writing(target: string, draft: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    if (cause instanceof GuerdonError) throw cause;
    throw unwritable(target, "a place that can be written to", (cause as Error).message, cause);
  }
}

async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

// So that the move itself outlives a power cut. Not every system lets a folder be opened.
async function flushFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path);
    await folder.sync();
  } catch {
  } finally {
    await folder?.close();
  }
}

function draftOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomUUID()}.draft`);
}

function unwritable(where: string, expected: string, got: string, cause?: unknown): GuerdonError {
  return new GuerdonError("data.unwritable", {
    where,
    expected,
    got,
    fix: "Check the path, its permissions and the free space.",
    cause,
  });
}
