/** Two rewards on the same samples: how far they order them alike, and where they differ most. */

import { isScored, type Outcome } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import { bootstrap, bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import { pearson, spearman } from "../core/statistics/correlation.ts";
import { ranks } from "../core/statistics/describe.ts";
import { promptKey, type Sample } from "../core/vocabulary.ts";
import { type CentredDistance, centredDistance } from "./centred-distance.ts";
import type { MeasureOptions } from "./pair-accuracy.ts";
import { type ScoringOptions, scoreGroups } from "./score-groups.ts";

/** One sample and what each of the two rewards said of it. */
export interface ComparedSample {
  readonly id: string;
  /** Samples that compete: the sample's group, or its prompt. */
  readonly prompt: string;
  readonly a: Outcome;
  readonly b: Outcome;
}

export interface Disagreement {
  /** Index into what was compared. */
  readonly row: number;
  readonly id: string;
  readonly a: number;
  readonly b: number;
  /** Where the score lies among all of that reward's scores: 0 lowest, 1 highest. */
  readonly quantileA: number;
  readonly quantileB: number;
}

export interface RewardComparison {
  readonly samples: number;
  /** Samples that both scored. */
  readonly compared: number;
  readonly unscored: { readonly a: number; readonly b: number };
  /**
   * Share of pairs within a prompt that both order alike; a pair that only one of them ties counts half, a pair
   * that both tie counts as alike. Absent when no prompt has two samples.
   */
  readonly agreement?: Estimate;
  /** Spearman's ρ within each prompt, averaged over the prompts in which both vary. */
  readonly rankWithin?: Estimate;
  /** Spearman's ρ over all samples; ranks are taken once, then prompts are resampled. Absent when one is constant. */
  readonly rankPooled?: Estimate;
  /** Between the scores centred prompt by prompt: 0 alike, about √2 unrelated, 2 opposite. */
  readonly distance?: CentredDistance;
  /** Largest difference of quantiles first, equal ones in the order given. */
  readonly disagreements: readonly Disagreement[];
}

/** Scores the samples with both rewards, prompt by prompt. Rows come back in the order of `samples`. */
export async function scoreWithBoth(
  a: Reward,
  b: Reward,
  samples: readonly Sample[],
  options: ScoringOptions = {},
): Promise<ComparedSample[]> {
  const rowsByPrompt = groupRows(samples.map(competitors));
  const groups = [...rowsByPrompt.values()].map((rows) => rows.map((row) => samples[row]));
  const ofA = (await scoreGroups(a, groups, options)).flat();
  const ofB = (await scoreGroups(b, groups, options)).flat();
  const compared: ComparedSample[] = Array(samples.length);
  for (const [position, row] of [...rowsByPrompt.values()].flat().entries()) {
    const { id } = samples[row];
    compared[row] = { id, prompt: competitors(samples[row]), a: ofA[position], b: ofB[position] };
  }
  return compared;
}

export function compareRewards(
  samples: readonly ComparedSample[],
  { random, disagreements = 10, ...rest }: MeasureOptions & { readonly disagreements?: number },
): RewardComparison {
  const both = samples.flatMap(({ id, prompt, a, b }, row) =>
    isScored(a) && isScored(b) ? [{ row, id, prompt, a: a.value, b: b.value }] : [],
  );
  const counts = {
    samples: samples.length,
    compared: both.length,
    unscored: {
      a: samples.filter(({ a }) => !isScored(a)).length,
      b: samples.filter(({ b }) => !isScored(b)).length,
    },
  };
  if (both.length === 0) return { ...counts, disagreements: [] };
  const [rankA, rankB] = [ranks(both.map(({ a }) => a)), ranks(both.map(({ b }) => b))];
  const groups = [...groupRows(both.map(({ prompt }) => prompt)).values()].map((rows) => rows.map((row) => both[row]));
  const pairs = groups.flatMap(pairsOf);
  const within = groups.map(rankCorrelation).filter((rho) => !Number.isNaN(rho));
  const pooled = (rows: Int32Array) =>
    pearson(
      Array.from(rows, (row) => rankA[row]),
      Array.from(rows, (row) => rankB[row]),
    );
  const bothVary = !Number.isNaN(pearson(rankA, rankB));
  const clusters = both.map(({ prompt }) => prompt);
  return {
    ...counts,
    ...(pairs.length > 0 ? { agreement: agreementOf(pairs, { random: random.split("agreement"), ...rest }) } : {}),
    ...(within.length > 0 ? { rankWithin: bootstrapMean(within, { random: random.split("within"), ...rest }) } : {}),
    ...(bothVary
      ? { rankPooled: bootstrap(both.length, pooled, { random: random.split("pooled"), clusters, ...rest }) }
      : {}),
    distance: centredDistance(both, { random: random.split("distance"), ...rest }),
    disagreements: both
      .map(({ row, id, a, b }, i): Disagreement => {
        return {
          row,
          id,
          a,
          b,
          quantileA: quantileOfRank(rankA[i], both.length),
          quantileB: quantileOfRank(rankB[i], both.length),
        };
      })
      .sort((x, y) => Math.abs(y.quantileA - y.quantileB) - Math.abs(x.quantileA - x.quantileB))
      .slice(0, disagreements),
  };
}

interface ScoredByBoth {
  readonly prompt: string;
  readonly a: number;
  readonly b: number;
}

interface OrderedPair {
  readonly prompt: string;
  readonly alike: number;
}

function pairsOf(group: readonly ScoredByBoth[]): OrderedPair[] {
  return group.flatMap((x, i) =>
    group.slice(i + 1).map((y) => {
      const [orderA, orderB] = [Math.sign(x.a - y.a), Math.sign(x.b - y.b)];
      // Equal signs 1, opposite signs 0, one tie ½.
      return { prompt: x.prompt, alike: 1 - Math.abs(orderA - orderB) / 2 };
    }),
  );
}

function agreementOf(pairs: readonly OrderedPair[], options: MeasureOptions): Estimate {
  return bootstrapMean(
    pairs.map(({ alike }) => alike),
    { ...options, clusters: pairs.map(({ prompt }) => prompt) },
  );
}

function rankCorrelation(group: readonly ScoredByBoth[]): number {
  return spearman(
    group.map(({ a }) => a),
    group.map(({ b }) => b),
  );
}

function quantileOfRank(rank: number, count: number): number {
  return count > 1 ? (rank - 1) / (count - 1) : 0.5;
}

function groupRows(keys: readonly string[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, key] of keys.entries()) {
    const group = rows.get(key);
    if (group) group.push(row);
    else rows.set(key, [row]);
  }
  return rows;
}

function competitors({ group, prompt }: Sample): string {
  return group ?? promptKey(prompt);
}
