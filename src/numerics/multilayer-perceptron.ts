/** A multilayer perceptron with rectified layers and one output: its parameters as plain arrays, and its value. */

import type { Random } from "../core/random.ts";
import { type Matrix, matrix32, rowOf } from "./matrix.ts";

/** hₗ = max(0, hₗ₋₁·Wₗ + bₗ), the last layer without the max. h₀ is the input, the last h one number. */
export interface Layer {
  /** inputs × outputs. */
  readonly weight: Matrix<Float32Array>;
  /** [outputs] */
  readonly bias: Float32Array;
}

export type Perceptron = readonly Layer[];

/** He initialisation: W ~ N(0, 2 / inputs), b = 0; the last layer starts at a tenth of that, close to no opinion. */
export function initialPerceptron(inputs: number, hidden: readonly number[], random: Random): Perceptron {
  const sizes = [inputs, ...hidden, 1];
  return sizes.slice(1).map((outputs, layer) => {
    const stream = random.split("layer", layer);
    const last = layer === hidden.length;
    const scale = (last ? 0.1 : 1) * Math.sqrt(2 / sizes[layer]);
    const weight = Float32Array.from({ length: sizes[layer] * outputs }, () => scale * stream.normal());
    return { weight: matrix32(sizes[layer], outputs, weight), bias: new Float32Array(outputs) };
  });
}

/** The output for each row. Each depends on its own row alone, to the last bit; inputs that are 0 cost nothing. */
export function perceptronOutputs(perceptron: Perceptron, features: Matrix): Float64Array {
  const outputs = new Float64Array(features.rows);
  for (let row = 0; row < features.rows; row++) {
    let value: ArrayLike<number> = rowOf(features, row);
    for (const [index, layer] of perceptron.entries()) {
      value = layerOutput(layer, value, index < perceptron.length - 1);
    }
    outputs[row] = value[0];
  }
  return outputs;
}

function layerOutput({ weight, bias }: Layer, input: ArrayLike<number>, rectified: boolean): Float64Array {
  const { rows, columns, data } = weight;
  const output = Float64Array.from(bias);
  for (let i = 0; i < rows; i++) {
    const value = input[i];
    if (value === 0) continue;
    for (let j = 0, at = i * columns; j < columns; j++, at++) output[j] += value * data[at];
  }
  if (rectified) for (let j = 0; j < columns; j++) if (output[j] < 0) output[j] = 0;
  return output;
}

/** The perceptron of raw inputs that equals `perceptron` on (x − centre) ⊙ scales. */
export function withInputScaling(perceptron: Perceptron, centre: Float64Array, scales: Float64Array): Perceptron {
  const [{ weight, bias }, ...rest] = perceptron;
  const { rows, columns } = weight;
  const folded = Float32Array.from(weight.data, (value, at) => value * scales[Math.floor(at / columns)]);
  const shifted = Float32Array.from(bias, (value, j) => {
    let shift = 0;
    for (let i = 0; i < rows; i++) shift += centre[i] * folded[i * columns + j];
    return value - shift;
  });
  return [{ weight: matrix32(rows, columns, folded), bias: shifted }, ...rest];
}

/** The perceptron whose output is larger by `shift`. */
export function withOutputShift(perceptron: Perceptron, shift: number): Perceptron {
  const { weight, bias } = perceptron[perceptron.length - 1];
  return [...perceptron.slice(0, -1), { weight, bias: bias.map((value) => value + shift) }];
}
