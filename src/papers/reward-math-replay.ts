/** RewardMATH's evaluation of recorded scores, run again, and what unmatched style does to process reward models. */

import { random } from "../core/random.ts";
import { bootstrap, bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import { pearson } from "../core/statistics/correlation.ts";
import { mean, standardDeviation } from "../core/statistics/describe.ts";
import {
  accuracyAgainst,
  firstWithTies,
  reciprocalRank,
  type SolutionScores,
  strictlyFirst,
} from "../measuring/one-to-many.ts";
import { aggregateSteps, type StepAggregation } from "../measuring/step-aggregation.ts";
import type { Criterion, Findings, Row } from "./reproduction.ts";

type ByName<T> = Readonly<Record<string, T>>;

/** A problem of RewardMATH with what was recorded of its ten solutions, the first of them right. */
export interface RecordedProblem {
  readonly scores: ByName<readonly number[]>;
  readonly step_scores: ByName<readonly (readonly number[])[]>;
  readonly pairwise: ByName<{ readonly verdict: readonly (string | null)[]; readonly chosen: readonly string[] }>;
}

/** A pair of RewardBench's maths part: scores of the chosen and of the rejected solution. */
export interface RecordedPair {
  readonly scores: ByName<readonly [number, number]>;
  readonly step_scores: ByName<readonly [readonly number[], readonly number[]]>;
}

export const oneToManyAccuracy = "one-to-many accuracy";
export const oneToOneAccuracy = "one-to-one accuracy (RewardBench)";
const reciprocal = "mean reciprocal rank";

const processModels = ["Easy_to_hard", "Math_Shepherd", "ReasonEval_34B", "ReasonEval_7B"] as const;

interface Published {
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

// What the recorded files give as a whole: 483 problems and 447 pairs.
const wholes: ByName<number> = { [oneToManyAccuracy]: 483, [reciprocal]: 483, [oneToOneAccuracy]: 447 };
const published: readonly Published[] = [
  ...figures(oneToManyAccuracy, {
    internlm2: 0.3727,
    internlm2_20b: 0.3395,
    grm_llama3: 0.2443,
    skywork_llama3: 0.2215,
    ArmoRM: 0.205,
    "Eurus-RM": 0.1698,
    beaver: 0.0725,
    "oasst-rm": 0.0704,
    grm_gemma: 0.0497,
    "gpt4 in pairs": 0.2981,
    "gpt4o in pairs": 0.2464,
    "sonnet-3-5 in pairs": 0.1532,
    "llama3_70B in pairs": 0.0973,
    "Math_Shepherd product": 0.1718,
    "Math_Shepherd geometric-mean": 0.1573,
    "Math_Shepherd last": 0.1822,
    "ReasonEval_7B mean-logit": 0.2091,
    "Easy_to_hard mean-odds": 0.2277,
  }),
  ...figures(reciprocal, {
    internlm2: 0.5517,
    internlm2_20b: 0.5195,
    grm_llama3: 0.458,
    skywork_llama3: 0.4469,
    ArmoRM: 0.4218,
    "Eurus-RM": 0.383,
    beaver: 0.2659,
    "oasst-rm": 0.2703,
    grm_gemma: 0.241,
  }),
  ...figures(oneToOneAccuracy, {
    "Skywork-Llama-3.1-8B": 0.9687,
    "internlm2-20b": 0.9508,
    GRM_Gemma_2B: 0.9306,
    ArmoRM: 0.9284,
    "Math_Shepherd product": 0.9441,
    "Math_Shepherd geometric-mean": 0.8143,
    "Math_Shepherd last": 0.6577,
    "ReasonEval_7B product": 0.6309,
    "ReasonEval_7B geometric-mean": 0.1477,
  }),
];

export function replay(problems: readonly RecordedProblem[], pairs: readonly RecordedPair[]): Findings {
  const rows = published.map(({ method, metric }) => {
    const values = recordedValues(method, metric, problems, pairs);
    return measured(method, metric, bootstrapMean(values, { random: stream(method, metric) }), values.length);
  });
  const shortcut = styleShortcut(problems, pairs);
  return {
    rows: [...rows, ...shortcut.rows],
    criteria: [agreesWithPublished(problems, pairs), ...negativesAndTies(problems, "internlm2"), ...shortcut.criteria],
    notes: [
      `Recorded scores of ${problems.length} of RewardMATH's ${wholes[oneToManyAccuracy]} problems and ${pairs.length} of the ${wholes[oneToOneAccuracy]} pairs of RewardBench's maths part; intervals of recorded scores resample problems.`,
    ],
  };
}

/** One value a problem (or pair), whose mean is the metric. */
export function recordedValues(
  method: string,
  metric: string,
  problems: readonly RecordedProblem[],
  pairs: readonly RecordedPair[],
): number[] {
  if (metric === oneToOneAccuracy) return pairs.map((pair) => Number(strictlyFirst(scoresOf(pair, method))));
  if (method.endsWith(" in pairs")) {
    const judge = method.replace(" in pairs", "");
    return problems.map(({ pairwise }) => Number(beatenBy(pairwise[judge]).every(Boolean)));
  }
  return problems.map((problem) => {
    const scores = scoresOf(problem, method);
    return metric === reciprocal ? reciprocalRank(scores) : Number(strictlyFirst(scores));
  });
}

/** The first solution of a row is the right one. `method` is a reward's name, or a process model's and an aggregation's. */
export function scoresOf({ scores, step_scores }: RecordedProblem | RecordedPair, method: string): SolutionScores {
  const [model, aggregation] = method.split(" ");
  const all = aggregation
    ? step_scores[model].map((steps) => aggregateSteps(steps, aggregation as StepAggregation, { exact: true }))
    : scores[model];
  return { right: all.slice(0, 1), wrong: all.slice(1) };
}

function beatenBy({ verdict, chosen }: RecordedProblem["pairwise"][string]): boolean[] {
  return chosen.map((position, i) => verdict[i] === position);
}

/**
 * Of a part of the rows, a mean lies within 3.3 standard errors of the whole's (chance of a miss 1 in 1,000), with the
 * finite-population factor √(1 − n/N); of all rows, it is the whole's to the digits given.
 */
function agreesWithPublished(problems: readonly RecordedProblem[], pairs: readonly RecordedPair[]): Criterion {
  const misses = published.filter(({ method, metric, value }) => {
    const values = recordedValues(method, metric, problems, pairs);
    const left = Math.max(0, 1 - values.length / wholes[metric]);
    const tolerance = 3.3 * standardDeviation(values) * Math.sqrt(left / values.length) + 1e-4;
    return Math.abs(mean(values) - value) > tolerance;
  });
  return {
    demand: `${published.length} published figures: equal on all rows, within sampling error on a part of them`,
    found: misses.length === 0 ? "all agree" : misses.map(({ method, metric }) => `${method}: ${metric}`).join("; "),
    holds: misses.length === 0,
  };
}

/** What is so of any scores, tested on one reward (accuracy falls with the number of negatives) and on all (ties). */
export function negativesAndTies(problems: readonly RecordedProblem[], method: string): Criterion[] {
  const counts = [1, 3, 5, 9];
  const falling = counts.map((k) => mean(problems.map((problem) => accuracyAgainst(scoresOf(problem, method), k))));
  const broken = Object.keys(problems[0].scores).filter((name) =>
    problems.some((problem) => strictlyFirst(scoresOf(problem, name)) && !firstWithTies(scoresOf(problem, name))),
  );
  return [
    {
      demand: `accuracy of ${method} falls with the number of wrong solutions, 1, 3, 5, 9`,
      found: falling.map((accuracy) => accuracy.toFixed(3)).join(", "),
      holds: falling.every((accuracy, i) => i === 0 || accuracy < falling[i - 1]),
    },
    {
      demand: "strict accuracy never exceeds accuracy with ties",
      found: broken.length === 0 ? "never" : broken.join(", "),
      holds: broken.length === 0,
    },
  ];
}

/** The product of step scores rewards few steps: on unmatched style that pays, on matched style it does not. */
function styleShortcut(problems: readonly RecordedProblem[], pairs: readonly RecordedPair[]): Findings {
  const gapOn = (metric: string) =>
    processModels.map((model) => {
      const product = recordedValues(`${model} product`, metric, problems, pairs);
      const geometric = recordedValues(`${model} geometric-mean`, metric, problems, pairs);
      const differences = product.map((value, i) => value - geometric[i]);
      const estimate = bootstrapMean(differences, { random: stream(model, metric, "gap") });
      return measured(`${model} product − geometric mean`, metric, estimate, differences.length);
    });
  const [unmatched, matched] = [gapOn(oneToOneAccuracy), gapOn(oneToManyAccuracy)];
  const correlations = processModels.map((model) => productStepCorrelation(model, problems));
  const listed = (rows: readonly Row[], digits: number, scale = 1) =>
    rows.map((row) => (scale * row.mean).toFixed(digits)).join(", ");
  return {
    rows: [...unmatched, ...matched, ...correlations],
    criteria: [
      {
        demand: "product − geometric mean ≥ 10 points on RewardBench's maths, for all four process models",
        found: listed(unmatched, 1, 100),
        holds: unmatched.every((row) => row.mean >= 0.1),
      },
      {
        demand: "|product − geometric mean| ≤ 3 points on RewardMATH, for all four",
        found: listed(matched, 1, 100),
        holds: matched.every((row) => Math.abs(row.mean) <= 0.03),
      },
      {
        demand: "the product falls with the number of steps: correlation below 0, interval too, for all four",
        found: listed(correlations, 2),
        holds: correlations.every((row) => row.high < 0),
      },
    ],
    notes: [],
  };
}

function productStepCorrelation(model: string, problems: readonly RecordedProblem[]): Row {
  const solutions = problems.flatMap(({ step_scores }, problem) =>
    step_scores[model].map((steps) => ({
      problem: `${problem}`,
      product: aggregateSteps(steps, "product"),
      count: steps.length,
    })),
  );
  const statistic = (rows: Int32Array) =>
    pearson(
      Float64Array.from(rows, (row) => solutions[row].product),
      Float64Array.from(rows, (row) => solutions[row].count),
    );
  const clusters = solutions.map(({ problem }) => problem);
  const estimate = bootstrap(solutions.length, statistic, { random: stream(model, "steps"), clusters, resamples: 500 });
  return measured(`${model} product`, "correlation with the number of steps", estimate, problems.length);
}

function stream(...path: readonly string[]) {
  return random(0).split("reward-math", ...path);
}

function figures(metric: string, values: ByName<number>): Published[] {
  return Object.entries(values).map(([method, value]) => ({ method, metric, value }));
}

export function measured(method: string, metric: string, { value, low, high }: Estimate, seeds: number): Row {
  return { method, metric, mean: value, low, high, seeds };
}
