/** Measures the lexical encoder on real answers, beside scikit-learn's HashingVectorizer. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { textOf } from "../src/core/vocabulary.ts";
import { readPreferences } from "../src/data/read.ts";
import { lexical } from "../src/language/lexical.ts";
import { type BenchRow, median } from "./row.ts";

const folder = process.env.GUERDON_DATA ?? join(dirname(fileURLToPath(import.meta.url)), "../../shared/data");
const dimension = 2048;
const rounds = 5;
const peers = [
  { key: "words", label: "scikit-learn HashingVectorizer, words alone", target: 1 },
  { key: "same features", label: "scikit-learn HashingVectorizer, words, pairs and letter groups", target: 4 },
];

export async function run(): Promise<BenchRow[]> {
  const path = join(folder, "rmb-pairs.jsonl.gz");
  if (!existsSync(path)) return [{ name: "lexical encoder", ours: "skipped", note: "set GUERDON_DATA to measure" }];
  const { preferences } = await readPreferences(path);
  const texts = preferences.slice(0, 3000).map(({ chosen }) => textOf(chosen.completion));
  const words = texts.reduce((sum, text) => sum + text.split(/\s+/).length, 0) / texts.length;
  const ours = median(await ourSeconds(texts));
  const theirs = theirSeconds(texts);
  const row = {
    ours: rate(texts.length, ours),
    note: `CPU time, one core, ${dimension} numbers a text, ${words.toFixed(0)} words a text`,
  };
  if (!theirs)
    return [{ ...row, name: "lexical encoder", note: `${row.note}; no peer: python3 with sklearn is absent` }];
  return peers.map(({ key, label, target }) => {
    const peer = median(theirs[key]);
    const name = `lexical encoder, beside ${key}`;
    return { ...row, name, peer: `${label}: ${rate(texts.length, peer)}`, ratio: peer / ours, target };
  });
}

async function ourSeconds(texts: readonly string[]): Promise<number[]> {
  const encoder = lexical({ dimension });
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const started = process.cpuUsage();
    await encoder.encode(texts);
    const { user, system } = process.cpuUsage(started);
    // The round before the first warms up.
    if (round >= 0) times.push((user + system) / 1e6);
  }
  return times;
}

function theirSeconds(texts: readonly string[]): Record<string, number[]> | undefined {
  const scratch = mkdtempSync(join(tmpdir(), "guerdon-encoding-"));
  try {
    writeFileSync(join(scratch, "texts.json"), JSON.stringify(texts));
    const script = fileURLToPath(new URL("encoding.py", import.meta.url));
    const run = spawnSync("python3", [script, join(scratch, "texts.json"), String(dimension)], { encoding: "utf8" });
    return run.status === 0 ? JSON.parse(run.stdout) : undefined;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function rate(texts: number, seconds: number): string {
  return `${Math.round(texts / seconds).toLocaleString("en")} texts/s`;
}
