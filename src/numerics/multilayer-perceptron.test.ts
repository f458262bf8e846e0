import { describe, expect, test } from "vitest";
import { random } from "../core/random.ts";
import { logistic, logLogistic } from "../core/statistics/probability.ts";
import { matrix32 } from "./matrix.ts";
import {
  initialPerceptron,
  type Perceptron,
  perceptronOutputs,
  withInputScaling,
  withOutputShift,
} from "./multilayer-perceptron.ts";
import { type PerceptronExamples, type TrainingOptions, trainPerceptron } from "./perceptron-training.ts";

// |x₁ − x₂|: two rectified units and their sum.
const distance: Perceptron = [
  { weight: matrix32(2, 2, Float32Array.of(1, -1, -1, 1)), bias: new Float32Array(2) },
  { weight: matrix32(2, 1, Float32Array.of(1, 1)), bias: new Float32Array(1) },
];

const corners = matrix32(4, 2, Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1));

/** Preferences for every corner where the two inputs differ over every corner where they agree. */
const exclusiveOr: PerceptronExamples = {
  features: corners,
  plus: Int32Array.of(1, 1, 2, 2),
  minus: Int32Array.of(0, 3, 0, 3),
  loss: (differences) => ({
    value: differences.reduce((sum, d) => sum - logLogistic(d), 0) / differences.length,
    gradient: differences.map((d) => -logistic(-d) / differences.length),
  }),
};

const options = (seed: number): TrainingOptions => ({
  learningRate: 0.05,
  weightDecay: 0,
  batchSize: 4,
  epochs: 150,
  patience: 150,
  random: random(seed),
});

describe("perceptronOutputs", () => {
  test("by hand", () => {
    expect([...perceptronOutputs(distance, corners)]).toEqual([0, 1, 1, 0]);
    expect([...perceptronOutputs(withOutputShift(distance, 2.5), corners)]).toEqual([2.5, 3.5, 3.5, 2.5]);
  });

  test("input scaling folded into the first layer is the same function", () => {
    const network = initialPerceptron(3, [8, 4], random(1));
    const raw = matrix32(2, 3, Float32Array.of(1, 2, 3, -1, 0, 5));
    const [centre, scales] = [Float64Array.of(1, 1, 4), Float64Array.of(0.5, 2, 0)];
    const scaled = matrix32(
      2,
      3,
      raw.data.map((value, at) => (value - centre[at % 3]) * scales[at % 3]),
    );
    const folded = perceptronOutputs(withInputScaling(network, centre, scales), raw);
    for (const [row, output] of perceptronOutputs(network, scaled).entries())
      expect(folded[row]).toBeCloseTo(output, 6);
  });
});

describe("trainPerceptron", () => {
  test("learns exclusive or, which no weighted sum can", async () => {
    const all = Int32Array.of(0, 1, 2, 3);
    const trained = await trainPerceptron(
      initialPerceptron(2, [8], random(2)),
      exclusiveOr,
      all,
      undefined,
      options(1),
    );
    const [both, right, left, neither] = perceptronOutputs(trained, corners);
    expect(Math.min(left, right)).toBeGreaterThan(Math.max(both, neither) + 2);
  });

  test("the first step of AdamW moves every parameter against its gradient's sign by the learning rate", async () => {
    const start = initialPerceptron(2, [3], random(3));
    const epsilon = 1e-3;
    const lossOf = (network: Perceptron) => {
      const outputs = perceptronOutputs(network, corners);
      const differences = Float64Array.from(
        exclusiveOr.plus,
        (row, i) => outputs[row] - outputs[exclusiveOr.minus![i]],
      );
      return exclusiveOr.loss(differences, new Int32Array()).value;
    };
    const after = await trainPerceptron(start, exclusiveOr, Int32Array.of(0, 1, 2, 3), undefined, {
      ...options(1),
      epochs: 1,
    });
    for (const [layer, { weight }] of start.entries()) {
      for (let at = 0; at < weight.data.length; at++) {
        const nudged = (by: number) =>
          lossOf(
            start.map((other, index) =>
              index === layer
                ? { ...other, weight: { ...weight, data: weight.data.map((w, i) => (i === at ? w + by : w)) } }
                : other,
            ),
          );
        const slope = (nudged(epsilon) - nudged(-epsilon)) / (2 * epsilon);
        if (Math.abs(slope) < 1e-3) continue;
        expect(after[layer].weight.data[at] - weight.data[at]).toBeCloseTo(-0.05 * Math.sign(slope), 3);
      }
    }
  });

  test("same seed, same weights; another seed, others", async () => {
    const rows = Int32Array.of(0, 1, 2, 3);
    const train = (seed: number) =>
      trainPerceptron(initialPerceptron(2, [4], random(seed)), exclusiveOr, rows, undefined, {
        ...options(seed),
        epochs: 3,
        batchSize: 2,
      });
    expect(await train(5)).toEqual(await train(5));
    expect(await train(5)).not.toEqual(await train(6));
  });

  test("held-out examples stop it, and the best parameters come back", async () => {
    // Held out is the opposite of what is learned: the first epoch is the best.
    const examples = { ...exclusiveOr, plus: Int32Array.of(1, 0), minus: Int32Array.of(0, 1) };
    const start = initialPerceptron(2, [4], random(1));
    const one = await trainPerceptron(start, examples, Int32Array.of(0), undefined, { ...options(1), epochs: 1 });
    const epochs: number[] = [];
    const stopped = await trainPerceptron(start, examples, Int32Array.of(0), Int32Array.of(1), {
      ...options(1),
      patience: 3,
      onProgress: ({ done }) => epochs.push(done),
    });
    expect(epochs).toEqual([1, 2, 3, 4]);
    expect(stopped).toEqual(one);
  });

  test("stops when told to", async () => {
    const rows = Int32Array.of(0, 1);
    const training = trainPerceptron(initialPerceptron(2, [4], random(1)), exclusiveOr, rows, undefined, {
      ...options(1),
      signal: AbortSignal.abort(),
    });
    await expect(training).rejects.toThrow(/abort/i);
  });
});
