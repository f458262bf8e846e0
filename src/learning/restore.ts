/** Saved rewards, made ready to use again. */

import type { Encoder, EncoderConfig } from "../language/encoder.ts";
import type { Tensors } from "../numerics/safetensors.ts";
import { damaged, type RewardArtefact, readDescription, readWeights } from "./artefact.ts";
import { ensembleHeadFrom } from "./ensemble.ts";
import type { FittedHead, HeadConfig } from "./head.ts";
import { type LearnedReward, learnedReward } from "./learned-reward.ts";
import { linearHeadFrom } from "./linear-head.ts";
import { perceptronHeadFrom } from "./perceptron-head.ts";

const heads: Readonly<Record<string, (config: HeadConfig, tensors: Tensors) => FittedHead | undefined>> = {
  linear: linearHeadFrom,
  mlp: perceptronHeadFrom,
  ensemble: (config, tensors) => ensembleHeadFrom(config, tensors, restoreHead),
};

/**
 * The reward that `artefact()` wrote: the same scores, bit for bit.
 *
 * @param restoreEncoder makes the encoder again from its configuration; secrets are its business.
 * @throws GuerdonError "reward.version" | "reward.damaged"
 */
export async function learnedRewardFrom(
  artefact: RewardArtefact,
  restoreEncoder: (config: EncoderConfig) => Encoder | Promise<Encoder>,
): Promise<LearnedReward> {
  const { name, encoder: described, head: config, provenance } = readDescription(artefact["reward.json"]);
  const head = restoreHead(config, readWeights(artefact["weights.safetensors"]));
  const encoder = await restoreEncoder(described.config);
  if (encoder.dimension !== config.dimension || described.dimension !== config.dimension) {
    throw damaged(
      "reward.json, head.dimension",
      `the encoder's dimension, ${encoder.dimension} (saved as ${described.dimension})`,
      String(config.dimension),
    );
  }
  return learnedReward(name, encoder, head, provenance);
}

function restoreHead(config: HeadConfig, tensors: Tensors): FittedHead {
  const head = Object.hasOwn(heads, config.kind) ? heads[config.kind](config, tensors) : undefined;
  if (head) return head;
  throw damaged(
    "reward.json, head",
    `one of ${Object.keys(heads).join(", ")}, with weights of its dimension ${config.dimension}`,
    `"${config.kind}" with ${describe(tensors)}`,
  );
}

function describe(tensors: Tensors): string {
  const shapes = Object.entries(tensors).map(([name, { shape }]) => `${name} [${shape.join(", ")}]`);
  return shapes.length > 0 ? shapes.join(", ") : "no tensors";
}
