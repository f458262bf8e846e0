/** Learning a reward for good: read, check on held-out prompts, fit on everything, save whole or not at all. */

import type { Progress } from "../core/reward.ts";
import type { Preference, Rating } from "../core/vocabulary.ts";
import { type ReadReport, readPreferences, readRatings } from "../data/read.ts";
import { writeAtomicFolder } from "../data/write.ts";
import type { Provenance } from "../learning/learned-reward.ts";
import { type CrossValidation, crossValidate } from "../measuring/cross-validation.ts";
import { learnerOf, type Recipe } from "./recipe.ts";
import { promptHashes, type TrainingRecord, trainingFile } from "./training-record.ts";

interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface TrainingSet {
  readonly preferences: readonly Preference[];
  /** Empty where the data has none. */
  readonly ratings: readonly Rating[];
  readonly report: ReadReport & { readonly ties: number };
}

export async function readTrainingSet(path: string, recipe: Recipe, options: WorkOptions): Promise<TrainingSet> {
  const { preferences, report } = await readPreferences(path, options);
  const needsRatings = recipe.learner !== "bradley-terry";
  return { preferences, ratings: needsRatings ? (await readRatings(path, options)).ratings : [], report };
}

export interface TrainingResult {
  readonly provenance: Provenance;
  readonly crossValidation?: Omit<CrossValidation, "pairs">;
}

/** Fits on the whole set and saves into `out`; with folds ≥ 2 the held-out accuracy is measured first. */
export async function trainReward(
  { set, recipe, folds, seed, out }: { set: TrainingSet; recipe: Recipe; folds: number; seed: number; out: string },
  options: WorkOptions,
): Promise<TrainingResult> {
  const { preferences, ratings, report } = set;
  const learner = learnerOf(recipe, ratings);
  const heldOut = folds >= 2 ? await crossValidate(learner, preferences, { folds, seed, ...options }) : undefined;
  const model = await learner.fit(preferences, { seed, ...options });
  options.signal.throwIfAborted();
  const record: TrainingRecord = { recipe, seed, data: report.path, prompts: promptHashes(preferences) };
  await writeAtomicFolder(out, { ...model.artefact(), [trainingFile]: `${JSON.stringify(record)}\n` });
  return {
    provenance: model.provenance,
    ...(heldOut ? { crossValidation: { folds: heldOut.folds, accuracy: heldOut.accuracy } } : {}),
  };
}
