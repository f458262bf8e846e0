/** Small data with a known truth, for the tests of this room. */

import { random } from "../core/random.ts";
import type { Preference, Rating, Sample } from "../core/vocabulary.ts";
import type { Encoder } from "../language/encoder.ts";
import { matrix32 } from "../numerics/matrix.ts";

/** Reads a text that is numbers in JSON, such as "[1, 2]", as the vector that it spells. */
export function spelled(dimension: number, change: Partial<Encoder> = {}): Encoder {
  return {
    name: "spelled",
    dimension,
    reads: "completion",
    config: { kind: "spelled", dimension },
    encode: async (texts) =>
      matrix32(texts.length, dimension, Float32Array.from(texts.flatMap((text) => JSON.parse(text) as number[]))),
    ...change,
  };
}

export function sample(prompt: string, vector: readonly number[]): Sample {
  const text = JSON.stringify(vector);
  return {
    id: `${prompt} ${text}`,
    prompt: [{ role: "user", content: prompt }],
    completion: [{ role: "assistant", content: text }],
  };
}

/** Preferences by the sign of truth(chosen) − truth(rejected), between vectors of unit normals. */
export function preferencesBy(truth: (x: readonly number[]) => number, count: number, dimension: number, seed = 1) {
  const stream = random(seed).split("preferences");
  const draw = () => Array.from({ length: dimension }, () => Math.round(stream.normal() * 100) / 100);
  return Array.from({ length: count }, (_, i): Preference => {
    const pair = [draw(), draw()].sort((a, b) => truth(b) - truth(a));
    const [chosen, rejected] = pair.map((vector) => sample(`prompt ${i % (count / 4)}`, vector));
    return { id: `${i}`, chosen, rejected };
  });
}

export function ratingsBy(truth: (x: readonly number[]) => number, preferences: readonly Preference[]): Rating[] {
  return preferences
    .flatMap(({ chosen, rejected }) => [chosen, rejected])
    .map((item) => ({
      id: item.id,
      item,
      ratings: { helpfulness: truth(JSON.parse(item.completion[0].content)), verbosity: 1 },
    }));
}
