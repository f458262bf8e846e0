/** The shapes in which data sets write one prompt's candidates side by side, and the pairs that a ranking holds. */

import { z } from "zod";
import type { Preference, Ranking, Sample } from "../core/vocabulary.ts";
import { sameMessages } from "./conversation.ts";
import { candidateSchema, commonFields, number, type Shape, samplesOf, shape } from "./shape.ts";

type Candidate = z.infer<typeof candidateSchema>;

const candidates = z.array(candidateSchema, { error: "expected a list of candidates" }).min(2);

const rankedFields = {
  ...commonFields,
  /** Place of the best candidate, from 0. */
  best: number,
  /** Higher is better. */
  scores: z.array(z.number()).optional(),
  /** ranking[i] is the rank of candidate i; 1 is the best, equal is a tie. */
  ranking: z.array(z.number()).optional(),
};

const ranked = z.looseObject({ ...rankedFields, completions: candidates });

export const rankingShapes: readonly Shape<Ranking>[] = [
  shape({ name: "ranking (completions)", needs: ["completions"], schema: ranked, read: readRanking }),
  shape({
    name: "ranking (responses)",
    needs: ["responses"],
    schema: z
      .looseObject({ ...rankedFields, responses: candidates })
      .transform(({ responses, ...row }) => ({ ...row, completions: responses })),
    read: readRanking,
  }),
];

/**
 * Every ordered pair of each ranking's candidates, the higher score as the chosen one.
 * Equal scores give no pair: that the losers of a best-of-n are alike was never said. Nor do equal completions.
 */
export function preferencesFromRankings(rankings: readonly Ranking[]): Preference[] {
  return rankings.flatMap(({ id, candidates, scores, subset }) => {
    const preferences: Preference[] = [];
    for (let i = 0; i < candidates.length; i++) {
      for (let j = i + 1; j < candidates.length; j++) {
        if (scores[i] === scores[j] || sameMessages(candidates[i].completion, candidates[j].completion)) continue;
        const [better, worse] = scores[i] > scores[j] ? [i, j] : [j, i];
        preferences.push(pairOf(`${id}/${better}-${worse}`, candidates[better], candidates[worse], { subset }));
      }
    }
    return preferences;
  });
}

/** A preference without its absent fields. */
export function pairOf(
  id: string,
  chosen: Sample,
  rejected: Sample,
  details: Pick<Preference, "probability" | "strength" | "annotator" | "subset">,
): Preference {
  const known = Object.entries(details).filter(([, value]) => value !== undefined);
  return { id, chosen, rejected, ...Object.fromEntries(known) };
}

function readRanking(row: z.infer<typeof ranked>, id: string): readonly Ranking[] | string {
  const candidates = samplesOf(
    id,
    row,
    row.completions.map(({ turns }) => turns),
  );
  if (typeof candidates === "string") return candidates;
  const scores = scoresOf(row);
  if (typeof scores === "string") return scores;
  return [{ id, candidates, scores, ...(row.subset === undefined ? {} : { subset: row.subset }) }];
}

function scoresOf({ completions, best, scores, ranking }: z.infer<typeof ranked>): number[] | string {
  const count = completions.length;
  if (best !== undefined) {
    if (!Number.isInteger(best) || best < 0 || best >= count) return "best: expected a candidate's place from 0";
    return completions.map((_, index) => (index === best ? 1 : 0));
  }
  if (ranking)
    return ranking.length === count ? ranking.map((rank) => -rank) : "ranking: expected one rank a candidate";
  if (scores) return scores.length === count ? scores : "scores: expected one score a candidate";
  return (
    every(completions, ({ score }) => score) ??
    every(completions, ({ rank }) => (rank === undefined ? undefined : -rank)) ??
    every(completions, ({ ratings }) => ratings?.helpfulness) ??
    "no order: expected best, ranking, scores, or a score, rank or rating of helpfulness in every candidate"
  );
}

function every(completions: readonly Candidate[], value: (of: Candidate) => number | undefined): number[] | undefined {
  const values = completions.map(value).filter((known) => known !== undefined);
  return values.length === completions.length ? values : undefined;
}
