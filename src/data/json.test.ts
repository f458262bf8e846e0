import { expect, test } from "vitest";
import { streamJson } from "./json.ts";
import type { Row } from "./row.ts";

async function read(...lines: string[]): Promise<Row[]> {
  const rows: Row[] = [];
  async function* bytes() {
    yield Buffer.from(lines.join("\n"));
  }
  for await (const row of streamJson(bytes(), 1 << 20)) rows.push(row);
  return rows;
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test("bad lines are told of by number and good ones are kept", async () => {
  expect(await read('{"a":1}', '{"a":', '{"b":"ü"}')).toEqual([
    { row: 1, value: { a: 1 } },
    { row: 2, problem: "not valid JSON (Unexpected end of JSON input)" },
    { row: 3, value: { b: "ü" } },
  ]);
});

test.each([
  ["nonsense", "not valid JSON (Unexpected token 'o')"],
  ['{"a":1,}', "not valid JSON (Expected double-quoted property name)"],
  ["7", "expected an object, got a number"],
  ["null", "expected an object, got null"],
  ['[{"a":1}]', "got a list (turn a file that is one list into lines: jq -c '.[]')"],
  ['{"a":{"b":[0,1e999]}}', "a.b[1]: expected a finite number, got Infinity"],
  ['{"a":["\\ud83d"]}', "a[0]: the text holds half a surrogate pair"],
  [nested(65), "nested deeper than 64 levels"],
])("%s", async (line, problem) => {
  expect(await read(line)).toEqual([{ row: 1, problem: expect.stringContaining(problem) }]);
});

test("64 levels and escaped whole surrogate pairs are taken", async () => {
  expect(await read(nested(64), '{"a":"\\ud83d\\ude00"}')).toEqual([
    { row: 1, value: expect.anything() },
    { row: 2, value: { a: "😀" } },
  ]);
});

test("a hundred thousand open brackets do no harm", async () => {
  const [row] = await read(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(row).toHaveProperty("problem");
});
