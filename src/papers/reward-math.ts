/** RewardMATH: one right solution against many wrong ones in matched style tells which reward model will serve. */

import type { Findings, Reproduction, RunOptions } from "./reproduction.ts";
import { type RecordedPair, type RecordedProblem, replay } from "./reward-math-replay.ts";
import { type SolvedProblem, scorersByUse } from "./reward-math-scorers.ts";

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
async function recorded({ open }: RunOptions): Promise<Findings> {
  const problems = (await open("rewardmath-scores")) as readonly RecordedProblem[] | undefined;
  const pairs = (await open("rewardbench-math")) as readonly RecordedPair[] | undefined;
  return problems && pairs ? replay(problems, pairs) : absent("rewardmath-scores and rewardbench-math");
}

async function trained(options: RunOptions): Promise<Findings> {
  const problems = (await options.open("gsm8k-solutions")) as readonly SolvedProblem[] | undefined;
  return problems ? scorersByUse(problems, options) : absent("gsm8k-solutions");
}

function absent(data: string): Findings {
  return { rows: [], criteria: [], notes: [`${data}: absent, so this part of the claim was not tested.`] };
}
