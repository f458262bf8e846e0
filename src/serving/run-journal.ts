/**
 * What makes a long run survive `kill -9`: an output file that only grows, and a journal beside it that says how much
 * of it is on the disk.
 *
 * `<output>.run.jsonl` holds a line about the run, then a line for every batch: where it ends in the output, and the
 * checksums of its lines. Rows are acknowledged once the line that counts them is flushed. What the output holds beyond
 * it is cut off at the next start, so no row is lost and none is written twice. The journal stays when the run is done:
 * the same call then finds nothing left to do.
 */

import { type FileHandle, open, readFile, rm, stat, truncate } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";

/** What must be the same for a run to go on. */
export type RunIdentity = Readonly<Record<string, string | number>>;

const commitSchema = z.object({
  /** Rows, bytes and counts are from the start of the output. */
  rows: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** Rows by outcome: "scored", or the cause. */
  counts: z.record(z.string(), z.int().nonnegative()),
  /** CRC-32 of each line of this batch. */
  checksums: z.array(z.int().nonnegative()),
});

/** The state after a batch. */
export type Commit = Readonly<z.infer<typeof commitSchema>>;

const start: Commit = { rows: 0, bytes: 0, counts: {}, checksums: [] };

export class RunJournal {
  readonly #path: string;
  readonly #outputPath: string;
  readonly #output: FileHandle;
  readonly #journal: FileHandle;
  #last: Commit;

  private constructor(paths: { path: string; output: string }, output: FileHandle, journal: FileHandle, last: Commit) {
    this.#path = paths.path;
    this.#outputPath = paths.output;
    this.#output = output;
    this.#journal = journal;
    this.#last = last;
  }

  /**
   * Begins a run, or goes on with one.
   * @throws GuerdonError "run.output-exists" | "run.changed" | "run.damaged" | "run.unwritable".
   */
  static async open(output: string, identity: RunIdentity): Promise<RunJournal> {
    const path = `${output}.run.jsonl`;
    const size = await sizeOf(output);
    const text = await textOf(path);
    if (size !== undefined && text === undefined) throw outputExists(output);
    const last =
      size === undefined ? await begin(path, identity) : await resume(path, text ?? "", output, size, identity);
    try {
      return new RunJournal({ path, output }, await open(output, "a"), await open(path, "a"), last);
    } catch (cause) {
      throw unwritable(output, cause);
    }
  }

  get last(): Commit {
    return this.#last;
  }

  /** Writes batches of lines (without their newlines); returns when they and their counts are on the disk. */
  async commit(batches: readonly { lines: readonly string[]; counts: Commit["counts"] }[]): Promise<void> {
    let last = this.#last;
    const commits = batches.map(({ lines, counts }) => {
      const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, last.bytes);
      last = { rows: last.rows + lines.length, bytes, counts, checksums: lines.map((line) => crc32(line)) };
      return last;
    });
    try {
      await this.#output.appendFile(batches.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join(""));
      await this.#output.datasync();
      await this.#journal.appendFile(commits.map((commit) => `${JSON.stringify(commit)}\n`).join(""));
      await this.#journal.datasync();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
    this.#last = last;
  }

  /** Lets the files go; the run can be taken up again. */
  async close(): Promise<void> {
    await this.#output.close();
    await this.#journal.close();
  }

  /** Lets the files go, and takes them away where no row was ever written. */
  async abandon(): Promise<void> {
    await this.close();
    if (this.#last.rows > 0) return;
    await rm(this.#outputPath, { force: true });
    await rm(this.#path, { force: true });
  }
}

/** The journal comes before the output, so that an output without one is known to be somebody else's. */
async function begin(path: string, identity: RunIdentity): Promise<Commit> {
  try {
    const journal = await open(path, "w");
    await journal.appendFile(`${JSON.stringify(identity)}\n`);
    await journal.sync();
    await journal.close();
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return start;
}

/** Finds the last commit that the output still holds, and cuts both files off after it. */
async function resume(
  path: string,
  text: string,
  output: string,
  size: number,
  identity: RunIdentity,
): Promise<Commit> {
  const lines = text.split("\n").slice(0, -1); // what follows the last newline is empty, or torn
  const known = readLine(lines[0] ?? "", identitySchema, `${path}, line 1`);
  const changed = Object.keys(identity).find((name) => known[name] !== identity[name]);
  if (changed !== undefined) throw otherRun(path, changed, known[changed], identity[changed]);
  const commits = lines.slice(1).map((line, index) => readLine(line, commitSchema, `${path}, line ${index + 2}`));
  const kept = commits.filter(({ bytes }) => bytes <= size);
  await assertUndamaged(output, kept);
  const last = kept.at(-1) ?? start;
  await truncate(output, last.bytes);
  await truncate(path, Buffer.byteLength(lines.slice(0, kept.length + 1).join("\n")) + 1);
  return last;
}

const identitySchema = z.record(z.string(), z.union([z.string(), z.number()]));

function readLine<T>(line: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw damaged(where, "a line of a run's journal", "something else", cause);
  }
}

async function assertUndamaged(output: string, commits: readonly Commit[]): Promise<void> {
  const file = await open(output, "r");
  try {
    let before = start;
    for (const commit of commits) {
      const bytes = Buffer.alloc(Math.max(0, commit.bytes - before.bytes));
      await file.read(bytes, 0, bytes.length, before.bytes);
      const lines = linesIn(bytes);
      const { checksums } = commit;
      const wrong = checksums.findIndex(
        (checksum, index) => lines[index] === undefined || crc32(lines[index]) !== checksum,
      );
      if (wrong >= 0 || lines.length !== checksums.length || before.rows + lines.length !== commit.rows) {
        const line = before.rows + Math.max(wrong, 0) + 1;
        throw damaged(`${output}, line ${line}`, "the line that the run wrote", "something else");
      }
      before = commit;
    }
  } finally {
    await file.close();
  }
}

function linesIn(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    lines.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(absent);
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw unwritable(error.path ?? "output", error);
}

function outputExists(output: string): GuerdonError {
  return new GuerdonError("run.output-exists", {
    where: output,
    expected: "no such file, or one with its run's journal beside it",
    got: "a file without one",
    fix: "Choose another output, or move the file away.",
  });
}

function otherRun(path: string, what: string, expected: unknown, got: unknown): GuerdonError {
  return new GuerdonError("run.changed", {
    where: path,
    expected: `to go on with ${what} ${expected}`,
    got: String(got),
    fix: "Go on with what the run began with, or choose another output; to start over, delete the output and its journal.",
  });
}

function damaged(where: string, expected: string, got: string, cause?: unknown): GuerdonError {
  return new GuerdonError("run.damaged", {
    where,
    expected,
    got,
    fix: "Start over: delete the output and its journal.",
    cause,
  });
}

export function unwritable(where: string, cause: unknown): GuerdonError {
  return new GuerdonError("run.unwritable", {
    where,
    expected: "a place that can be written to",
    got: cause instanceof Error ? cause.message : String(cause),
    fix: "Check the path, its permissions and the free space; the same command then goes on where it stopped.",
    cause,
  });
}
