import fc from "fast-check";
import { expect, test } from "vitest";
import type { Preference, Sample } from "../core/vocabulary.ts";
import { foldsByPrompt, promptOf, splitByPrompt } from "./split.ts";

const sample = (prompt: string): Sample => ({
  id: prompt,
  prompt: [{ role: "user", content: prompt }],
  completion: [{ role: "assistant", content: "" }],
});
const preference = (prompt: string): Preference => ({ id: prompt, chosen: sample(prompt), rejected: sample(prompt) });

const prompts = fc.array(fc.string({ maxLength: 3 }), { maxLength: 50 });
const seeds = fc.integer({ min: 0, max: 1000 });

test("no prompt is on two sides, and nothing is lost", () => {
  fc.assert(
    fc.property(prompts, seeds, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (texts, seed, share) => {
      const items = texts.map(preference);
      const { train, test } = splitByPrompt(items, { test: share, seed });
      const held = new Set(test.map(promptOf));
      expect(train.some((item) => held.has(promptOf(item)))).toBe(false);
      expect(new Set([...train, ...test])).toEqual(new Set(items));
      expect(train.length + test.length).toBe(items.length);
    }),
  );
});

test("a prompt's side and fold do not depend on the other rows or their order", () => {
  fc.assert(
    fc.property(prompts, prompts, seeds, (texts, others, seed) => {
      const items = texts.map(preference);
      const more = [...others, ...texts].reverse().map(preference);
      const alone = new Set(splitByPrompt(items, { test: 0.3, seed }).test.map(promptOf));
      const among = new Set(splitByPrompt(more, { test: 0.3, seed }).test.map(promptOf));
      const folds = new Map(Array.from(foldsByPrompt(more, 5, seed), (fold, i) => [promptOf(more[i]), fold]));
      expect(texts.map((text) => alone.has(promptOf(preference(text))))).toEqual(
        texts.map((text) => among.has(promptOf(preference(text)))),
      );
      expect([...foldsByPrompt(items, 5, seed)]).toEqual(items.map((item) => folds.get(promptOf(item))));
    }),
  );
});

test("the share held out is near what was asked, and folds are near even", () => {
  const items = Array.from({ length: 5000 }, (_, i) => preference(`prompt ${i}`));
  // Five standard deviations of a binomial: 5·√(5000·0.2·0.8) ≈ 141.
  expect(Math.abs(splitByPrompt(items, { test: 0.2, seed: 1 }).test.length - 1000)).toBeLessThan(141);
  const sizes = [0, 0, 0, 0, 0];
  for (const fold of foldsByPrompt(items, 5, 1)) sizes[fold]++;
  for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(141);
});

test("another seed, another split", () => {
  const items = Array.from({ length: 100 }, (_, i) => preference(`prompt ${i}`));
  expect(splitByPrompt(items, { test: 0.5, seed: 1 })).not.toEqual(splitByPrompt(items, { test: 0.5, seed: 2 }));
});

test("the prompt of whatever is about samples, and a key for the rest", () => {
  const key = promptOf(sample("a"));
  expect(promptOf(preference("a"))).toBe(key);
  expect(promptOf({ id: "r", candidates: [sample("a")], scores: [1] })).toBe(key);
  expect(promptOf({ id: "r", item: sample("a"), ratings: {} })).toBe(key);
  expect(() => promptOf({ id: 1 })).toThrow(expect.objectContaining({ code: "split.prompt" }));
  expect(foldsByPrompt(["a", "b", "a"], 7, 0, (text) => text)[2]).toBe(foldsByPrompt(["a"], 7, 0, (text) => text)[0]);
});

test.each([0, 1, -0.1, Number.NaN])("%d is no share", (share) => {
  expect(() => splitByPrompt([], { test: share, seed: 0 })).toThrow(expect.objectContaining({ code: "split.share" }));
});

test.each([1, 0, 2.5, Number.NaN])("%d is no number of folds", (k) => {
  expect(() => foldsByPrompt([], k, 0)).toThrow(expect.objectContaining({ code: "split.folds" }));
});
