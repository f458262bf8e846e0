import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rewardMath } from "./reward-math.ts";
import {
  oneToManyAccuracy,
  oneToOneAccuracy,
  type RecordedPair,
  type RecordedProblem,
  recordedValues,
  replay,
} from "./reward-math-replay.ts";
import { type SolvedProblem, scorersByUse } from "./reward-math-scorers.ts";

const folder = process.env.GUERDON_DATA ?? join(import.meta.dirname, "../../../shared/data");
const path = (name: string) => join(folder, `${name}.jsonl.gz`);
const lines = (name: string) =>
  gunzipSync(readFileSync(path(name)))
    .toString()
    .trim()
    .split("\n");
const openRows = async (name: string) =>
  existsSync(path(name)) ? lines(name).map((line) => JSON.parse(line)) : undefined;
const options = { seeds: [1], size: "quick", open: openRows } as const;

it("tests nothing, and says so, where the data is absent", async () => {
  const findings = await rewardMath.run({ ...options, open: async () => undefined });
  expect(findings.rows).toEqual([]);
  expect(findings.criteria).toEqual([]);
  expect(findings.notes).toHaveLength(2);
});

describe.skipIf(!existsSync(path("rewardmath-scores")))(
  "recorded scores (set GUERDON_DATA to their folder)",
  async () => {
    const problems = ((await openRows("rewardmath-scores")) ?? []) as RecordedProblem[];
    const pairs = ((await openRows("rewardbench-math")) ?? []) as RecordedPair[];
    const count = (method: string, metric: string) =>
      recordedValues(method, metric, problems, pairs).reduce((sum, value) => sum + value, 0);

    // The counts are of the part of the data that has this many rows.
    it.skipIf(problems.length !== 334 || pairs.length !== 315)(
      "gives the counts that a right reading of the data gives",
      () => {
        expect(problems).toHaveLength(334);
        expect(pairs).toHaveLength(315);
        expect(["internlm2", "internlm2_20b", "skywork_llama3"].map((m) => count(m, oneToManyAccuracy))).toEqual([
          125, 119, 72,
        ]);
        expect(count("Skywork-Llama-3.1-8B", oneToOneAccuracy)).toBe(302);
      },
    );

    it("meets every demand on them", () => {
      const { criteria } = replay(problems, pairs);
      expect(criteria.filter(({ holds }) => !holds)).toEqual([]);
      expect(criteria).toHaveLength(6);
    });

    it("would notice another reading: the last solution taken for the right one", () => {
      const turned = problems.map((problem) => ({
        ...problem,
        scores: Object.fromEntries(Object.entries(problem.scores).map(([name, scores]) => [name, scores.toReversed()])),
      }));
      expect(replay(turned, pairs).criteria[0].holds).toBe(false);
    });
  },
);

describe.skipIf(!existsSync(path("gsm8k-solutions")))(
  "trained scorers (set GUERDON_DATA to the data's folder)",
  async () => {
    const problems = ((await openRows("gsm8k-solutions")) ?? []) as SolvedProblem[];

    it("are ranked by one-to-many accuracy as by use, and by a style gap otherwise", async () => {
      const { criteria, rows } = await scorersByUse(problems, options);
      expect(criteria.filter(({ holds }) => !holds)).toEqual([]);
      expect(rows.every(({ mean, low, high }) => low <= mean + 0.1 && mean - 0.1 <= high)).toBe(true);
    });
  },
);
