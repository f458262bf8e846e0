/** The shapes in which things to score are written down. */

import { z } from "zod";
import type { Preference, Sample } from "../core/vocabulary.ts";
import { completionSchema, promptSchema } from "./conversation.ts";
import { preferenceShapes } from "./preference-shapes.ts";
import { candidateSchema, commonFields, type Shape, samplesOf, shape } from "./shape.ts";

const extras = {
  steps: z.array(z.string()).optional(),
  features: z.record(z.string(), z.number()).optional(),
};

const candidates = z.array(candidateSchema).min(1);

/** First match wins. */
export const sampleShapes: readonly Shape<Sample>[] = [
  shape({
    name: "sample (prompt?, completion or response or text)",
    needs: ["completion"],
    schema: z.looseObject({ ...commonFields, ...extras, completion: completionSchema }),
    read: (row, id) => one(row, id, row.completion),
  }),
  shape({
    name: "conversation (messages)",
    needs: ["messages"],
    schema: z.looseObject({ ...commonFields, ...extras, messages: promptSchema }),
    read: (row, id) => one(row, id, row.messages),
  }),
  shape({
    name: "candidates (prompt, completions)",
    needs: ["completions"],
    schema: z.looseObject({ ...commonFields, completions: candidates }),
    read: (row, id) => samplesOf(id, row, row.completions.map(turnsOf)),
  }),
  shape({
    name: "candidates (prompt, responses)",
    needs: ["responses"],
    schema: z.looseObject({ ...commonFields, responses: candidates }),
    read: (row, id) => samplesOf(id, row, row.responses.map(turnsOf)),
  }),
  ...preferenceShapes.map(bothSides),
];

/** A row of preferences is also its two completions, each to be scored. */
function bothSides({ name, needs, read }: Shape<Preference>): Shape<Sample> {
  return {
    name,
    needs,
    read: (row, id) => {
      const preferences = read(row, id);
      return typeof preferences === "string"
        ? preferences
        : preferences.flatMap(({ chosen, rejected }) => [chosen, rejected]);
    },
  };
}

type Common = z.infer<z.ZodObject<typeof commonFields & typeof extras>>;

function one(row: Common, id: string, completion: Sample["completion"]): readonly Sample[] | string {
  const samples = samplesOf(id, row, [completion]);
  if (typeof samples === "string") return samples;
  const { group, steps, features } = row;
  const { group: _, ...sample } = samples[0];
  return [{ ...sample, id, ...(group && { group }), ...(steps && { steps }), ...(features && { features }) }];
}

function turnsOf({ turns }: z.infer<typeof candidateSchema>): Sample["completion"] {
  return turns;
}
