import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, test } from "vitest";
import type { Row } from "./row.ts";
import { streamRows } from "./rows.ts";

const folder = await mkdtemp(join(tmpdir(), "guerdon-"));
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Uint8Array): Promise<Row[]> {
  await writeFile(join(folder, name), bytes);
  const rows: Row[] = [];
  for await (const row of streamRows(join(folder, name))) rows.push(row);
  return rows;
}

const table = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: "prompt", data: ["one", "two", "three"], type: "STRING" },
      { name: "margin", data: [1n, 2n, 3n], type: "INT64" },
      { name: "score", data: [0.5, Number.NaN, 1.5], type: "DOUBLE" },
    ],
    rowGroupSize: 2,
  }),
);

test("rows of several row groups, with whole numbers as numbers and what is not finite refused", async () => {
  expect(await read("rows.parquet", table)).toEqual([
    { row: 1, value: { prompt: "one", margin: 1, score: 0.5 } },
    { row: 2, problem: "score: expected a finite number, got NaN" },
    { row: 3, value: { prompt: "three", margin: 3, score: 1.5 } },
  ]);
});

test.each([
  ["cut off", table.subarray(0, table.length - 10)],
  ["damaged", table.map((byte, i) => (i >= 4 && i < table.length - 8 ? byte ^ 0x5a : byte))],
])("a file that is %s is refused", async (_, bytes) => {
  await expect(read("bad.parquet", bytes)).rejects.toMatchObject({ code: "data.unreadable" });
});
