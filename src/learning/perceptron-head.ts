/** A reward that is a multilayer perceptron of the features: for what no weighted sum of them can say. */

import { z } from "zod";
import { random } from "../core/random.ts";
import type { FitOptions } from "../core/reward.ts";
import { mean } from "../core/statistics/describe.ts";
import { type Matrix, matrix32 } from "../numerics/matrix.ts";
import {
  initialPerceptron,
  type Layer,
  type Perceptron,
  perceptronOutputs,
  withInputScaling,
  withOutputShift,
} from "../numerics/multilayer-perceptron.ts";
import { type PerceptronExamples, trainPerceptron } from "../numerics/perceptron-training.ts";
import type { Tensors } from "../numerics/safetensors.ts";
import { bradleyTerryLoss } from "./bradley-terry.ts";
import { columnMeans, columnScales } from "./column-scales.ts";
import type { FittedHead, Head, HeadConfig } from "./head.ts";
import { holdOut } from "./hold-out.ts";
import { pick } from "./linear-fit.ts";
import { squaredError } from "./regression.ts";

export interface PerceptronOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Decoupled, on weights and not on biases. Default 0.1. */
  readonly weightDecay?: number;
  /** Preferences (or ratings) a step. Default 128. */
  readonly batchSize?: number;
  /** At most. Default 40. */
  readonly epochs?: number;
  /** Epochs without a lower loss on a held-out fifth of the prompts before it stops. Default 4. */
  readonly patience?: number;
}

/** A head with hidden layers of these widths, trained by AdamW with early stopping. */
export function mlp(hidden: readonly number[], options: PerceptronOptions = {}): Head {
  return {
    async fitPreferences({ features, chosen, rejected, probabilities, strengths, groups, loss }, fit) {
      const examples: PerceptronExamples = {
        features,
        plus: chosen,
        minus: rejected,
        loss: (predictions, rows) =>
          bradleyTerryLoss(loss, pick(probabilities, rows), pick(strengths, rows))(predictions),
      };
      return perceptronHead(await train(hidden, examples, groups, options, fit));
    },
    async fitRatings({ features, ratings, groups }, fit) {
      const centre = mean(ratings);
      const examples: PerceptronExamples = {
        features,
        plus: Int32Array.from({ length: ratings.length }, (_, i) => i),
        loss: (predictions, rows) => squaredError(pick(ratings, rows).map((rating) => rating - centre))(predictions),
      };
      return perceptronHead(withOutputShift(await train(hidden, examples, groups, options, fit), centre));
    },
  };
}

/** Trains on scaled features and gives a perceptron of raw ones. */
async function train(
  hidden: readonly number[],
  examples: PerceptronExamples,
  groups: readonly string[],
  { learningRate = 1e-3, weightDecay = 0.1, batchSize = 128, epochs = 40, patience = 4 }: PerceptronOptions,
  { seed, signal, onProgress }: FitOptions,
): Promise<Perceptron> {
  const { features } = examples;
  const stream = random(seed).split("perceptron");
  const centre = columnMeans(features);
  // Inputs of unit variance on average are what the initial weights are made for.
  const scales = columnScales(features, centre).map((scale) => scale * Math.sqrt(features.columns));
  const parts = holdOut(groups, 0.2, random(seed).split("held-out"));
  const trained = await trainPerceptron(
    initialPerceptron(features.columns, hidden, stream.split("initial")),
    { ...examples, features: scaled(features, centre, scales) },
    parts?.fit ?? Int32Array.from({ length: groups.length }, (_, i) => i),
    parts?.heldOut,
    { learningRate, weightDecay, batchSize, epochs, patience, random: stream.split("batches"), signal, onProgress },
  );
  return withInputScaling(trained, centre, scales);
}

function scaled({ rows, columns, data }: Matrix, centre: Float64Array, scales: Float64Array): Matrix {
  const out = matrix32(rows, columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) out.data[at] = (data[at] - centre[j]) * scales[j];
  }
  return out;
}

function perceptronHead(perceptron: Perceptron): FittedHead {
  return {
    config: {
      kind: "mlp",
      dimension: perceptron[0].weight.rows,
      hidden: perceptron.slice(0, -1).map(({ weight }) => weight.columns),
    },
    tensors: Object.fromEntries(
      perceptron.flatMap(({ weight: { rows, columns, data }, bias }, layer) => [
        [`${layer}.weight`, { shape: [rows, columns], data }],
        [`${layer}.bias`, { shape: [columns], data: bias }],
      ]),
    ),
    predict: (features) => ({ rewards: perceptronOutputs(perceptron, features) }),
  };
}

/** The head that was saved, or undefined where the tensors do not fit it. */
export function perceptronHeadFrom({ dimension, hidden }: HeadConfig, tensors: Tensors): FittedHead | undefined {
  const widths = z.array(z.int().positive()).safeParse(hidden).data;
  if (!widths) return undefined;
  const sizes = [dimension, ...widths, 1];
  const layers = sizes.slice(1).map((outputs, layer): Layer | undefined => {
    const weight = tensors[`${layer}.weight`];
    const bias = tensors[`${layer}.bias`];
    if (weight?.shape.join() !== `${sizes[layer]},${outputs}` || bias?.shape.join() !== `${outputs}`) return undefined;
    return {
      weight: matrix32(sizes[layer], outputs, Float32Array.from(weight.data)),
      bias: Float32Array.from(bias.data),
    };
  });
  return layers.every((layer) => layer !== undefined) ? perceptronHead(layers) : undefined;
}
