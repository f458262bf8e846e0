import { describe, expect, it } from "vitest";
import { regretPreferences } from "./regret-preferences.ts";
import { learnFromLabels, learnFromPeople } from "./regret-preferences-worlds.ts";
import type { RunOptions } from "./reproduction.ts";

const options: RunOptions = { seeds: [1, 2], size: "quick", open: async () => undefined };

describe("regret-preferences", () => {
  it("learns from every kind of label at every size, the same for the same seeds", async () => {
    const shares = await learnFromLabels(options, { worlds: 1, pairs: [20, 40] });
    expect(shares).toHaveLength(2 * 2 * 3);
    for (const { scaledReturn } of shares) expect(scaledReturn).toBeLessThanOrEqual(1 + 1e-9);
    const matched = shares.filter(({ method }) => method === "regret → regret");
    expect(Math.max(...matched.map(({ scaledReturn }) => scaledReturn))).toBeGreaterThan(0.9);
    expect(await learnFromLabels(options, { worlds: 1, pairs: [20, 40] })).toEqual(shares);
  });

  it("reads recorded segments, padded ends included", async () => {
    // Two steps right reach the goal; the third move of the second segment is padding.
    const world = { board: [[0, 0, 1]], reward_weights: [-1, 5, 0, 0, 0, 0] };
    const choices = Array.from({ length: 20 }, (_, i) => ({
      id: `${i}`,
      condition: "c",
      segments: [
        {
          start: [0, 1],
          moves: [
            [0, -1],
            [0, -1],
            [0, -1],
          ],
        },
        {
          start: [0, 1],
          moves: [
            [0, 1],
            [0, 0],
            [0, 0],
          ],
        },
      ],
      preference: 1,
    }));
    const open = async (name: string) => (name === "delivery-mdp" ? [world] : choices);
    const results = await learnFromPeople({ ...options, open }, { conditions: ["c"], learned: 2 });
    expect(results?.map(({ model, scaledReturns }) => [model, scaledReturns])).toEqual([
      ["regret", [expect.closeTo(1, 9), expect.closeTo(1, 9)]],
      ["partial return", [expect.closeTo(1, 9), expect.closeTo(1, 9)]],
    ]);
    expect(await learnFromPeople(options, { conditions: ["c"], learned: 2 })).toBeUndefined();
  });

  it("stops when told to", async () => {
    await expect(regretPreferences.run({ ...options, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
