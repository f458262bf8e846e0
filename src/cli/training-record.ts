/** `training.json`, beside a saved reward: from what it was learned, so that it is never tested on what it has seen. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import { hash128 } from "../core/random.ts";
import { type Preference, promptKey } from "../core/vocabulary.ts";
import { recipeSchema } from "./recipe.ts";

export const trainingFile = "training.json";

const recordSchema = z.object({
  recipe: recipeSchema,
  seed: z.int(),
  data: z.string(),
  /** One 64-bit hash a prompt, in hexadecimal, sorted. */
  prompts: z.array(z.string()),
});

export type TrainingRecord = z.infer<typeof recordSchema>;

/** The record of a saved reward, or undefined where there is none (a written reward, or one saved by a program). */
export async function readTrainingRecord(source: string): Promise<TrainingRecord | undefined> {
  const path = join(source, trainingFile);
  if (!existsSync(path)) return undefined;
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new GuerdonError("reward.damaged", {
      where: path,
      expected: "the record that `guerdon train` writes",
      got: cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause),
      fix: "Train again; or remove the file, and mind that the reward may then be tested on what it has seen.",
      cause,
    });
  }
}

/** Hashes of the prompts of some preferences. */
export function promptHashes(preferences: readonly Preference[]): string[] {
  return [...new Set(preferences.map(promptHash))].sort();
}

export function promptHash({ chosen }: Preference): string {
  const [high, low] = hash128(promptKey(chosen.prompt));
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
