/** Training a multilayer perceptron by AdamW (Loshchilov & Hutter, 2019), layers on jax-js, any loss of its outputs. */

import type { Random } from "../core/random.ts";
import type { Progress } from "../core/reward.ts";
import { type Jax, type JaxArray, loadJax } from "./jax.ts";
import { type Matrix, matrix32, rowOf } from "./matrix.ts";
import type { Perceptron } from "./multilayer-perceptron.ts";

/** What is learned from: N predictions, each an output or the difference of two. */
export interface PerceptronExamples {
  readonly features: Matrix;
  /** prediction i = output(features[plus[i]]) − output(features[minus[i]]), or without the second term. */
  readonly plus: Int32Array;
  readonly minus?: Int32Array;
  /** Loss of the predictions of these examples, and its gradient by them. */
  loss(predictions: Float64Array, examples: Int32Array): { readonly value: number; readonly gradient: Float64Array };
}

export interface TrainingOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs without a lower held-out loss before it stops. */
  readonly patience: number;
  readonly random: Random;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/**
 * Trains on the examples `fit`; with `heldOut` examples it stops early, and the parameters with the lowest
 * held-out loss are the ones that come back.
 */
export async function trainPerceptron(
  start: Perceptron,
  examples: PerceptronExamples,
  fit: Int32Array,
  heldOut: Int32Array | undefined,
  options: TrainingOptions,
): Promise<Perceptron> {
  const batchSize = Math.min(options.batchSize, fit.length);
  const network = new Network(await loadJax(), start, options);
  try {
    let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, perceptron: start };
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      const order = options.random.split("epoch", epoch).permutation(fit.length);
      for (let from = 0; from < fit.length; from += batchSize) {
        options.signal?.throwIfAborted();
        // The last batch is filled from the front, so that every step has the shape that was compiled.
        const batch = Int32Array.from({ length: batchSize }, (_, k) => fit[order[(from + k) % fit.length]]);
        network.step(inputsOf(examples, batch), (outputs) => outputGradient(examples, batch, outputs));
        await pause();
      }
      const loss = heldOut && heldOutLoss(network, examples, heldOut, batchSize);
      options.onProgress?.({
        stage: "train",
        done: epoch,
        total: options.epochs,
        ...(loss !== undefined && { message: `held-out loss ${loss.toFixed(4)}` }),
      });
      if (loss === undefined || loss < best.loss) best = { loss: loss ?? best.loss, epoch, perceptron: network.read() };
      else if (epoch - best.epoch >= options.patience) break;
    }
    return best.perceptron;
  } finally {
    network.dispose();
  }
}

/** Parameters and their moments, kept by jax-js between steps. */
class Network {
  readonly #numpy: Jax["numpy"];
  readonly #shape: Perceptron;
  readonly #forward;
  readonly #update;
  /** W, b of every layer in turn. */
  #parameters: JaxArray[];
  #first: JaxArray[];
  #second: JaxArray[];
  #steps = 0;

  constructor({ numpy, jit, nn }: Jax, start: Perceptron, { learningRate, weightDecay }: TrainingOptions) {
    this.#numpy = numpy;
    this.#shape = start;
    this.#parameters = start.flatMap(({ weight, bias }) => [
      numpy.array(weight.data as Float32Array<ArrayBuffer>, { shape: [weight.rows, weight.columns] }),
      numpy.array(bias as Float32Array<ArrayBuffer>),
    ]);
    this.#first = this.#parameters.map((parameter) => numpy.zerosLike(parameter.ref));
    this.#second = this.#parameters.map((parameter) => numpy.zerosLike(parameter.ref));
    const layers = start.length;

    /** Inputs of every layer, and the output [rows, 1] at the end. */
    this.#forward = jit((parameters: JaxArray[], inputs: JaxArray): JaxArray[] => {
      const values = [inputs];
      for (let layer = 0; layer < layers; layer++) {
        const linear = numpy.matmul(values[layer].ref, parameters[2 * layer]).add(parameters[2 * layer + 1]);
        values.push(layer < layers - 1 ? nn.relu(linear) : linear);
      }
      return values;
    });

    /** Backpropagation of dL/d output, and one step of AdamW. `corrections` are 1/(1 − βᵢᵗ). */
    this.#update = jit(
      (
        { parameters, first, second }: { parameters: JaxArray[]; first: JaxArray[]; second: JaxArray[] },
        values: JaxArray[],
        outputGradient: JaxArray,
        corrections: JaxArray[],
      ) => {
        const next = { parameters: [] as JaxArray[], first: [] as JaxArray[], second: [] as JaxArray[] };
        const gradients: JaxArray[] = new Array(2 * layers);
        let slope = outputGradient;
        for (let layer = layers - 1; layer >= 0; layer--) {
          gradients[2 * layer] = numpy.matmul(numpy.transpose(values[layer].ref), slope.ref);
          gradients[2 * layer + 1] = slope.ref.sum(0);
          if (layer === 0) continue;
          const open = values[layer].ref.greater(0).astype(numpy.float32);
          slope = numpy.matmul(slope, numpy.transpose(parameters[2 * layer].ref)).mul(open);
        }
        slope.dispose();
        for (const value of values) value.dispose();
        for (const [index, gradient] of gradients.entries()) {
          const m = first[index].mul(beta1).add(gradient.ref.mul(1 - beta1));
          const v = second[index].mul(beta2).add(numpy.square(gradient).mul(1 - beta2));
          const direction = m.ref.mul(corrections[0].ref).div(numpy.sqrt(v.ref.mul(corrections[1].ref)).add(epsilon));
          // Biases, the odd ones, do not decay.
          const decay = index % 2 === 0 ? 1 - learningRate * weightDecay : 1;
          next.parameters.push(parameters[index].mul(decay).sub(direction.mul(learningRate)));
          next.first.push(m);
          next.second.push(v);
        }
        for (const correction of corrections) correction.dispose();
        return next;
      },
    );
  }

  outputs(inputs: Matrix): Float64Array {
    const values = this.#values(inputs);
    const output = values[values.length - 1].ref.dataSync();
    for (const value of values) value.dispose();
    return Float64Array.from(output);
  }

  step(inputs: Matrix, gradientOf: (outputs: Float64Array) => Float64Array): void {
    this.#steps++;
    const values = this.#values(inputs);
    const gradient = gradientOf(Float64Array.from(values[values.length - 1].ref.dataSync()));
    const next = this.#update(
      { parameters: this.#parameters, first: this.#first, second: this.#second },
      values,
      this.#numpy.array(Float32Array.from(gradient), { shape: [gradient.length, 1] }),
      [beta1, beta2].map((beta) => this.#numpy.array(Float32Array.of(1 / (1 - beta ** this.#steps)))),
    );
    this.#parameters = next.parameters;
    this.#first = next.first;
    this.#second = next.second;
  }

  read(): Perceptron {
    return this.#shape.map(({ weight: { rows, columns } }, layer) => ({
      weight: matrix32(rows, columns, Float32Array.from(this.#parameters[2 * layer].ref.dataSync())),
      bias: Float32Array.from(this.#parameters[2 * layer + 1].ref.dataSync()),
    }));
  }

  dispose(): void {
    for (const array of [...this.#parameters, ...this.#first, ...this.#second]) array.dispose();
    this.#forward.dispose();
    this.#update.dispose();
  }

  #values({ rows, columns, data }: Matrix): JaxArray[] {
    const inputs = this.#numpy.array(data as Float32Array<ArrayBuffer>, { shape: [rows, columns] });
    return this.#forward(
      this.#parameters.map((parameter) => parameter.ref),
      inputs,
    );
  }
}

/** Rows of the examples' items: all of `plus`, then all of `minus`. */
function inputsOf({ features, plus, minus }: PerceptronExamples, examples: Int32Array): Matrix {
  const sides = minus ? [plus, minus] : [plus];
  const inputs = matrix32(sides.length * examples.length, features.columns);
  for (const [side, items] of sides.entries()) {
    for (const [k, example] of examples.entries()) {
      inputs.data.set(rowOf(features, items[example]), (side * examples.length + k) * features.columns);
    }
  }
  return inputs;
}

function predictionsOf({ minus }: PerceptronExamples, outputs: Float64Array): Float64Array {
  if (!minus) return outputs;
  const count = outputs.length / 2;
  return Float64Array.from({ length: count }, (_, k) => outputs[k] - outputs[count + k]);
}

function outputGradient(examples: PerceptronExamples, batch: Int32Array, outputs: Float64Array): Float64Array {
  const { gradient } = examples.loss(predictionsOf(examples, outputs), batch);
  return examples.minus ? Float64Array.of(...gradient, ...gradient.map((g) => -g)) : gradient;
}

function heldOutLoss(network: Network, examples: PerceptronExamples, heldOut: Int32Array, batchSize: number): number {
  const predictions = new Float64Array(heldOut.length);
  for (let from = 0; from < heldOut.length; from += batchSize) {
    const batch = Int32Array.from({ length: batchSize }, (_, k) => heldOut[Math.min(from + k, heldOut.length - 1)]);
    const part = predictionsOf(examples, network.outputs(inputsOf(examples, batch)));
    predictions.set(part.subarray(0, heldOut.length - from), from);
  }
  return examples.loss(predictions, heldOut).value;
}

/** Lets timers, sockets and abort signals have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
