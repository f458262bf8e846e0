import { describe, expect, it } from "vitest";
import { type Learner, type Reward, reward } from "../core/reward.ts";
import { type Preference, promptKey, type Sample, textOf } from "../core/vocabulary.ts";
import { crossValidate } from "./cross-validation.ts";

const sample = (prompt: string, text: string): Sample => ({
  id: `${prompt} ${text}`,
  prompt: [{ role: "user", content: prompt }],
  completion: [{ role: "assistant", content: text }],
});
const preferences = Array.from({ length: 60 }, (_, i): Preference => {
  const prompt = `prompt ${i % 30}`;
  return { id: `${i}`, chosen: sample(prompt, `good ${i}`), rejected: sample(prompt, `bad ${i}`) };
});

// Scores the completions it was shown as chosen, and nothing else: perfect on what it saw, blind elsewhere.
const memoriser: Learner<readonly Preference[], Reward> = {
  fit: async (seen) => {
    const known = new Set(seen.map(({ chosen }) => promptKey(chosen.prompt) + textOf(chosen.completion)));
    return reward("memory", (item) => Number(known.has(promptKey(item.prompt) + textOf(item.completion))));
  },
};
const honest: Learner<readonly Preference[], Reward> = {
  fit: async () => reward("good", (item) => Number(textOf(item.completion).startsWith("good"))),
};

describe("crossValidate", () => {
  it("gives a learner that only memorises exactly chance", async () => {
    const { accuracy, folds } = await crossValidate(memoriser, preferences, { seed: 1, resamples: 50 });
    expect(folds).toBe(5);
    expect(accuracy.measures?.accuracy).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect(accuracy.rewardTies).toBe(60);
  });

  it("scores every preference once, in the order given", async () => {
    const { pairs, accuracy } = await crossValidate(honest, preferences, { seed: 1, resamples: 50 });
    expect(pairs.map(({ id }) => id)).toEqual(preferences.map(({ id }) => id));
    expect(accuracy.measures?.accuracy.value).toBe(1);
  });

  it("never shows a learner a prompt that it is tested on, and tells it a seed of its own", async () => {
    const fits: { prompts: Set<string>; seed: number }[] = [];
    const watcher: Learner<readonly Preference[], Reward> = {
      fit: async (seen, { seed }) => {
        const prompts = new Set(seen.map(({ chosen }) => promptKey(chosen.prompt)));
        fits.push({ prompts, seed });
        return reward("seen before", (item) => Number(prompts.has(promptKey(item.prompt))));
      },
    };
    const { pairs } = await crossValidate(watcher, preferences, { seed: 7, folds: 3, resamples: 50 });
    expect(pairs.every(({ chosen, rejected }) => "value" in chosen && chosen.value === 0 && "value" in rejected)).toBe(
      true,
    );
    expect(fits.map(({ seed }) => seed)).toEqual([7, 8, 9]);
  });

  it("refuses data that cannot be split", async () => {
    await expect(crossValidate(honest, preferences.slice(0, 1), { seed: 1 })).rejects.toThrow(/at least two prompts/);
  });
});
