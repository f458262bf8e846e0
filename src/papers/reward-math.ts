/** RewardMATH: one right solution against many wrong ones in matched style tells which reward model will serve. */

import type { Findings, Reproduction, RunOptions } from "./reproduction.ts";
import { type RecordedPair, type RecordedProblem, replay } from "./reward-math-replay.ts";
import { type SolvedProblem, scorersByUse } from "./reward-math-scorers.ts";
import { chance, everydayProblems } from "./reward-math-shipped.ts";

export const rewardMath: Reproduction = {
  slug: "reward-math",
  title: "Evaluating Robustness of Reward Models for Mathematical Reasoning",
  year: 2024,
  link: "https://arxiv.org/abs/2410.01729",
  claim:
    "One right solution against many wrong ones ranks reward models as their use does; one pair with unmatched style ranks them by style.",
  parts: [
    "measuring/one-to-many",
    "measuring/step-aggregation",
    "learning/learners",
    "language/lexical",
    "core/statistics",
  ],
  data: ["rewardmath-scores", "rewardbench-math", "gsm8k-solutions"],
  async run(options) {
    const parts = [await recorded(options), await trained(options)];
    return {
      rows: parts.flatMap(({ rows }) => rows),
      criteria: parts.flatMap(({ criteria }) => criteria),
      notes: parts.flatMap(({ notes }) => notes),
    };
  },
};

// The rows are trusted to have their data set's fields: `open` read them from the file of that name.
async function recorded({ open, seeds }: RunOptions): Promise<Findings> {
  const problems = (await open("rewardmath-scores")) as readonly RecordedProblem[] | undefined;
  const pairs = (await open("rewardbench-math")) as readonly RecordedPair[] | undefined;
  if (problems && pairs) return replay(problems, pairs);
  return noting(
    chance(seeds[0]),
    "rewardmath-scores or rewardbench-math is absent: no published figure and no process reward model was tested.",
  );
}

async function trained(options: RunOptions): Promise<Findings> {
  const problems = (await options.open("gsm8k-solutions")) as readonly SolvedProblem[] | undefined;
  if (problems) {
    return noting(
      await scorersByUse(problems, options),
      "The problems are GSM8K's, each with one solution of each of six models. Scorers may recognise a model by its style, in the benchmark and in use alike.",
    );
  }
  const everyday = await options.open("everyday");
  if (everyday) {
    return noting(
      await scorersByUse(everydayProblems(everyday), options),
      "gsm8k-solutions is absent: the scorers learned from the shipped answers instead, which are few and not mathematics. Right is a correctness of 4, wrong one of 2 or less, a sentence a line. Most of their prompts have a single wrong answer, so here one-to-many differs from one-to-one mainly by its matched style. The demands are the same; on so few problems they need the five splits of the default seeds: a single split misses the difference of 0.2 about one time in four.",
    );
  }
  return {
    rows: [],
    criteria: [{ demand: "solutions to train scorers on", found: "none", holds: false }],
    notes: ["Neither gsm8k-solutions nor the shipped answers were there: no scorer was trained."],
  };
}

function noting({ notes, ...findings }: Findings, note: string): Findings {
  return { ...findings, notes: [...notes, note] };
}
