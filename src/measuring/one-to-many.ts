/**
 * One right solution against many wrong ones: the RewardMATH protocol (Kim et al., 2024,
 * "Evaluating Robustness of Reward Models for Mathematical Reasoning").
 */

import { GuerdonError } from "../core/errors.ts";
import { isScored } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import { bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import type { MeasureOptions } from "./pair-accuracy.ts";
import { type ScoringOptions, scoreGroups } from "./score-groups.ts";

/** One problem's scores. */
export interface SolutionScores {
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

/** One problem's solutions. */
export interface Solutions<Item> {
  readonly right: readonly Item[];
  readonly wrong: readonly Item[];
}

export interface OneToManyMeasures {
  /** min right > max wrong. Random scores get 1/(1 + n) with one right and n wrong. */
  readonly strict: Estimate;
  /** min right ≥ max wrong. A constant gets 1: read it beside `strict`. */
  readonly withTies: Estimate;
  /** Mean of 1 / rank of the best right solution, ties resolved against it. */
  readonly meanReciprocalRank: Estimate;
}

/** problems = decided + unscored. */
export interface OneToMany {
  readonly problems: number;
  readonly decided: number;
  /** Problems with a solution that could not be scored. */
  readonly unscored: number;
  /** Absent when no problem was decided. */
  readonly measures?: OneToManyMeasures;
}

/** Every right solution scores above every wrong one. */
export function strictlyFirst({ right, wrong }: SolutionScores): boolean {
  return Math.min(...right) > Math.max(...wrong);
}

/** No wrong solution scores above a right one. */
export function firstWithTies({ right, wrong }: SolutionScores): boolean {
  return Math.min(...right) >= Math.max(...wrong);
}

/** 1 / (1 + #{wrong solutions that score at least as high as the best right one}). */
export function reciprocalRank({ right, wrong }: SolutionScores): number {
  const best = Math.max(...right);
  return 1 / (1 + wrong.filter((score) => score >= best).length);
}

/**
 * Expected strict accuracy against k of the wrong solutions drawn at random: C(m, k) / C(n, k), with m of the n wrong
 * ones below every right one. Falls with k; at k = n it is `strictlyFirst`.
 */
export function accuracyAgainst({ right, wrong }: SolutionScores, k: number): number {
  const worst = Math.min(...right);
  const beaten = wrong.filter((score) => score < worst).length;
  let probability = 1;
  for (let i = 0; i < k; i++) probability *= Math.max(0, beaten - i) / (wrong.length - i);
  return probability;
}

/**
 * The three measures over problems.
 * @throws GuerdonError "one-to-many.empty" for a problem without a right or a wrong solution.
 */
export function oneToMany(problems: readonly SolutionScores[], { random, ...rest }: MeasureOptions): OneToManyMeasures {
  for (const [index, { right, wrong }] of problems.entries()) {
    if (right.length === 0 || wrong.length === 0) {
      throw new GuerdonError("one-to-many.empty", {
        where: `problems[${index}]`,
        expected: "at least one right and one wrong solution",
        got: `${right.length} right and ${wrong.length} wrong`,
        fix: "Leave out problems that every solution solves, or none does.",
      });
    }
  }
  const over = (name: string, measure: (problem: SolutionScores) => number) =>
    bootstrapMean(problems.map(measure), { random: random.split(name), ...rest });
  return {
    strict: over("strict", (problem) => Number(strictlyFirst(problem))),
    withTies: over("with ties", (problem) => Number(firstWithTies(problem))),
    meanReciprocalRank: over("reciprocal rank", reciprocalRank),
  };
}

/**
 * The form for judges that compare: `beaten[i]` holds, for each wrong solution, whether the right one was
 * preferred to it (a verdict that could not be read counts as lost). strict = all beaten, rank = 1 + losses.
 */
export function oneToManyPairwise(
  beaten: readonly (readonly boolean[])[],
  { random, ...rest }: MeasureOptions,
): Pick<OneToManyMeasures, "strict" | "meanReciprocalRank"> {
  const over = (name: string, measure: (wins: readonly boolean[]) => number) =>
    bootstrapMean(beaten.map(measure), { random: random.split(name), ...rest });
  return {
    strict: over("strict", (wins) => Number(wins.every(Boolean))),
    meanReciprocalRank: over("reciprocal rank", (wins) => 1 / (1 + wins.filter((won) => !won).length)),
  };
}

/** Scores every problem's solutions together and measures the problems that were scored whole. */
export async function measureOneToMany<Item>(
  reward: Reward<Item>,
  problems: readonly Solutions<Item>[],
  { chunk, signal, onProgress, ...options }: ScoringOptions & MeasureOptions,
): Promise<OneToMany> {
  const groups = problems.map(({ right, wrong }) => [...right, ...wrong]);
  const outcomes = await scoreGroups(reward, groups, { chunk, signal, onProgress });
  const decided = outcomes.flatMap((group, index): SolutionScores[] => {
    if (!group.every(isScored)) return [];
    const scores = group.map(({ value }) => value);
    const count = problems[index].right.length;
    return [{ right: scores.slice(0, count), wrong: scores.slice(count) }];
  });
  const counts = { problems: problems.length, decided: decided.length, unscored: problems.length - decided.length };
  return decided.length > 0 ? { ...counts, measures: oneToMany(decided, options) } : counts;
}
