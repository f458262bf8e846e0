/** How often a reward puts the better one of two completions first, beside what chance and length alone would get. */

import { tally } from "../core/conservation.ts";
import type { Cause } from "../core/outcome.ts";
import type { Random } from "../core/random.ts";
import { type BootstrapOptions, bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import { type Comparison, pairedComparison } from "../core/statistics/comparison.ts";
import { logLogistic } from "../core/statistics/probability.ts";
import { correctness, type DecidedPair, decidedPairs, type PairResult } from "./pair-results.ts";

export interface MeasureOptions {
  /** Drives the bootstrap; equal streams give equal intervals. */
  readonly random: Random;
  /** Default 2,000. */
  readonly resamples?: number;
}

export interface SubsetAccuracy {
  readonly subset: string;
  readonly decided: number;
  readonly accuracy: Estimate;
}

export interface Baseline {
  readonly name: "chance" | "longest wins";
  readonly accuracy: Estimate;
  /** The reward's accuracy minus the baseline's, pair by pair. */
  readonly advantage: Comparison;
}

/** pairs = decided + labelTies + unscored. */
export interface PairAccuracy {
  readonly pairs: number;
  readonly decided: number;
  /** Labels of exactly ½ say nothing about order; they are left out. */
  readonly labelTies: number;
  /** Pairs with a side that could not be scored. They are left out, not counted as wrong. */
  readonly unscored: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  /** Decided pairs whose two scores are equal. Each counts half in the accuracy. */
  readonly rewardTies: number;
  /** Absent when no pair was decided. */
  readonly measures?: {
    readonly accuracy: Estimate;
    /** −[p log σ(Δ) + (1 − p) log σ(−Δ)] in nats; ln 2 ≈ 0.693 for a constant reward. */
    readonly logLoss: Estimate;
    readonly baselines: readonly Baseline[];
  };
  /** In order of name; pairs without a subset are in none. */
  readonly subsets: readonly SubsetAccuracy[];
}

/**
 * Pair accuracy with intervals that resample whole prompts.
 *
 * Soft labels count by their side (p > ½: chosen); the log loss uses them as they are. "Longest wins"
 * prefers the longer completion, and gets half for equal lengths.
 */
export function pairAccuracy(pairs: readonly PairResult[], options: MeasureOptions): PairAccuracy {
  const decided = decidedPairs(pairs);
  const labelTies = pairs.filter((pair) => pair.probability === 0.5).length;
  return {
    pairs: pairs.length,
    decided: decided.length,
    labelTies,
    unscored: pairs.length - labelTies - decided.length,
    causes: tally(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])).causes,
    rewardTies: decided.filter(({ difference }) => difference === 0).length,
    ...(decided.length > 0 ? { measures: measuresOf(decided, options) } : {}),
    subsets: subsetsOf(decided, options),
  };
}

/** Accuracy of decided pairs; reward ties count half. */
export function accuracyOf(decided: readonly DecidedPair[], options: MeasureOptions): Estimate {
  return bootstrapMean(
    decided.map(({ difference }) => correctness(difference)),
    byPrompt(decided, options),
  );
}

/** Bootstrap options that draw whole prompts. */
export function byPrompt(decided: readonly DecidedPair[], options: MeasureOptions): BootstrapOptions {
  return { ...options, clusters: decided.map(({ pair }) => pair.prompt) };
}

function measuresOf(decided: readonly DecidedPair[], { random, ...rest }: MeasureOptions) {
  const correct = decided.map(({ difference }) => correctness(difference));
  const longest = decided.map(({ lengthDifference }) => correctness(lengthDifference));
  const losses = decided.map(
    ({ probability: p, difference }) => -(p * logLogistic(difference) + (1 - p) * logLogistic(-difference)),
  );
  const baseline = (name: Baseline["name"], guesses: readonly number[]): Baseline => ({
    name,
    accuracy: bootstrapMean(guesses, byPrompt(decided, { random: random.split(name), ...rest })),
    advantage: pairedComparison(
      correct,
      guesses,
      byPrompt(decided, { random: random.split(name, "advantage"), ...rest }),
    ),
  });
  return {
    accuracy: accuracyOf(decided, { random: random.split("accuracy"), ...rest }),
    logLoss: bootstrapMean(losses, byPrompt(decided, { random: random.split("log loss"), ...rest })),
    baselines: [
      baseline(
        "chance",
        correct.map(() => 0.5),
      ),
      baseline("longest wins", longest),
    ],
  };
}

function subsetsOf(decided: readonly DecidedPair[], { random, ...rest }: MeasureOptions): SubsetAccuracy[] {
  const names = new Set(decided.flatMap(({ pair }) => pair.subset ?? []));
  return [...names].sort().map((subset) => {
    const members = decided.filter(({ pair }) => pair.subset === subset);
    const accuracy = accuracyOf(members, { random: random.split("subset", subset), ...rest });
    return { subset, decided: members.length, accuracy };
  });
}
