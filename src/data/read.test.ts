import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Progress } from "../core/reward.ts";
import { readPreferences, readRankings, readRatings, readSamples, streamSamples } from "./read.ts";

const folder = await mkdtemp(join(tmpdir(), "guerdon-"));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, ...lines: (string | object)[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return path;
}

const pair = { prompt: "p", chosen: "a", rejected: "b" };

test("every row is used or has a reason", async () => {
  const path = await file("mixed.jsonl", pair, "", "{", { ...pair, tie: true }, { ...pair, chosen: "b" }, "{", {
    x: 1,
  });
  const { preferences, report } = await readPreferences(path);
  expect(preferences.map(({ id }) => id)).toEqual(["row:1", "row:4"]);
  expect(report).toEqual({
    path,
    rows: 6,
    used: 2,
    ties: 1,
    skipped: [
      { reason: "not valid JSON (Expected property name or '}')", count: 2, rows: [3, 6] },
      { reason: "chosen and rejected are identical", count: 1, rows: [5] },
      { reason: "no known shape; fields seen: x", count: 1, rows: [7] },
    ],
    repeatedIds: { count: 0, rows: [] },
    shapes: { "pair (prompt?, chosen, rejected)": 2 },
  });
});

test("ids are kept, numbers become text, repeated ones are told apart and told of", async () => {
  const path = await file(
    "ids.jsonl",
    { id: "a", ...pair },
    { id: 7, ...pair },
    { id: "a", ...pair },
    { id: "", ...pair },
  );
  const { preferences, report } = await readPreferences(path);
  expect(preferences.map(({ id }) => id)).toEqual(["a", "7", "a@row:3", "row:4"]);
  expect(report.repeatedIds).toEqual({ count: 1, rows: [3] });
});

test("a file without a usable row says what was seen and what is understood", async () => {
  const path = await file("useless.jsonl", { query: "q", reply: "r" }, { query: "q", reply: "r" });
  await expect(readPreferences(path)).rejects.toMatchObject({
    code: "data.unusable",
    message: expect.stringMatching(
      /none in 2 rows: 2 × no known shape; fields seen: query, reply \(row 1, 2\).*chosen, rejected/,
    ),
    details: { report: { rows: 2, used: 0 } },
  });
});

test("reasons that never repeat do not fill the report", async () => {
  const rows = Array.from({ length: 150 }, (_, i) => ({ [`field${i}`]: 1 }));
  const { report } = await readPreferences(await file("many.jsonl", pair, ...rows));
  expect(report.skipped).toHaveLength(101);
  expect(report.skipped[0]).toEqual({ reason: "other reasons", count: 50, rows: [102, 103, 104, 105, 106] });
});

test("a CSV file of preferences", async () => {
  const path = await file(
    "pairs.csv",
    "prompt,chosen,rejected,tie,margin",
    "p,a,b,false,2",
    "p,a,b,true,",
    "p,a,b,,1e999",
  );
  const { preferences, report } = await readPreferences(path);
  expect(preferences.map(({ probability, strength }) => [probability, strength])).toEqual([
    [undefined, 2],
    [0.5, undefined],
  ]);
  expect(report.skipped).toMatchObject([{ count: 1, rows: [4], reason: expect.stringContaining("strength") }]);
});

test("rankings, ratings and samples are read alike", async () => {
  const path = await file("rows.jsonl", {
    prompt: "p",
    completions: [
      { text: "a", ratings: { helpfulness: 1 } },
      { text: "b", ratings: { helpfulness: 4 } },
    ],
  });
  expect((await readRankings(path)).rankings).toMatchObject([{ id: "row:1", scores: [1, 4] }]);
  expect((await readRatings(path)).ratings).toMatchObject([{ id: "row:1/0" }, { id: "row:1/1" }]);
  const { samples, report } = await readSamples(path);
  expect(samples).toMatchObject([{ id: "row:1/0" }, { id: "row:1/1" }]);
  expect(report).toMatchObject({ rows: 1, used: 1 });
});

test("samples stream in the file's order, problems in their place", async () => {
  const path = await file("samples.jsonl", { prompt: "p", completion: "c" }, "{", {
    id: "z",
    prompt: "p",
    completion: "d",
  });
  const rows: unknown[] = [];
  for await (const row of streamSamples(path)) rows.push(row);
  expect(rows).toMatchObject([
    { row: 1, value: { id: "row:1" } },
    { row: 2, problem: expect.stringContaining("not valid JSON") },
    { row: 3, value: { id: "z" } },
  ]);
});

test("progress is told and a signal is heeded", async () => {
  const path = await file("long.jsonl", ...Array.from({ length: 2500 }, () => pair));
  const seen: Progress[] = [];
  await readPreferences(path, { onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ done, total }) => [done, total])).toEqual([
    [1000, undefined],
    [2000, undefined],
    [2500, 2500],
  ]);
  const controller = new AbortController();
  const stopped = readPreferences(path, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
});

const real = process.env.GUERDON_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

describe.skipIf(!existsSync(real))("real data sets (set GUERDON_DATA to their folder)", () => {
  // Rows, rows used, preferences, ties: counted from the files by another program.
  test.each([
    ["hh-harmless", 1593, 1593, 1593, 0],
    ["rmb-pairs", 5808, 5808, 5808, 0],
    ["rmb-bon", 1428, 1428, 3296, 0],
    ["pandalm", 683, 677, 677, 72],
    ["autoj-pairs", 970, 963, 963, 259],
    ["tulu-human", 705, 678, 678, 196],
    ["plan-rewardbench", 516, 516, 516, 0],
    ["rm-bench", 1602, 1602, 1602, 0],
    ["judgebench", 439, 439, 439, 0],
    ["hhh-alignment", 161, 161, 161, 0],
    ["contrast-preferences", 2605, 2605, 2605, 0],
  ])("%s", async (name, rows, used, count, ties) => {
    const { preferences, report } = await readPreferences(join(real, `${name}.jsonl.gz`));
    expect({ rows: report.rows, used: report.used, count: preferences.length, ties: report.ties }).toEqual({
      rows,
      used,
      count,
      ties,
    });
    expect(report.skipped.reduce((sum, group) => sum + group.count, 0)).toBe(rows - used);
    expect(new Set(preferences.map(({ id }) => id)).size).toBe(count);
    expect(preferences.every(({ chosen }) => chosen.completion[0].role !== "user")).toBe(true);
  });
});
