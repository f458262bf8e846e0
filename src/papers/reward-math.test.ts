import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { holds } from "./reproduction.ts";
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
import { chance, everydayProblems } from "./reward-math-shipped.ts";

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

describe("where the data is absent", () => {
  const shipped = readFileSync(new URL("../../datasets/everyday.jsonl", import.meta.url), "utf8");
  const everyday = shipped
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

  it("trains on the shipped answers, tests the evaluator by chance, meets every demand and says so", async () => {
    const findings = await rewardMath.run({
      ...options,
      seeds: [1, 2, 3, 4, 5],
      open: async (name) => (name === "everyday" ? everyday : undefined),
    });
    expect(findings.criteria.filter(({ holds }) => !holds)).toEqual([]);
    expect(findings.criteria).toHaveLength(6);
    expect(findings.rows).toHaveLength(8);
    expect(findings.notes.join(" ")).toMatch(/rewardbench-math is absent.*gsm8k-solutions is absent.*shipped answers/);
  });

  it("does not hold without the shipped answers either", async () => {
    const findings = await rewardMath.run({ ...options, open: async () => undefined });
    expect(holds(findings)).toBe(false);
    expect(findings.notes.join(" ")).toContain("no scorer was trained");
  });

  it("takes correctness 4 for right and 2 or less for wrong, a sentence a line", () => {
    const completion = (text: string, correctness: number) => ({ text, ratings: { correctness } });
    const completions = [completion("Four. It is even.", 4), completion("Perhaps.", 3), completion("Five.", 2)];
    const unmixed = { prompt: "2 + 3?", completions: completions.slice(0, 2) };
    expect(everydayProblems([{ prompt: "2 + 2?", completions }, unmixed])).toEqual([
      {
        prompt: "2 + 2?",
        solutions: [
          { text: "Four.\nIt is even.", correct: true },
          { text: "Five.", correct: false },
        ],
      },
    ]);
    expect(everydayProblems(everyday)).toHaveLength(230);
  });

  it("has chance's figures: 1/10, and H(10)/10 for the reciprocal rank", () => {
    const [accuracy, rank, strict, withTies] = chance(1).rows.map(({ mean }) => mean);
    expect(
      chance(1)
        .criteria.map(({ demand }) => demand)
        .slice(0, 2),
    ).toEqual([expect.stringContaining("accuracy 0.100 ± 0.045"), expect.stringContaining("rank 0.293 ± 0.039")]);
    expect(accuracy).toBeLessThan(rank);
    expect(strict).toBeLessThan(accuracy);
    expect(withTies).toBeGreaterThan(accuracy);
  });
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
