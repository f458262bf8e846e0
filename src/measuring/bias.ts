/** What a reward should not care about, and may: how long a completion is, and where it stands. */

import { isScored } from "../core/outcome.ts";
import { bootstrap, bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import { accuracyOf, byPrompt, type MeasureOptions } from "./pair-accuracy.ts";
import { correctness, type DecidedPair, decidedPairs, type PairResult } from "./pair-results.ts";

/** A part of the pairs; `accuracy` is absent when it is empty. */
export interface PartAccuracy {
  readonly decided: number;
  readonly accuracy?: Estimate;
}

export interface LengthBias {
  /**
   * Correlation of the score difference with the length difference, every pair in both orders (so that it does
   * not depend on which side is called chosen): Σ Δs Δℓ / √(Σ Δs² Σ Δℓ²), in [−1, 1]. Absent when one of the two
   * never differs.
   */
  readonly correlation?: Estimate;
  /** Pairs whose better side is the longer one, the shorter one, and neither. */
  readonly longerIsBetter: PartAccuracy;
  readonly shorterIsBetter: PartAccuracy;
  readonly sameLength: PartAccuracy;
}

/** An unbiased reward is as accurate when the shorter completion is the better one as when the longer is. */
export function lengthBias(pairs: readonly PairResult[], { random, ...rest }: MeasureOptions): LengthBias {
  const decided = decidedPairs(pairs);
  const part = (name: string, belongs: (lengthDifference: number) => boolean): PartAccuracy => {
    const members = decided.filter(({ lengthDifference }) => belongs(lengthDifference));
    if (members.length === 0) return { decided: 0 };
    return { decided: members.length, accuracy: accuracyOf(members, { random: random.split(name), ...rest }) };
  };
  const varies = decided.some((d) => d.difference !== 0) && decided.some((d) => d.lengthDifference !== 0);
  return {
    ...(varies ? { correlation: lengthCorrelation(decided, { random: random.split("correlation"), ...rest }) } : {}),
    longerIsBetter: part("longer", (difference) => difference > 0),
    shorterIsBetter: part("shorter", (difference) => difference < 0),
    sameLength: part("same", (difference) => difference === 0),
  };
}

function lengthCorrelation(decided: readonly DecidedPair[], options: MeasureOptions): Estimate {
  const statistic = (rows: Int32Array) => {
    let cross = 0;
    let scores = 0;
    let lengths = 0;
    for (const row of rows) {
      const { difference, lengthDifference } = decided[row];
      cross += difference * lengthDifference;
      scores += difference ** 2;
      lengths += lengthDifference ** 2;
    }
    return cross / Math.sqrt(scores * lengths);
  };
  return bootstrap(decided.length, statistic, byPrompt(decided, options));
}

export interface PositionBias {
  /** Pairs scored in both orders. */
  readonly compared: number;
  readonly unscored: number;
  /** Absent when no pair was scored in both orders. */
  readonly measures?: {
    /** Share of pairs whose order changes when the two are swapped (a tie against a win counts as a change). */
    readonly flipRate: Estimate;
    /** How often the one that stands first wins, over both orders; equal scores count half. Unbiased: ½. */
    readonly firstWins: Estimate;
  };
}

/**
 * Position bias of a reward that compares, from the same preferences scored in both orders:
 * `scorePairs(…, { order: "chosen-first" })` and `"rejected-first"`. A reward of single items cannot flip.
 */
export function positionBias(
  chosenFirst: readonly PairResult[],
  rejectedFirst: readonly PairResult[],
  { random, ...rest }: MeasureOptions,
): PositionBias {
  const swapped = new Map(rejectedFirst.map((pair) => [pair.id, pair]));
  const compared = chosenFirst.flatMap((pair) => {
    const forward = differenceOf(pair);
    const backward = differenceOf(swapped.get(pair.id));
    return forward === undefined || backward === undefined ? [] : [{ prompt: pair.prompt, forward, backward }];
  });
  const counts = { compared: compared.length, unscored: chosenFirst.length - compared.length };
  if (compared.length === 0) return counts;
  const clusters = compared.map(({ prompt }) => prompt);
  const over = (name: string, measure: (pair: (typeof compared)[number]) => number) =>
    bootstrapMean(compared.map(measure), { random: random.split(name), clusters, ...rest });
  return {
    ...counts,
    measures: {
      flipRate: over("flips", ({ forward, backward }) => Number(Math.sign(forward) !== Math.sign(backward))),
      firstWins: over("first", ({ forward, backward }) => (correctness(forward) + correctness(-backward)) / 2),
    },
  };
}

/**
 * Accuracy by where the better one stood in the source, for verdicts that were recorded in one order:
 * `positions[i]` (1 or 2) is the place of pair i's chosen side.
 */
export function accuracyByPosition(
  pairs: readonly PairResult[],
  positions: readonly (1 | 2)[],
  { random, ...rest }: MeasureOptions,
): { readonly first: PartAccuracy; readonly second: PartAccuracy } {
  const part = (position: 1 | 2): PartAccuracy => {
    const members = decidedPairs(pairs.filter((_, index) => positions[index] === position));
    if (members.length === 0) return { decided: 0 };
    return {
      decided: members.length,
      accuracy: accuracyOf(members, { random: random.split("position", position), ...rest }),
    };
  };
  return { first: part(1), second: part(2) };
}

function differenceOf(pair: PairResult | undefined): number | undefined {
  return pair && isScored(pair.chosen) && isScored(pair.rejected) ? pair.chosen.value - pair.rejected.value : undefined;
}
