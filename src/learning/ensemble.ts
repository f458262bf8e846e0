/** Several heads that saw different draws of the data: their mean reward, and how far they agree. */

import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import { random } from "../core/random.ts";
import { clusterRows } from "../core/statistics/bootstrap.ts";
import { mean, standardDeviation } from "../core/statistics/describe.ts";
import type { Matrix } from "../numerics/matrix.ts";
import type { Tensors } from "../numerics/safetensors.ts";
import type { FittedHead, Head, HeadConfig, Prediction } from "./head.ts";
import { gatherRows } from "./learned-reward.ts";
import { pick } from "./linear-fit.ts";

interface Member {
  readonly head: FittedHead;
  /** The member's mean reward over the training items; only rewards above it are compared. */
  readonly centre: number;
}

/**
 * A head of `members` heads, each fitted to prompts drawn with replacement, with a seed of its own.
 *
 * With rₖ(x) the member's reward less its mean over the training items:
 * reward = meanₖ rₖ(x) + meanₖ centreₖ, confidence = s² / (s² + d²), where d is the standard deviation of
 * rₖ(x) over the members and s the standard deviation of the mean reward over the training items. It is 1 where
 * the members agree, ½ where they disagree as much as training items differ.
 *
 * @throws GuerdonError "learning.members" below one member.
 */
export function ensemble(head: Head, members: number): Head {
  if (!Number.isInteger(members) || members < 1) {
    throw new GuerdonError("learning.members", {
      where: "ensemble, members",
      expected: "a whole number, at least 1",
      got: String(members),
      fix: "Five is enough to tell where the members disagree.",
    });
  }
  return {
    fitPreferences: (examples, options) =>
      fitMembers(members, examples.groups, examples.features, options.seed, (rows, seed) =>
        head.fitPreferences(
          {
            ...examples,
            chosen: Int32Array.from(rows, (row) => examples.chosen[row]),
            rejected: Int32Array.from(rows, (row) => examples.rejected[row]),
            probabilities: pick(examples.probabilities, rows),
            strengths: pick(examples.strengths, rows),
            groups: Array.from(rows, (row) => examples.groups[row]),
          },
          { ...options, seed },
        ),
      ),
    fitRatings: (examples, options) =>
      fitMembers(members, examples.groups, examples.features, options.seed, (rows, seed) =>
        head.fitRatings(
          {
            features: gatherRows(examples.features, rows),
            ratings: pick(examples.ratings, rows),
            groups: Array.from(rows, (row) => examples.groups[row]),
          },
          { ...options, seed },
        ),
      ),
  };
}

async function fitMembers(
  count: number,
  groups: readonly string[],
  features: Matrix,
  seed: number,
  fitMember: (rows: Int32Array, seed: number) => Promise<FittedHead>,
): Promise<FittedHead> {
  const clusters = clusterRows(groups.length, groups);
  const members: Member[] = [];
  for (let k = 0; k < count; k++) {
    const stream = random(seed).split("member", k);
    const rows = clusters.flatMap(() => stream.pick(clusters));
    const head = await fitMember(Int32Array.from(rows), stream.seed32());
    members.push({ head, centre: mean(head.predict(features).rewards) });
  }
  const spread = standardDeviation(combine(members, 0, features).rewards);
  return ensembleHead(members, Number.isFinite(spread) ? spread : 0);
}

function ensembleHead(members: readonly Member[], spread: number): FittedHead {
  return {
    config: {
      kind: "ensemble",
      dimension: members[0].head.config.dimension,
      spread,
      members: members.map(({ head, centre }) => ({ head: head.config, centre })),
    },
    tensors: Object.fromEntries(
      members.flatMap(({ head }, k) =>
        Object.entries(head.tensors).map(([name, tensor]) => [`${k}.${name}`, tensor] as const),
      ),
    ),
    predict: (features) => combine(members, spread, features),
  };
}

function combine(members: readonly Member[], spread: number, features: Matrix): Prediction {
  const centre = mean(members.map((member) => member.centre));
  const predicted = members.map((member) => member.head.predict(features).rewards.map((r) => r - member.centre));
  const rewards = new Float64Array(features.rows);
  const confidences = new Float64Array(features.rows);
  for (let i = 0; i < features.rows; i++) {
    const values = predicted.map((member) => member[i]);
    const disagreement = members.length > 1 ? standardDeviation(values) : 0;
    rewards[i] = mean(values) + centre;
    confidences[i] = disagreement === 0 ? 1 : spread ** 2 / (spread ** 2 + disagreement ** 2);
  }
  return { rewards, confidences };
}

const savedMembers = z.object({
  spread: z.number(),
  members: z
    .array(z.object({ centre: z.number(), head: z.looseObject({ kind: z.string(), dimension: z.int().positive() }) }))
    .min(1),
});

/** The head that was saved, or undefined where its description does not fit. */
export function ensembleHeadFrom(
  config: HeadConfig,
  tensors: Tensors,
  restoreHead: (config: HeadConfig, tensors: Tensors) => FittedHead,
): FittedHead | undefined {
  const saved = savedMembers.safeParse(config).data;
  if (!saved || saved.members.some(({ head }) => head.dimension !== config.dimension)) return undefined;
  const members = saved.members.map(({ head, centre }, k) => {
    const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${k}.`));
    const renamed = Object.fromEntries(own.map(([name, tensor]) => [name.slice(`${k}.`.length), tensor]));
    return { head: restoreHead(head, renamed), centre };
  });
  return ensembleHead(members, saved.spread);
}
