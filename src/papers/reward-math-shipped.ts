/** What RewardMATH's claim is tested on where its data is absent: the shipped answers, and scores drawn at random. */

import { z } from "zod";
import { random } from "../core/random.ts";
import type { Estimate } from "../core/statistics/bootstrap.ts";
import { oneToMany } from "../measuring/one-to-many.ts";
import type { Criterion, Findings } from "./reproduction.ts";
import { measured, negativesAndTies, type RecordedProblem, scoresOf } from "./reward-math-replay.ts";
import { isMixed, type SolvedProblem } from "./reward-math-scorers.ts";

const everydayRows = z.array(
  z.object({
    prompt: z.string(),
    completions: z.array(z.object({ text: z.string(), ratings: z.object({ correctness: z.number() }) })),
  }),
);

/**
 * The shipped prompts with a right answer (correctness 4 of 4) and a wrong one (2 or less); answers rated 3 are left
 * out. A sentence a line, so that the cut to the last two lines, made for a step a line, leaves two sentences.
 */
export function everydayProblems(rows: readonly Record<string, unknown>[]): SolvedProblem[] {
  const solved = everydayRows.parse(rows).map(({ prompt, completions }) => ({
    prompt,
    solutions: completions
      .filter(({ ratings }) => ratings.correctness !== 3)
      .map(({ text, ratings }) => ({ text: sentences(text).join("\n"), correct: ratings.correctness === 4 })),
  }));
  return solved.filter(isMixed);
}

function sentences(text: string): string[] {
  return Array.from(new Intl.Segmenter("en", { granularity: "sentence" }).segment(text), ({ segment }) =>
    segment.trim(),
  );
}

/** RewardMATH's shape: this many problems, one right solution against this many wrong ones. */
const problemCount = 483;
const wrongCount = 9;

/** The evaluator on scorers that know nothing, whose figures are known: P(rank = r) = 1/10 for r = 1 to 10. */
export function chance(seed: number): Findings {
  const stream = random(seed).split("reward-math", "chance");
  const problems = Array.from({ length: problemCount }, () => randomProblem(() => stream.uniform()));
  const of = (name: string) =>
    oneToMany(
      problems.map((problem) => scoresOf(problem, name)),
      { random: stream.split("interval", name) },
    );
  const [guess, rounded] = [of("random"), of("rounded")];
  const ranks = Array.from({ length: 1 + wrongCount }, (_, i) => i + 1);
  const row = (method: string, metric: string, estimate: Estimate) => measured(method, metric, estimate, problemCount);
  return {
    rows: [
      row("random scores", "one-to-many accuracy, simulated", guess.strict),
      row("random scores", "mean reciprocal rank, simulated", guess.meanReciprocalRank),
      row("random scores, rounded", "one-to-many accuracy, simulated", rounded.strict),
      row("random scores, rounded", "one-to-many accuracy with ties, simulated", rounded.withTies),
    ],
    criteria: [
      withinError(
        "accuracy",
        guess.strict.value,
        ranks.map((rank) => Number(rank === 1)),
      ),
      withinError(
        "mean reciprocal rank",
        guess.meanReciprocalRank.value,
        ranks.map((rank) => 1 / rank),
      ),
      ...negativesAndTies(problems, "random"),
    ],
    notes: [`The evaluator was run on random scores of ${problemCount} simulated problems, 1 right against 9 wrong.`],
  };
}

function randomProblem(uniform: () => number): RecordedProblem {
  const scores = Array.from({ length: 1 + wrongCount }, uniform);
  return {
    scores: { random: scores, rounded: scores.map((score) => Math.round(10 * score) / 10) },
    step_scores: {},
    pairwise: {},
  };
}

/** A mean of values drawn with equal chances lies within 3.3 standard errors of theirs (chance of a miss 1 in 1,000). */
function withinError(metric: string, found: number, values: readonly number[]): Criterion {
  const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / values.length;
  const tolerance = 3.3 * Math.sqrt(variance / problemCount);
  return {
    demand: `random scores, 1 right against 9 wrong: ${metric} ${expected.toFixed(3)} ± ${tolerance.toFixed(3)}`,
    found: found.toFixed(3),
    holds: Math.abs(found - expected) <= tolerance,
  };
}
