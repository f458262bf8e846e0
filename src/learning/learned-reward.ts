/** A learned reward: an encoder, a head on it, and what is known of how it was made. */

import { GuerdonError } from "../core/errors.ts";
import { type Outcome, scored, unscored } from "../core/outcome.ts";
import { abortedOutcome, batchReward, type PipeableReward, type ScoreContext } from "../core/reward.ts";
import { type Sample, textOf } from "../core/vocabulary.ts";
import type { EncodeContext, Encoder } from "../language/encoder.ts";
import { type Matrix, matrix32, rowOf } from "../numerics/matrix.ts";
import { type RewardArtefact, writeArtefact } from "./artefact.ts";
import { type FittedHead, requireFiniteFeatures } from "./head.ts";

/** What is known of a learned reward besides its weights. All of it is saved with them. */
export interface Provenance {
  /** The learner's name and settings. */
  readonly learner: Readonly<Record<string, unknown>>;
  /** What it was trained on: how much, and a hash by which the same data can be known again. */
  readonly data: { readonly rows: number; readonly used: number; readonly fingerprint: string };
  /** Mean and standard deviation of the reward over the training items: the scale to read a score on. */
  readonly reference: { readonly mean: number; readonly standardDeviation: number };
  /** Measured on the training data, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface LearnedReward extends PipeableReward<Sample> {
  readonly encoder: Encoder;
  readonly head: FittedHead;
  readonly provenance: Provenance;
  /** The reward as files: JSON that describes it and its weights. `learnedRewardFrom` reads them back. */
  artefact(): RewardArtefact;
}

/** As many texts as are encoded before the head scores them, so that memory does not grow with the batch. */
const chunk = 1024;

/** Puts encoder and head together as a reward. */
export function learnedReward(name: string, encoder: Encoder, head: FittedHead, provenance: Provenance): LearnedReward {
  return {
    ...batchReward<Sample>(name, (batch, context) => score(encoder, head, batch, context)),
    encoder,
    head,
    provenance,
    artefact: () => writeArtefact({ name, encoder, head, provenance }),
  };
}

/** The text of a sample as this encoder reads it: the completion, or the whole conversation. */
export function encodedText({ reads }: Encoder, { prompt, completion }: Pick<Sample, "prompt" | "completion">): string {
  return textOf(reads === "completion" ? completion : [...prompt, ...completion]);
}

/**
 * texts[N] → N × dimension, held to the encoder's contract.
 *
 * @throws GuerdonError "encoder.wrong-shape" | "learning.not-finite"
 */
export async function encodeTexts(
  encoder: Encoder,
  texts: readonly string[],
  context?: EncodeContext,
): Promise<Matrix> {
  const features = await encoder.encode(texts, context);
  const { rows, columns, data } = features;
  if (rows !== texts.length || columns !== encoder.dimension || data.length !== rows * columns) {
    throw new GuerdonError("encoder.wrong-shape", {
      where: `encoder "${encoder.name}"`,
      expected: `texts × dimension = ${texts.length} × ${encoder.dimension}`,
      got: `${rows} × ${columns} with ${data.length} numbers`,
      fix: "An encoder must give one vector of its stated dimension for every text.",
    });
  }
  requireFiniteFeatures(features);
  return features;
}

/** Distinct texts in order of first appearance, and for every text its place among them. */
export function distinctTexts(texts: readonly string[]): {
  readonly distinct: readonly string[];
  readonly at: Int32Array;
} {
  const places = new Map<string, number>();
  const at = Int32Array.from(texts, (text) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return { distinct: [...places.keys()], at };
}

/** Rows of a matrix by index. */
export function gatherRows(matrix: Matrix, indices: Int32Array): Matrix {
  const out = matrix32(indices.length, matrix.columns);
  for (const [i, index] of indices.entries()) out.data.set(rowOf(matrix, index), i * matrix.columns);
  return out;
}

async function score(
  encoder: Encoder,
  head: FittedHead,
  batch: readonly Sample[],
  { signal }: ScoreContext = {},
): Promise<Outcome[]> {
  const { distinct, at } = distinctTexts(batch.map((sample) => encodedText(encoder, sample)));
  const outcomes: Outcome[] = [];
  for (let from = 0; from < distinct.length; from += chunk) {
    outcomes.push(...(await scoreTexts(encoder, head, distinct.slice(from, from + chunk), signal)));
  }
  return Array.from(at, (place) => outcomes[place]);
}

/** An encoder behind a server that did not answer: to be expected, unlike everything else it may throw. */
function isOutage(error: unknown): error is GuerdonError {
  return error instanceof GuerdonError && error.code.endsWith(".unavailable");
}

async function scoreTexts(
  encoder: Encoder,
  head: FittedHead,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Outcome[]> {
  if (signal?.aborted) return texts.map(() => abortedOutcome(signal));
  let features: Matrix;
  try {
    features = await encodeTexts(encoder, texts, { signal });
  } catch (error) {
    if (signal?.aborted) return texts.map(() => abortedOutcome(signal));
    if (!isOutage(error)) throw error;
    return texts.map(() => unscored("backend-down", error.message));
  }
  const { rewards, confidences } = head.predict(features);
  return Array.from(rewards, (reward, i) => scored(reward, confidences && { confidence: confidences[i] }));
}
