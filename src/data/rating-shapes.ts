/** The shapes in which data sets rate single completions on named attributes. */

import { z } from "zod";
import type { Rating } from "../core/vocabulary.ts";
import { completionSchema } from "./conversation.ts";
import { candidateSchema, commonFields, number, type Shape, samplesOf, shape } from "./shape.ts";

const rated = { ...commonFields, completion: completionSchema };

/** HelpSteer's attributes, each 0 … 4. */
const helpSteer = {
  helpfulness: number,
  correctness: number,
  coherence: number,
  complexity: number,
  verbosity: number,
};

/** First match wins. */
export const ratingShapes: readonly Shape<Rating>[] = [
  shape({
    name: "rated candidates (prompt, completions with ratings)",
    needs: ["completions"],
    schema: z.looseObject({ ...commonFields, completions: z.array(candidateSchema).min(1) }),
    read: (row, id) => ratingsOf(row, id, row.completions),
  }),
  shape({
    name: "rated response (prompt, response, ratings)",
    needs: ["completion", "ratings"],
    schema: z.looseObject({ ...rated, ratings: z.record(z.string(), number) }),
    read: ({ completion, ratings, ...row }, id) => ratingsOf(row, id, [{ turns: completion, ratings: known(ratings) }]),
  }),
  shape({
    name: "HelpSteer (prompt, response, helpfulness, …)",
    needs: ["completion", "helpfulness"],
    schema: z.looseObject({ ...rated, ...helpSteer }),
    read({ completion, helpfulness, correctness, coherence, complexity, verbosity, ...row }, id) {
      const ratings = known({ helpfulness, correctness, coherence, complexity, verbosity });
      return ratingsOf(row, id, [{ turns: completion, ratings }]);
    },
  }),
];

function ratingsOf(
  row: z.infer<z.ZodObject<typeof commonFields>>,
  id: string,
  candidates: readonly Pick<z.infer<typeof candidateSchema>, "turns" | "ratings">[],
): readonly Rating[] | string {
  const samples = samplesOf(
    id,
    row,
    candidates.map(({ turns }) => turns),
  );
  if (typeof samples === "string") return samples;
  const annotator = row.annotator === undefined ? {} : { annotator: row.annotator };
  const ratings = samples.map((item, i) => ({ id: item.id, item, ratings: candidates[i].ratings ?? {}, ...annotator }));
  const said = ratings.filter((rating) => Object.keys(rating.ratings).length > 0);
  return said.length > 0 ? said : "no ratings: expected a number for at least one attribute";
}

function known(ratings: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ratings).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
