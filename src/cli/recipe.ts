/** What to learn and how, as plain data: made from flags, kept beside the saved reward, learned from again on folds. */

import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import type { Learner } from "../core/reward.ts";
import { type Preference, promptKey, type Rating } from "../core/vocabulary.ts";
import { remembering } from "../language/remembering.ts";
import { restoreEncoder } from "../language/restore-encoder.ts";
import {
  bradleyTerry,
  ensemble,
  type Head,
  linear,
  mlp,
  ratingRegression,
  ratingsThenPreferences,
} from "../learning/index.ts";
import type { LearnedReward } from "../learning/learned-reward.ts";

export const learners = ["bradley-terry", "ratings", "ratings-then-preferences"] as const;
export const losses = ["regular", "margin", "scaled"] as const;
export const heads = ["linear", "mlp"] as const;

export const recipeSchema = z.object({
  learner: z.enum(learners),
  loss: z.enum(losses),
  head: z.enum(heads),
  /** Above 1: an ensemble, whose disagreement is the confidence. */
  members: z.int().positive(),
  encoder: z.looseObject({ kind: z.string() }),
});

export type Recipe = z.infer<typeof recipeSchema>;

/**
 * The learner of a recipe, from preferences to a reward. Ratings are learned from where their prompt is among
 * the preferences given, so that folds stay apart.
 *
 * @throws GuerdonError "train.no-ratings" when the recipe needs ratings and there are none.
 */
export function learnerOf(
  { learner, loss, head, members, encoder: config }: Recipe,
  ratings: readonly Rating[],
): Learner<readonly Preference[], LearnedReward> {
  // Folds see the same texts again.
  const encoder = remembering(restoreEncoder(config));
  if (learner === "bradley-terry") return bradleyTerry({ encoder, loss, head: headOf(head, members) });
  if (ratings.length === 0) {
    throw new GuerdonError("train.no-ratings", {
      where: `--learner ${learner}`,
      expected: "rows with ratings (helpfulness, …)",
      got: "none",
      fix: "Use data with ratings, or --learner bradley-terry.",
    });
  }
  return {
    fit: (preferences, options) => {
      const prompts = new Set(preferences.map(({ chosen }) => promptKey(chosen.prompt)));
      const seen = ratings.filter(({ item }) => prompts.has(promptKey(item.prompt)));
      return learner === "ratings"
        ? ratingRegression({ encoder, head: headOf(head, members) }).fit(seen, options)
        : ratingsThenPreferences({ encoder, loss }).fit({ ratings: seen, preferences }, options);
    },
  };
}

function headOf(name: Recipe["head"], members: number): Head {
  const head = name === "linear" ? linear() : mlp([256]);
  return members > 1 ? ensemble(head, members) : head;
}
