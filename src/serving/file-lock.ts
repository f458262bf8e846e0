/** One process at a time on a file: a lock beside it that holds the owner's process id. */

import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { GuerdonError } from "../core/errors.ts";
import { unwritable } from "./run-journal.ts";

/** Locks of this process: a lock with its own id in it that it does not hold is one of a dead namesake. */
const held = new Set<string>();

/**
 * Locks `<path>.lock`, taking over from a process that is gone; the returned function unlocks.
 * @throws GuerdonError "run.locked" with the holder's process id; "run.unwritable".
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const lock = `${resolve(path)}.lock`;
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, `${process.pid}\n`).catch((cause) => {
    throw unwritable(lock, cause);
  });
  try {
    while (!(await linked(mine, lock))) await removeStale(lock);
  } finally {
    await rm(mine, { force: true });
  }
  held.add(lock);
  return async () => {
    await rm(lock, { force: true });
    held.delete(lock);
  };
}

/** A link appears with its content in one step, and only if nothing has the name. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeStale(lock: string): Promise<void> {
  const holder = await holderOf(lock);
  if (holder === undefined) return;
  if (isAlive(holder, lock)) throw locked(lock, holder);
  // Two processes may come here at once; what one of them moved away may already be the other's new lock.
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await holderOf(aside);
  if (moved !== undefined && moved !== holder) await linked(aside, lock);
  await rm(aside, { force: true });
}

async function holderOf(lock: string): Promise<number | undefined> {
  try {
    return Number(await readFile(lock, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid: number, lock: string): boolean {
  if (pid === process.pid) return held.has(lock);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function locked(lock: string, holder: number): GuerdonError {
  return new GuerdonError("run.locked", {
    where: lock,
    expected: "no other process at work on the file",
    got: `process ${holder}`,
    fix: "Wait for it or stop it. If that process is something else altogether, delete the lock file.",
    details: { holder },
  });
}
