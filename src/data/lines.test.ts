import fc from "fast-check";
import { expect, test } from "vitest";
import { streamLines } from "./lines.ts";
import type { Row } from "./row.ts";

async function linesOf(pieces: Iterable<string | Uint8Array>, maxLineBytes = 1000): Promise<Row<string>[]> {
  const rows: Row<string>[] = [];
  const bytes = async function* () {
    for (const piece of pieces) yield Buffer.from(piece as string);
  };
  for await (const row of streamLines(bytes(), maxLineBytes)) rows.push(row);
  return rows;
}

test("a byte order mark, CRLF and blank lines leave no trace but the line numbers", async () => {
  expect(await linesOf(["\ufeffone\r\n\r\n  \ntwo"])).toEqual([
    { row: 1, value: "one" },
    { row: 4, value: "two" },
  ]);
});

test("where the pieces were cut does not matter", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 1, max: 7 }), async (texts, size) => {
      const bytes = Buffer.from(texts.join("\n"));
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await linesOf(pieces)).toEqual(await linesOf([bytes]));
    }),
    { numRuns: 50 },
  );
});

test("a line that is too long is told of, and the next one is read", async () => {
  expect(await linesOf(["a\n", "x".repeat(900), "x".repeat(900), "\nb\n"])).toEqual([
    { row: 1, value: "a" },
    { row: 2, problem: "the line is longer than 1,000 bytes" },
    { row: 3, value: "b" },
  ]);
});

test("a line of exactly the limit is read", async () => {
  expect(await linesOf(["x".repeat(1000), "\n"])).toEqual([{ row: 1, value: "x".repeat(1000) }]);
});

test("a line of 50 MB passes without being held", async () => {
  const piece = Buffer.alloc(1 << 18, "x");
  let most = 0;
  async function* pieces() {
    for (let i = 0; i < 200; i++) {
      // A new piece each time, as a stream gives them.
      yield Buffer.from(piece);
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    yield Buffer.from("\nafter");
  }
  const before = process.memoryUsage().arrayBuffers;
  const rows: Row<string>[] = [];
  for await (const row of streamLines(pieces(), 1 << 20)) rows.push(row);
  expect(rows).toEqual([
    { row: 1, problem: "the line is longer than 1,048,576 bytes" },
    { row: 2, value: "after" },
  ]);
  expect(most - before).toBeLessThan(50 << 20);
});

test("bytes that are no text are told of", async () => {
  expect(await linesOf([Buffer.from([0x7b, 0xff, 0x0a]), "a\0b\n"])).toEqual([
    { row: 1, problem: "the line is not valid UTF-8" },
    { row: 2, problem: "the line holds NUL bytes" },
  ]);
});
