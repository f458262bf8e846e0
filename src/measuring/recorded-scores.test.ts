import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Outcome, scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { accuracyByPosition } from "./bias.ts";
import { pairAccuracy } from "./pair-accuracy.ts";
import type { PairResult } from "./pair-results.ts";
import { styleMatrix } from "./style-matrix.ts";

const folder = process.env.GUERDON_DATA ?? join(import.meta.dirname, "../../../shared/data");
const path = (name: string) => join(folder, `${name}.jsonl.gz`);
const options = () => ({ random: random(1), resamples: 200 });

interface RecordedPreference {
  readonly id: string;
  readonly item: string;
  readonly style: string;
  readonly subset: string;
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly chosen_index: 1 | 2;
  readonly scores_ab: Readonly<Record<string, readonly [number | null, number | null]>>;
}

function rowsOf(name: string): RecordedPreference[] {
  const text = gunzipSync(readFileSync(path(name))).toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function result(row: RecordedPreference, chosen: Outcome, rejected: Outcome): PairResult {
  const { id, prompt, subset } = row;
  const lengths = { chosen: row.chosen.length, rejected: row.rejected.length };
  return { id, prompt, subset, probability: 1, chosen, rejected, lengths };
}

describe.skipIf(!existsSync(path("judgebench")))("JudgeBench as recorded (set GUERDON_DATA to its folder)", () => {
  const rows = existsSync(path("judgebench")) ? rowsOf("judgebench") : [];

  // The figure is of the part of JudgeBench that has 439 rows.
  it.skipIf(rows.length !== 439)("gives Skywork-Reward-Llama-3.1-8B 147 of the 243 pairs that it scored", () => {
    const outcome = (score: number | null | undefined) =>
      typeof score === "number" ? scored(score) : unscored("invalid-input", "not recorded");
    const pairs = rows.map((row) => {
      const [a, b] = row.scores_ab?.["Skywork_Skywork-Reward-Llama-3.1-8B"] ?? [];
      return row.chosen_index === 1 ? result(row, outcome(a), outcome(b)) : result(row, outcome(b), outcome(a));
    });
    const { decided, unscored: lost, measures } = pairAccuracy(pairs, options());
    expect([decided, lost]).toEqual([243, rows.length - 243]);
    expect(measures?.accuracy.value).toBe(147 / 243);
    const { first, second } = accuracyByPosition(
      pairs,
      rows.map((row) => row.chosen_index),
      options(),
    );
    expect(first.decided + second.decided).toBe(243);
  });
});

describe.skipIf(!existsSync(path("rm-bench")))("RM-Bench (set GUERDON_DATA to its folder)", () => {
  it("shows length for what it is: nearly always right where style helps, nearly never where it misleads", () => {
    const rows = rowsOf("rm-bench");
    const pairs = rows.map((row) => ({
      ...result(row, scored(row.chosen.length), scored(row.rejected.length)),
      item: row.item,
      style: row.style,
    }));
    const matrix = styleMatrix(pairs, ["concise", "plain", "markdown"], options());
    expect(matrix).toMatchObject({ items: 534, leftOut: 0 });
    expect(matrix?.easy.value).toBeGreaterThan(0.75);
    expect(matrix?.hard.value).toBeLessThan(0.2);
    const { measures } = pairAccuracy(pairs, options());
    expect(measures?.accuracy.value).toBeCloseTo(matrix?.normal.value ?? Number.NaN, 12);
    expect(measures?.baselines[1].advantage.value).toBe(0);
  });
});
