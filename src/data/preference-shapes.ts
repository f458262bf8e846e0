/** The shapes in which data sets write preferences between two completions. */

import { z } from "zod";
import type { Message, Preference } from "../core/vocabulary.ts";
import { completionSchema, sameMessages } from "./conversation.ts";
import { pairOf, preferencesFromRankings, rankingShapes } from "./ranking-shapes.ts";
import { candidateSchema, commonFields, flag, number, type Shape, samplesOf, shape } from "./shape.ts";

const identical = "chosen and rejected are identical";

/** Annotators' choices: 0 neither, 1 the first, 2 the second. Votes of another kind are left alone. */
const votes = z.preprocess(
  (value) => (Array.isArray(value) && value.every((vote) => typeof vote === "number") ? value : undefined),
  z
    .array(z.literal([0, 1, 2]))
    .min(1)
    .optional(),
);

const pairSchema = z.looseObject({
  ...commonFields,
  chosen: completionSchema,
  rejected: completionSchema,
  tie: flag,
  probability: z.preprocess(
    (value) => (typeof value === "object" ? undefined : value),
    number.pipe(z.number().min(0).max(1).optional()),
  ),
  votes,
  /** Where `chosen` stood when people voted: 1 or 2. */
  chosen_index: number,
  strength: number,
  score_chosen: number,
  score_rejected: number,
});

const pair = shape({
  name: "pair (prompt?, chosen, rejected)",
  needs: ["chosen", "rejected"],
  schema: pairSchema,
  read(row, id) {
    const { chosen, rejected, score_chosen, score_rejected } = row;
    const strength =
      row.strength ??
      (score_chosen === undefined || score_rejected === undefined ? undefined : score_chosen - score_rejected);
    if (strength !== undefined && strength < 0) return "strength: expected 0 (a tie) or more, got a negative number";
    const probability = probabilityOf(row, strength);
    return judged(row, id, chosen, rejected, { probability, strength });
  },
});

/** HelpSteer2 and 3: −3 the first is much better … 0 neither … 3 the second is much better; −100 is no judgement. */
const compared = shape({
  name: "compared responses (prompt, response1, response2, preference_strength)",
  needs: ["response1", "response2", "preference_strength"],
  schema: z.looseObject({
    ...commonFields,
    response1: completionSchema,
    response2: completionSchema,
    preference_strength: number,
  }),
  read(row, id) {
    const { response1, response2, preference_strength: strength } = row;
    if (strength === undefined || Math.abs(strength) > 3) return "preference_strength: not a judgement from -3 to 3";
    const [chosen, rejected] = strength > 0 ? [response2, response1] : [response1, response2];
    return judged(row, id, chosen, rejected, {
      probability: strength === 0 ? 0.5 : undefined,
      strength: Math.abs(strength),
    });
  },
});

/** Stanford Human Preferences: labels 1, the first is preferred; 0, the second. */
const labelled = shape({
  name: "labelled comments (history, human_ref_A, human_ref_B, labels)",
  needs: ["human_ref_A", "human_ref_B", "labels"],
  schema: z.looseObject({
    ...commonFields,
    human_ref_A: completionSchema,
    human_ref_B: completionSchema,
    labels: number.pipe(z.literal([0, 1])),
  }),
  read: ({ human_ref_A: first, human_ref_B: second, labels, ...row }, id) =>
    labels === 1 ? judged(row, id, first, second, {}) : judged(row, id, second, first, {}),
});

const place = z.number().int().nonnegative();

/** Ours: candidates, and preferences between them by their places. */
const judgedCandidates = shape({
  name: "judged candidates (prompt, completions, preferences)",
  needs: ["completions", "preferences"],
  schema: z.looseObject({
    ...commonFields,
    completions: z.array(candidateSchema).min(2),
    preferences: z
      .array(z.object({ chosen: place, rejected: place, strength: z.number().nonnegative().optional() }))
      .min(1),
  }),
  read(row, id) {
    const { completions, preferences, subset, annotator } = row;
    const samples = samplesOf(
      id,
      row,
      completions.map(({ turns }) => turns),
    );
    if (typeof samples === "string") return samples;
    if (preferences.some(({ chosen, rejected }) => Math.max(chosen, rejected) >= samples.length)) {
      return "preferences: expected places of completions, counted from 0";
    }
    const same = ({ chosen, rejected }: (typeof preferences)[number]) =>
      sameMessages(samples[chosen].completion, samples[rejected].completion);
    if (preferences.some(same)) return identical;
    return preferences.map(({ chosen, rejected, strength }) =>
      pairOf(`${id}/${chosen}-${rejected}`, samples[chosen], samples[rejected], {
        ...label(strength === 0 ? 0.5 : undefined, strength),
        annotator,
        subset,
      }),
    );
  },
});

const fromRankings = rankingShapes.map(
  (ranking): Shape<Preference> => ({
    ...ranking,
    read(row, id) {
      const rankings = ranking.read(row, id);
      if (typeof rankings === "string") return rankings;
      const preferences = preferencesFromRankings(rankings);
      return preferences.length > 0 ? preferences : "no candidate stands above another";
    },
  }),
);

/** First match wins. */
export const preferenceShapes: readonly Shape<Preference>[] = [
  pair,
  compared,
  labelled,
  judgedCandidates,
  ...fromRankings,
];

function judged(
  row: { prompt?: Message[]; reference?: string; group?: string; annotator?: string; subset?: string },
  id: string,
  chosen: Message[],
  rejected: Message[],
  { probability, strength }: Pick<Preference, "probability" | "strength">,
): readonly Preference[] | string {
  const samples = samplesOf(id, row, [chosen, rejected]);
  if (typeof samples === "string") return samples;
  if (sameMessages(samples[0].completion, samples[1].completion)) return identical;
  const { annotator, subset } = row;
  return [pairOf(id, samples[0], samples[1], { ...label(probability, strength), annotator, subset })];
}

// A plain preference says nothing of its probability, and a tie has no strength.
function label(probability: number | undefined, strength: number | undefined) {
  return {
    probability: probability === 1 ? undefined : probability,
    strength: strength === 0 ? undefined : strength,
  };
}

function probabilityOf(row: z.infer<typeof pairSchema>, strength: number | undefined): number | undefined {
  if (row.tie) return 0.5;
  if (row.probability !== undefined) return row.probability;
  if (row.votes) {
    const first =
      row.votes.reduce<number>((sum, vote) => sum + (vote === 0 ? 0.5 : vote === 1 ? 1 : 0), 0) / row.votes.length;
    return row.chosen_index === 2 ? 1 - first : first;
  }
  return strength === 0 ? 0.5 : undefined;
}
