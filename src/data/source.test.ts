import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { openSource, streamBytes } from "./source.ts";

const folder = await mkdtemp(join(tmpdir(), "guerdon-"));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function unpacked(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of streamBytes(await openSource(path))) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test("first bytes, not the name, decide whether a file is packed", async () => {
  expect(await unpacked(await file("packed.jsonl", gzipSync("{}")))).toBe("{}");
  expect(await unpacked(await file("plain.jsonl.gz", "{}"))).toBe("{}");
});

test("gzip members that stand one after another are one file", async () => {
  expect(await unpacked(await file("two.csv.gz", Buffer.concat([gzipSync("a\n"), gzipSync("b\n")])))).toBe("a\nb\n");
});

test.each([
  ["rows.ndjson", "jsonl"],
  ["ROWS.JSONL.GZ", "jsonl"],
  ["rows.json", "jsonl"],
  ["rows.csv", "csv"],
  ["rows.tsv.gz", "tsv"],
])("%s is read as %s", async (name, format) => {
  expect((await openSource(await file(name, "x"))).format).toBe(format);
});

test("what Parquet writes first makes it Parquet, whatever its name", async () => {
  expect((await openSource(await file("table.bin", "PAR1…"))).format).toBe("parquet");
});

test.each([
  ["data.empty", () => file("empty.jsonl", "")],
  ["data.unknown-format", () => file("rows.xlsx", "PK")],
  ["data.unreadable", () => file("pointer.parquet", "version https://git-lfs.github.com/spec/v1")],
  ["data.not-found", async () => join(folder, "absent.jsonl")],
  ["data.not-found", async () => join(await file("rows.csv", "x"), "inner.csv")],
  ["data.not-a-file", async () => folder],
])("%s says where", async (code, make) => {
  const path = await make();
  await expect(openSource(path)).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
});

test("a gzip file that was cut off is refused", async () => {
  const whole = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)));
  const path = await file("cut.jsonl.gz", whole.subarray(0, whole.length - 20));
  await expect(unpacked(path)).rejects.toMatchObject({ code: "data.unreadable" });
});

test("a gzip file with damaged content is refused", async () => {
  const damaged = gzipSync("some text, long enough to be damaged in the middle of");
  damaged.fill(0xff, 12, 30);
  await expect(unpacked(await file("bad.jsonl.gz", damaged))).rejects.toMatchObject({ code: "data.unreadable" });
});

test("reading stops with the signal's own reason", async () => {
  const path = await file("long.jsonl", "{}\n".repeat(400_000));
  const controller = new AbortController();
  const reason = new Error("enough");
  const read = async () => {
    for await (const _ of streamBytes(await openSource(path), controller.signal)) controller.abort(reason);
  };
  await expect(read()).rejects.toBe(reason);
});
