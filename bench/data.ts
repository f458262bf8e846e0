/** Measures reading a real preference file, beside unpacking it and parsing each line with JSON.parse. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readPreferences } from "../src/data/read.ts";
import { type BenchRow, median } from "./row.ts";

const folder = process.env.GUERDON_DATA ?? join(dirname(fileURLToPath(import.meta.url)), "../../shared/data");
const rounds = 5;

export async function run(): Promise<BenchRow[]> {
  const path = join(folder, "rmb-pairs.jsonl.gz");
  if (!existsSync(path)) return [{ name: "read rmb-pairs", ours: "skipped", note: "set GUERDON_DATA to measure" }];
  const unpackedBytes = gunzipSync(readFileSync(path)).length;
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    times.ours.push(
      await seconds(async () => {
        rows = (await readPreferences(path)).report.rows;
      }),
    );
    times.peer.push(await seconds(() => parseLines(path)));
  }
  const [ours, peer] = [median(times.ours), median(times.peer)];
  return [
    {
      name: "read rmb-pairs",
      ours: rates(rows, unpackedBytes, ours),
      peer: `gunzip + JSON.parse a line: ${rates(rows, unpackedBytes, peer)}`,
      ratio: peer / ours,
      target: 0.4,
      note: `${(statSync(path).size / 1e6).toFixed(1)} MB packed, ${(unpackedBytes / 1e6).toFixed(1)} MB unpacked; ours checks, recognises and streams; the peer holds the whole file`,
    },
  ];
}

function parseLines(path: string): unknown[] {
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function rates(rows: number, bytes: number, time: number): string {
  return `${Math.round(rows / time).toLocaleString("en")} rows/s, ${(bytes / 1e6 / time).toFixed(0)} MB/s`;
}
