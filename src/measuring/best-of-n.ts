/** Best-of-n accuracy: does the reward, choosing among n candidates, choose one that people call best? */

import { tally } from "../core/conservation.ts";
import { type Cause, isScored, type Outcome } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import { bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import type { Ranking } from "../core/vocabulary.ts";
import type { MeasureOptions } from "./pair-accuracy.ts";
import { type ScoringOptions, scoreGroups } from "./score-groups.ts";

/** One ranking and the outcomes of its candidates. */
export interface RankingResult {
  readonly id: string;
  readonly subset?: string;
  /** The label of each candidate, higher is better. */
  readonly labels: readonly number[];
  readonly outcomes: readonly Outcome[];
}

/** rankings = decided + labelTies + unscored. */
export interface BestOfN {
  readonly rankings: number;
  readonly decided: number;
  /** Every candidate is labelled alike: there is nothing to get right. */
  readonly labelTies: number;
  /** A candidate could not be scored, so the reward's choice is unknown. */
  readonly unscored: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** Absent when no ranking was decided. */
  readonly measures?: {
    /** A best candidate scores above every loser. */
    readonly strict: Estimate;
    /** A best candidate scores at least as high as every loser. A constant reward gets 1: read it beside `strict`. */
    readonly withTies: Estimate;
    /** Mean share of best candidates: what a random choice gets. */
    readonly chance: number;
  };
}

export async function scoreRankings<Item>(
  reward: Reward<Item>,
  rankings: readonly Ranking<Item>[],
  options: ScoringOptions = {},
): Promise<RankingResult[]> {
  const outcomes = await scoreGroups(
    reward,
    rankings.map(({ candidates }) => candidates),
    options,
  );
  return rankings.map(({ id, scores, subset }, index) => ({
    id,
    ...(subset === undefined ? {} : { subset }),
    labels: scores,
    outcomes: outcomes[index],
  }));
}

/**
 * Best-of-n accuracy over rankings, each a unit of its own.
 * Best are all candidates with the highest label; losers are the others.
 */
export function bestOfN(rankings: readonly RankingResult[], { random, ...rest }: MeasureOptions): BestOfN {
  const contested = rankings.filter(({ labels }) => labels.some((label) => label !== labels[0]));
  const decided = contested.flatMap(({ labels, outcomes }) =>
    outcomes.every(isScored) ? [{ labels, scores: outcomes.map(({ value }) => value) }] : [],
  );
  const counts = {
    rankings: rankings.length,
    decided: decided.length,
    labelTies: rankings.length - contested.length,
    unscored: contested.length - decided.length,
    causes: tally(rankings.flatMap(({ outcomes }) => outcomes)).causes,
  };
  if (decided.length === 0) return counts;
  const margins = decided.map(({ labels, scores }) => marginOfBest(labels, scores));
  const rate = (name: string, won: (margin: number) => boolean) =>
    bootstrapMean(
      margins.map((margin) => Number(won(margin))),
      { random: random.split(name), ...rest },
    );
  const chance = decided.reduce((sum, { labels }) => sum + shareOfBest(labels), 0) / decided.length;
  return {
    ...counts,
    measures: {
      strict: rate("strict", (margin) => margin > 0),
      withTies: rate("with ties", (margin) => margin >= 0),
      chance,
    },
  };
}

function marginOfBest(labels: readonly number[], scores: readonly number[]): number {
  const top = Math.max(...labels);
  return (
    Math.max(...scores.filter((_, i) => labels[i] === top)) - Math.max(...scores.filter((_, i) => labels[i] < top))
  );
}

function shareOfBest(labels: readonly number[]): number {
  const top = Math.max(...labels);
  return labels.filter((label) => label === top).length / labels.length;
}
