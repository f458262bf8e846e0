/** A learned reward as two files: `reward.json`, which says what it is, and `weights.safetensors`. No file system here. */

import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import type { Encoder, EncoderConfig } from "../language/encoder.ts";
import { readSafetensors, writeSafetensors } from "../numerics/safetensors.ts";
import type { FittedHead, HeadConfig } from "./head.ts";
import type { Provenance } from "./learned-reward.ts";

/** File names with their content. */
export interface RewardArtefact {
  readonly "reward.json": string;
  readonly "weights.safetensors": Uint8Array;
}

export interface RewardDescription {
  readonly name: string;
  readonly encoder: {
    readonly name: string;
    readonly dimension: number;
    readonly reads: string;
    readonly config: EncoderConfig;
  };
  readonly head: HeadConfig;
  readonly provenance: Provenance;
}

/** Raised whenever a file written by this code could not be read by the code before it. */
const version = 1;

const schema = z.object({
  format: z.literal("guerdon-reward"),
  name: z.string(),
  encoder: z.object({
    name: z.string(),
    dimension: z.int().positive(),
    reads: z.enum(["completion", "conversation"]),
    config: z.looseObject({ kind: z.string() }),
  }),
  head: z.looseObject({ kind: z.string(), dimension: z.int().positive() }),
  provenance: z.object({
    learner: z.record(z.string(), z.unknown()),
    data: z.object({ rows: z.int(), used: z.int(), fingerprint: z.string() }),
    reference: z.object({ mean: z.number(), standardDeviation: z.number() }),
    metrics: z.record(z.string(), z.number()),
  }),
});

export function writeArtefact({
  name,
  encoder,
  head,
  provenance,
}: {
  name: string;
  encoder: Encoder;
  head: FittedHead;
  provenance: Provenance;
}): RewardArtefact {
  const { dimension, reads, config } = encoder;
  const description = {
    format: "guerdon-reward",
    version,
    name,
    encoder: { name: encoder.name, dimension, reads, config },
    head: head.config,
    provenance,
  };
  return {
    "reward.json": `${JSON.stringify(description, null, 2)}\n`,
    "weights.safetensors": writeSafetensors(head.tensors),
  };
}

/** @throws GuerdonError "reward.version" | "reward.damaged" */
export function readDescription(text: string): RewardDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged("reward.json", "JSON", String(cause), cause);
  }
  const found = z.object({ version: z.unknown() }).safeParse(json).data?.version;
  if (found !== version) {
    throw new GuerdonError("reward.version", {
      where: "reward.json, version",
      expected: String(version),
      got: JSON.stringify(found) ?? "none",
      fix: "The reward was saved by another version: update, or train it again.",
    });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw damaged("reward.json", "a saved reward", z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}

/** @throws GuerdonError "reward.damaged" */
export function readWeights(bytes: Uint8Array): FittedHead["tensors"] {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw damaged(
      "weights.safetensors",
      "whole tensors",
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
}

export function damaged(where: string, expected: string, got: string, cause?: unknown): GuerdonError {
  return new GuerdonError("reward.damaged", {
    where,
    expected,
    got,
    fix: "Copy or save the reward again.",
    cause,
  });
}
