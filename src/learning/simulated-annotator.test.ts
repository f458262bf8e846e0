import { describe, expect, it } from "vitest";
import { unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { reward } from "../core/reward.ts";
import { logistic } from "../core/statistics/probability.ts";
import { annotate } from "./simulated-annotator.ts";

const worth = reward<number>("worth", (item) => (item < 0 ? unscored("refusal", "negative") : item));

describe("annotate", () => {
  it("prefers the higher reward, and ties what is equal to two decimals", async () => {
    const pairs = [
      [1, 2],
      [2, 1],
      [1, 1.004],
      [1, 1.006],
    ] as const;
    const preferences = await annotate(pairs, worth, { noise: "none", random: random(1) });
    expect(preferences).toEqual([
      { id: "0", chosen: 2, rejected: 1, probability: 1 },
      { id: "1", chosen: 2, rejected: 1, probability: 1 },
      { id: "2", chosen: 1, rejected: 1.004, probability: 0.5 },
      { id: "3", chosen: 1.006, rejected: 1, probability: 1 },
    ]);
  });

  it("chooses as often as the logistic function says", async () => {
    const pairs = Array.from({ length: 4000 }, () => [1, 2] as const);
    const preferences = await annotate(pairs, worth, { noise: "logistic", random: random(1) });
    const share = preferences.filter(({ chosen }) => chosen === 1).length / 4000;
    expect(Math.abs(share - logistic(-1))).toBeLessThan(0.02);
    expect(await annotate(pairs, worth, { noise: "logistic", random: random(1) })).toEqual(preferences);
  });

  it("leaves out what cannot be scored, and labels the rest as before", async () => {
    const pairs = [
      [1, -2],
      [0, 1],
    ] as const;
    const preferences = await annotate(pairs, worth, { noise: "none", random: random(1) });
    expect(preferences).toEqual([{ id: "1", chosen: 1, rejected: 0, probability: 1 }]);
  });
});
