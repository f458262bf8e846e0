/** Scoring a file for good: outcomes in the input's order, written as they come, through any kill and restart. */

import { createHash } from "node:crypto";
import pLimit from "p-limit";
import { GuerdonError } from "../core/errors.ts";
import type { Cause, Outcome } from "../core/outcome.ts";
import { isScored, unscored } from "../core/outcome.ts";
import type { Progress, Reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { streamSamples } from "../data/read.ts";
import type { Row } from "../data/row.ts";
import { openSource, streamBytes } from "../data/source.ts";
import { lockFile } from "./file-lock.ts";
import { finite } from "./finite-outcome.ts";
import { RunJournal } from "./run-journal.ts";
import { scoreTolerantly } from "./tolerant-scoring.ts";

export interface ScoreFileOptions {
  /** With a `fingerprint` (as from `openReward`) a run refuses to go on when the reward has changed; else its name counts. */
  readonly reward: Reward & { readonly fingerprint?: string };
  /** Anything that `streamSamples` reads. */
  readonly input: string;
  /** JSON Lines. */
  readonly output: string;
  /** Samples a call of the reward, more where a group would be cut; default 32. */
  readonly batchSize?: number;
  /** Calls at once; default 4. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** asked = scored + unscored, this run and those it went on from together. */
export interface ScoreFileReport {
  readonly asked: number;
  readonly scored: number;
  readonly unscored: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** Rows that an interrupted run had left. */
  readonly resumed: number;
}

type Rows = readonly Row<Sample>[];

/**
 * Writes a line `{ id, row, value, … }` or `{ id, row, unscored, message, … }` for every sample of the input, and for
 * every row that holds none. Interrupted however, the same call goes on where it stopped; the file is then the same,
 * byte for byte, as without the interruption, whatever the concurrency. A run that was done is left as it is.
 *
 * @throws GuerdonError as `streamSamples`; "reward.wrong-count" | "reward.wrong-outcome"; "run.locked" while another process writes the output;
 *   "run.output-exists" | "run.changed" | "run.damaged" | "run.unwritable".
 */
export async function scoreFile(options: ScoreFileOptions): Promise<ScoreFileReport> {
  const { reward, input, output, batchSize = 32, signal } = options;
  const identity = {
    reward: reward.fingerprint ?? reward.name,
    input: await contentHash(input, signal),
    batchSize,
  };
  const unlock = await lockFile(output);
  try {
    const journal = await RunJournal.open(output, identity);
    const resumed = journal.last.rows;
    try {
      await scoreRest(journal, options);
    } catch (error) {
      await journal.abandon();
      throw error;
    }
    await journal.close();
    return report(journal, resumed);
  } finally {
    await unlock();
  }
}

async function scoreRest(
  journal: RunJournal,
  { reward, input, batchSize = 32, concurrency = 4, onProgress, signal }: ScoreFileOptions,
): Promise<void> {
  const stop = new AbortController();
  const cut = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", cut, { once: true });
  const counts = { ...journal.last.counts };
  let waiting: Scored[] = [];
  let committed: Promise<void> = Promise.resolve();
  const commit = async () => {
    const ready = waiting;
    waiting = [];
    await journal.commit(ready.map((scored) => ({ lines: linesOf(scored), counts: counted(counts, scored) })));
    onProgress?.({ stage: `scoring ${input}`, done: journal.last.rows });
  };
  try {
    signal?.throwIfAborted();
    const samples = rowsAfter(journal.last.rows, streamSamples(input, { signal: stop.signal }));
    const score = (rows: Rows) => scoreRows(reward, rows, stop.signal);
    for await (const scored of inOrder(batches(samples, batchSize), concurrency, score)) {
      stop.signal.throwIfAborted();
      // What comes while a commit is being flushed shares the next one.
      if (waiting.push(scored) === 1) {
        committed = committed.then(commit);
        committed.catch((error) => stop.abort(error));
      }
      if (waiting.length >= 4 * concurrency) await committed;
    }
    await committed;
  } catch (error) {
    stop.abort(error);
    await committed;
    throw error;
  } finally {
    signal?.removeEventListener("abort", cut);
  }
}

interface Scored {
  readonly rows: Rows;
  readonly outcomes: readonly Outcome[];
}

async function scoreRows(reward: Reward, rows: Rows, signal: AbortSignal): Promise<Scored> {
  const samples = rows.flatMap((row) => ("value" in row ? [row.value] : []));
  const results = await scoreTolerantly(reward, samples, signal, isBrokenContract);
  signal.throwIfAborted();
  let next = 0;
  const outcomes = rows.map((row) =>
    "value" in row ? finite(results[next++]) : unscored("invalid-input", row.problem),
  );
  return { rows, outcomes };
}

/** No sample is to blame for it, and no later row would fare better: the run stops, to go on with a mended reward. */
function isBrokenContract(error: unknown): boolean {
  return error instanceof GuerdonError && error.code.startsWith("reward.wrong-");
}

function linesOf({ rows, outcomes }: Scored): string[] {
  return rows.map((row, index) => {
    const id = "value" in row ? row.value.id : `row:${row.row}`;
    return JSON.stringify({ id, row: row.row, ...outcomes[index] });
  });
}

/** Adds the outcomes to the running counts, and returns how these stand now. */
function counted(counts: Record<string, number>, { outcomes }: Scored): Record<string, number> {
  for (const outcome of outcomes) {
    const key = isScored(outcome) ? "scored" : outcome.unscored;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return { ...counts };
}

async function* rowsAfter(count: number, rows: AsyncIterable<Row<Sample>>): AsyncGenerator<Row<Sample>> {
  let seen = 0;
  for await (const row of rows) if (++seen > count) yield row;
}

/** Where a batch ends depends on the rows alone, and never lies inside a group. */
async function* batches(rows: AsyncIterable<Row<Sample>>, size: number): AsyncGenerator<Rows> {
  let batch: Row<Sample>[] = [];
  let group: string | undefined;
  for await (const row of rows) {
    const next = "value" in row ? row.value.group : undefined;
    if (batch.length >= size && (next === undefined || next !== group)) {
      yield batch;
      batch = [];
    }
    batch.push(row);
    group = next;
  }
  if (batch.length > 0) yield batch;
}

/** Results in the source's order; up to four times `concurrency` wait for a slow one before them. */
async function* inOrder<In, Out>(
  source: AsyncIterable<In>,
  concurrency: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const limit = pLimit(concurrency);
  const pending: Promise<Out>[] = [];
  for await (const item of source) {
    const result = limit(work, item);
    result.catch(() => {});
    pending.push(result);
    if (pending.length >= 4 * concurrency) yield await pending.shift()!;
  }
  while (pending.length > 0) yield await pending.shift()!;
}

async function contentHash(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of streamBytes(await openSource(path), signal)) hash.update(bytes);
  return hash.digest("hex");
}

function report({ last }: RunJournal, resumed: number): ScoreFileReport {
  const { scored = 0, ...causes } = last.counts;
  return { asked: last.rows, scored, unscored: last.rows - scored, causes, resumed };
}
