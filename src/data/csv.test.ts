import fc from "fast-check";
import { expect, test } from "vitest";
import { streamCsv } from "./csv.ts";
import type { Row } from "./row.ts";

async function read(text: string | Uint8Array, { delimiter = ",", maxLineBytes = 1000 } = {}): Promise<Row[]> {
  const rows: Row[] = [];
  async function* bytes() {
    yield Buffer.from(text as string);
  }
  for await (const row of streamCsv(bytes(), { delimiter, maxLineBytes })) rows.push(row);
  return rows;
}

test("a byte order mark, CRLF, blank lines, quotes and line breaks in a field", async () => {
  expect(await read('\ufeffa,b\r\n1,"x ""y""\r\nz"\r\n\r\n2,\r\n')).toEqual([
    { row: 2, value: { a: "1", b: 'x "y"\r\nz' } },
    { row: 4, value: { a: "2", b: "" } },
  ]);
});

test("tabs, with empty fields at the end", async () => {
  expect(await read("a\tb\n1,5\t\n", { delimiter: "\t" })).toEqual([{ row: 2, value: { a: "1,5", b: "" } }]);
});

test("records that break the rules are told of, and those after them are read", async () => {
  expect(await read('a,b\n1,2\n1,2,3\nx,"y" z\n5" pipe,6\n7,8\n')).toEqual([
    { row: 2, value: { a: "1", b: "2" } },
    { row: 3, problem: "expected 2 fields as in the header, got 3" },
    { row: 4, problem: "not valid CSV (CSV_INVALID_CLOSING_QUOTE)" },
    { row: 5, problem: "not valid CSV (INVALID_OPENING_QUOTE)" },
    { row: 6, value: { a: "7", b: "8" } },
  ]);
});

test("text that is no text is told of", async () => {
  expect(await read(Buffer.from([...Buffer.from("a,b\n1,"), 0xff, 0x0a, 0x00, ...Buffer.from(",2\n")]))).toEqual([
    { row: 2, problem: "the line is not valid UTF-8" },
    { row: 3, problem: "the line holds NUL bytes" },
  ]);
});

test("a record that is too long, over several lines, is passed over", async () => {
  expect(await read(`a,b\n1,2\n3,"${"x\n".repeat(5000)}"\n4,5\n`)).toEqual([
    { row: 2, value: { a: "1", b: "2" } },
    { row: 3, problem: expect.stringContaining("longer than") },
    { row: 4, value: { a: "4", b: "5" } },
  ]);
});

test("what was written by the rules is read back, wherever the pieces were cut", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", " ", "ü") });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const text = [["a", "b"], ...rows]
          .map((row) => row.map((it) => `"${it.replaceAll('"', '""')}"`).join(","))
          .join("\n");
        const bytes = Buffer.from(text);
        const read: unknown[] = [];
        async function* pieces() {
          for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
        }
        for await (const row of streamCsv(pieces(), { delimiter: ",", maxLineBytes: 10_000 })) read.push(row);
        expect(read).toEqual(rows.map(([a, b], i) => ({ row: i + 2, value: { a, b } })));
      },
    ),
    { numRuns: 100 },
  );
});

test("bytes that fail to come fail the reading", async () => {
  async function* broken() {
    yield Buffer.from("a,b\n1,2\n");
    throw new Error("disk gone");
  }
  const read = async () => {
    for await (const _ of streamCsv(broken(), { delimiter: ",", maxLineBytes: 1000 }));
  };
  await expect(read()).rejects.toThrow("disk gone");
});
