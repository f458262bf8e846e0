/** Reads data sets into the core's words, and accounts for every row: used + skipped = rows. */

import { GuerdonError } from "../core/errors.ts";
import type { Progress } from "../core/reward.ts";
import type { Preference, Ranking, Rating, Sample } from "../core/vocabulary.ts";
import { preferenceShapes } from "./preference-shapes.ts";
import { rankingShapes } from "./ranking-shapes.ts";
import { ratingShapes } from "./rating-shapes.ts";
import type { Row } from "./row.ts";
import { type RowOptions, streamRows } from "./rows.ts";
import { sampleShapes } from "./sample-shapes.ts";
import { recognise, type Shape } from "./shape.ts";

export interface ReadOptions extends RowOptions {
  readonly onProgress?: (progress: Progress) => void;
}

/** Rows that share a fate: how many, and the numbers of the first few. */
export interface RowGroup {
  readonly count: number;
  readonly rows: readonly number[];
}

export interface ReadReport {
  readonly path: string;
  /** used + the counts of skipped. */
  readonly rows: number;
  readonly used: number;
  readonly skipped: readonly (RowGroup & { readonly reason: string })[];
  /** Rows whose id an earlier row had. They are used, under `<id>@row:<n>`. */
  readonly repeatedIds: RowGroup;
  /** Rows used of each shape. */
  readonly shapes: Readonly<Record<string, number>>;
}

/** How many row numbers a report names for one reason. */
const namedRows = 5;
/** How many reasons a report keeps apart. */
const namedReasons = 100;

/**
 * Preferences, in the file's order. A row of a ranking or of judged candidates gives several.
 * A row without an id is `row:<n>`.
 *
 * @throws GuerdonError as `streamRows`; "data.unusable" when no row holds a preference.
 */
export async function readPreferences(
  path: string,
  options: ReadOptions = {},
): Promise<{ preferences: Preference[]; report: ReadReport & { readonly ties: number } }> {
  const { items, report } = await collect(path, "preference", preferenceShapes, options);
  const ties = items.filter(({ probability }) => probability === 0.5).length;
  return { preferences: items, report: { ...report, ties } };
}

/** Rankings, in the file's order. Throws as `readPreferences`. */
export async function readRankings(
  path: string,
  options: ReadOptions = {},
): Promise<{ rankings: Ranking[]; report: ReadReport }> {
  const { items, report } = await collect(path, "ranking", rankingShapes, options);
  return { rankings: items, report };
}

/** Ratings, in the file's order. Throws as `readPreferences`. */
export async function readRatings(
  path: string,
  options: ReadOptions = {},
): Promise<{ ratings: Rating[]; report: ReadReport }> {
  const { items, report } = await collect(path, "rating", ratingShapes, options);
  return { ratings: items, report };
}

/** Samples to score, in the file's order. Throws as `readPreferences`. */
export async function readSamples(
  path: string,
  options: ReadOptions = {},
): Promise<{ samples: Sample[]; report: ReadReport }> {
  const { items, report } = await collect(path, "sample", sampleShapes, options);
  return { samples: items, report };
}

/**
 * Samples to score, one at a time: for files that do not fit into memory. A row of candidates gives several.
 * @throws GuerdonError as `streamRows`.
 */
export async function* streamSamples(path: string, options: RowOptions = {}): AsyncGenerator<Row<Sample>> {
  for await (const row of recognised(path, sampleShapes, options)) {
    if ("problem" in row) yield row;
    else for (const value of row.value.items) yield { row: row.row, value };
  }
}

interface Recognised<Item> {
  readonly shape: string;
  readonly items: readonly Item[];
  readonly idRepeated: boolean;
}

async function* recognised<Item>(
  path: string,
  shapes: readonly Shape<Item>[],
  options: RowOptions,
): AsyncGenerator<Row<Recognised<Item>>> {
  const seen = new Set<string>();
  for await (const line of streamRows(path, options)) {
    if ("problem" in line) {
      yield line;
      continue;
    }
    const { row, value } = line;
    const known = typeof value.id === "number" ? String(value.id) : value.id;
    const id = typeof known === "string" && known !== "" ? known : `row:${row}`;
    const idRepeated = seen.has(id);
    const found = recognise(shapes, value, idRepeated ? `${id}@row:${row}` : id);
    seen.add(id);
    yield typeof found === "string" ? { row, problem: found } : { row, value: { ...found, idRepeated } };
  }
}

async function collect<Item>(
  path: string,
  noun: string,
  shapes: readonly Shape<Item>[],
  { onProgress, ...options }: ReadOptions,
): Promise<{ items: Item[]; report: ReadReport }> {
  const items: Item[] = [];
  const skipped = new Map<string, { count: number; rows: number[] }>();
  const repeatedIds = { count: 0, rows: [] };
  const used = new Map<string, number>();
  let rows = 0;
  for await (const row of recognised(path, shapes, options)) {
    rows++;
    if ("problem" in row) {
      const reason = skipped.has(row.problem) || skipped.size < namedReasons ? row.problem : "other reasons";
      if (!skipped.has(reason)) skipped.set(reason, { count: 0, rows: [] });
      note(skipped.get(reason)!, row.row);
    } else {
      items.push(...row.value.items);
      used.set(row.value.shape, (used.get(row.value.shape) ?? 0) + 1);
      if (row.value.idRepeated) note(repeatedIds, row.row);
    }
    if (rows % 1000 === 0) onProgress?.({ stage: `reading ${path}`, done: rows });
  }
  onProgress?.({ stage: `reading ${path}`, done: rows, total: rows });
  const report: ReadReport = {
    path,
    rows,
    used: [...used.values()].reduce((sum, count) => sum + count, 0),
    skipped: [...skipped].map(([reason, group]) => ({ reason, ...group })).sort((a, b) => b.count - a.count),
    repeatedIds,
    shapes: Object.fromEntries(used),
  };
  if (items.length === 0) throw unusable(noun, shapes, report);
  return { items, report };
}

function note(group: { count: number; rows: number[] }, row: number): void {
  group.count++;
  if (group.rows.length < namedRows) group.rows.push(row);
}

function unusable(noun: string, shapes: readonly Shape<unknown>[], report: ReadReport): GuerdonError {
  const reasons = report.skipped
    .slice(0, 3)
    .map(
      ({ reason, count, rows }) => `${count} × ${reason} (row ${rows.join(", ")}${count > rows.length ? ", …" : ""})`,
    );
  return new GuerdonError("data.unusable", {
    where: report.path,
    expected: `at least one ${noun}`,
    got: `none in ${report.rows} ${report.rows === 1 ? "row" : "rows"}: ${reasons.join("; ")}`,
    fix: `Shapes that are understood: ${shapes.map(({ name }) => name).join("; ")}.`,
    details: { report },
  });
}
