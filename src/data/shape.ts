/** What a row's shape is: the fields that tell it, their schema, and its translation into the core's words. */

import { z } from "zod";
import type { Sample } from "../core/vocabulary.ts";
import { completionSchema, conversation, promptSchema } from "./conversation.ts";
import type { Fields } from "./row.ts";

/** One way to write an item down. A row has the first shape of a table whose `needs` it has. */
export interface Shape<Item> {
  readonly name: string;
  /** The fields that a row must have to be taken for this shape, by their first names in `otherNames`. */
  readonly needs: readonly string[];
  /** The items of a row, or what is wrong with it. */
  read(row: Fields, id: string): readonly Item[] | string;
}

/** Other people's names for our fields. A field's own name goes first, then these from left to right. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  prompt: ["instruction", "question", "context", "history"],
  completion: ["response", "text"],
  responses: ["answers"],
  response1: ["response_1"],
  response2: ["response_2"],
  preference_strength: ["overall_preference"],
  probability: ["preference"],
  strength: ["margin"],
  reference: ["answer", "ground_truth"],
  subset: ["kind", "category", "domain"],
};

export function shape<Row, Item>(definition: {
  name: string;
  needs: readonly string[];
  schema: z.ZodType<Row>;
  read: (row: Row, id: string) => readonly Item[] | string;
}): Shape<Item> {
  const { name, needs, schema, read } = definition;
  return {
    name,
    needs,
    read(fields, id) {
      const row = schema.safeParse(renamed(fields));
      return row.success
        ? read(row.data, id)
        : `${firstIssue(row.error)} (read as ${name}; fields seen: ${seen(fields)})`;
    },
  };
}

/** The items of a row by the first shape that fits, or what was expected and which fields were seen. */
export function recognise<Item>(
  shapes: readonly Shape<Item>[],
  row: Fields,
  id: string,
): { readonly shape: string; readonly items: readonly Item[] } | string {
  const match = shapes.find(({ needs }) => needs.every((name) => named(row, name) !== undefined));
  if (!match) return `no known shape; fields seen: ${seen(row)}`;
  const items = match.read(row, id);
  return typeof items === "string" ? items : { shape: match.name, items };
}

function named(row: Fields, name: string): unknown {
  return (
    row[name] ?? otherNames[name]?.map((other) => row[other]).find((value) => value !== undefined && value !== null)
  );
}

// The row under our names, without the fields that are null.
function renamed(row: Fields): Fields {
  const fields: Record<string, unknown> = {};
  for (const name in row) if (row[name] !== null) fields[name] = row[name];
  if (typeof fields.instruction === "string" && typeof fields.input === "string" && fields.input !== "") {
    fields.prompt ??= `${fields.instruction}\n\n${fields.input}`;
  }
  for (const name in otherNames) fields[name] ??= named(row, name);
  return fields;
}

/** A number, or text that is one (CSV knows nothing else); empty text is absence. */
export const number = z.preprocess(
  (value) => (typeof value === "string" ? (value.trim() === "" ? undefined : Number(value)) : value),
  z.number().optional(),
);

const flags: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false, "": false };

/** A boolean, or the number or text for one. */
export const flag = z.preprocess((value) => flags[String(value).toLowerCase()] ?? value, z.boolean().optional());

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String).optional().catch(undefined);

/** What rows of every shape may say. A reference that is neither text nor a number is none. */
export const commonFields = {
  prompt: promptSchema.optional(),
  reference: word,
  group: word,
  subset: word,
  annotator: word,
};

/** A candidate among others: text or messages, alone or in an object with what is known about it. */
export const candidateSchema = z.preprocess(
  candidate,
  z.looseObject({
    turns: completionSchema,
    score: number,
    rank: number,
    ratings: z.record(z.string(), z.number()).optional(),
  }),
);

/** Samples of one prompt, in one group. */
export function samplesOf(
  id: string,
  { prompt, reference, group = id }: { prompt?: Sample["prompt"]; reference?: string; group?: string },
  completions: readonly Sample["completion"][],
): readonly Sample[] | string {
  const parted = conversation(prompt, completions);
  if (typeof parted === "string") return parted;
  return parted.completions.map((completion, index) => ({
    id: `${id}/${index}`,
    prompt: parted.prompt,
    completion,
    ...(reference === undefined ? {} : { reference }),
    group,
  }));
}

function candidate(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { turns: value };
  const fields = value as Fields;
  return {
    turns: fields.role === undefined ? (fields.text ?? fields.response ?? fields.answer ?? fields.content) : fields,
    score: fields.score ?? fields.overall_score,
    rank: fields.rank,
    ratings: fields.ratings ?? annotated(fields.annotations),
  };
}

// UltraFeedback: annotations: { helpfulness: { Rating: "4", … }, … }, where "N/A" is no rating.
function annotated(annotations: unknown): Record<string, number> | undefined {
  if (typeof annotations !== "object" || annotations === null) return undefined;
  const ratings = Object.entries(annotations).map(([name, by]): [string, number] => [
    name,
    Number.parseFloat(by?.Rating),
  ]);
  return Object.fromEntries(ratings.filter(([, rating]) => Number.isFinite(rating)));
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
  return `${path.replace(/\.turns\b/, "")}: ${issue.message}`;
}

function seen(row: Fields): string {
  const names = Object.keys(row);
  const shown = names.slice(0, 20).map((name) => name.slice(0, 40));
  return shown.join(", ") + (names.length > shown.length ? ", …" : "");
}
