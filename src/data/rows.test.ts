import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import type { Row } from "./row.ts";
import { type RowOptions, streamRows } from "./rows.ts";

const folder = await mkdtemp(join(tmpdir(), "guerdon-"));
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, content: string | Uint8Array, options?: RowOptions): Promise<Row[]> {
  await writeFile(join(folder, name), content);
  const rows: Row[] = [];
  for await (const row of streamRows(join(folder, name), options)) rows.push(row);
  return rows;
}

const values = [
  { prompt: "a", chosen: "b" },
  { prompt: "c", chosen: "d" },
];

test.each([
  ["rows.jsonl", '{"prompt":"a","chosen":"b"}\n{"prompt":"c","chosen":"d"}\n'],
  ["rows.csv", "prompt,chosen\na,b\nc,d\n"],
  ["rows.tsv", "prompt\tchosen\na\tb\nc\td\n"],
])("%s gives the same rows, plain and packed", async (name, text) => {
  const rows = await read(name, text);
  expect(rows.map((row) => "value" in row && row.value)).toEqual(values);
  expect(await read(`${name}.gz`, gzipSync(text))).toEqual(rows);
});

test.each([
  ["blank.jsonl", "\n \r\n"],
  ["header.csv", "prompt,chosen\n"],
])("%s, without a row, is empty", async (name, text) => {
  await expect(read(name, text)).rejects.toMatchObject({ code: "data.empty" });
});

test("the length of a line is limited as asked", async () => {
  expect(await read("long.jsonl", `{"a":"${"x".repeat(100)}"}\n{"a":1}`, { maxLineBytes: 50 })).toEqual([
    { row: 1, problem: expect.stringContaining("longer than") },
    { row: 2, value: { a: 1 } },
  ]);
});

test("an aborted signal stops the reading", async () => {
  await expect(read("rows.jsonl", "{}\n{}", { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
    "enough",
  );
});
