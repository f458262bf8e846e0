import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { batchReward, reward } from "../core/reward.ts";
import { type Preference, type Sample, textOf } from "../core/vocabulary.ts";
import { decidedPairs, scorePairs } from "./pair-results.ts";
import { scoreGroups } from "./score-groups.ts";

const sample = (id: string, prompt: string, text: string): Sample => ({
  id,
  prompt: [{ role: "user", content: prompt }],
  completion: [{ role: "assistant", content: text }],
});
const preference = (id: string, chosen: string, rejected: string, more: Partial<Preference> = {}): Preference => ({
  id,
  chosen: sample(`${id}c`, "q", chosen),
  rejected: sample(`${id}r`, "q", rejected),
  ...more,
});
const length = reward("length", (item: Sample) => textOf(item.completion).length);

describe("scoreGroups", () => {
  it("never cuts a group, and keeps order across calls", async () => {
    const calls: number[] = [];
    const identity = batchReward<number>("identity", async (batch) => {
      calls.push(batch.length);
      return batch.map((value) => scored(value));
    });
    const groups = [[1, 2, 3], [4], [], [5, 6, 7, 8, 9], [10]];
    const outcomes = await scoreGroups(identity, groups, { chunk: 4 });
    expect(calls).toEqual([4, 5, 1]);
    expect(outcomes).toEqual(groups.map((group) => group.map((value) => ({ value }))));
  });

  it("answers for every item after an abort, without calling the reward", async () => {
    const signal = AbortSignal.abort();
    const outcomes = await scoreGroups(length, [[sample("a", "q", "x")]], { signal });
    expect(outcomes).toEqual([[expect.objectContaining({ unscored: "aborted" })]]);
  });
});

describe("scorePairs", () => {
  it("gives each pair its outcomes, lengths, label and prompt, in either order of the batch", async () => {
    const preferences = [
      preference("1", "long answer", "no", { subset: "s", probability: 0.8 }),
      preference("2", "a", "b"),
    ];
    const pairs = await scorePairs(length, preferences);
    expect(pairs[0]).toEqual({
      id: "1",
      prompt: '[["user","q"]]',
      subset: "s",
      probability: 0.8,
      chosen: { value: 11 },
      rejected: { value: 2 },
      lengths: { chosen: 11, rejected: 2 },
    });
    expect(pairs[1].probability).toBe(1);
    expect(await scorePairs(length, preferences, { order: "rejected-first" })).toEqual(pairs);
  });

  it("lets a reward that compares see which side stands first", async () => {
    const first = batchReward<Sample>("first", async (batch) => batch.map((_, i) => scored(i % 2 === 0 ? 1 : 0)));
    const [forward] = await scorePairs(first, [preference("1", "a", "b")]);
    const [backward] = await scorePairs(first, [preference("1", "a", "b")], { order: "rejected-first" });
    expect([forward.chosen, backward.chosen]).toEqual([{ value: 1 }, { value: 0 }]);
  });
});

describe("decidedPairs", () => {
  it("turns soft labels to their side and leaves out ties and unscored sides", async () => {
    const base = { prompt: "q", lengths: { chosen: 5, rejected: 3 } };
    const decided = decidedPairs([
      { ...base, id: "soft", probability: 0.25, chosen: scored(1), rejected: scored(3) },
      { ...base, id: "tie", probability: 0.5, chosen: scored(1), rejected: scored(3) },
      { ...base, id: "lost", probability: 1, chosen: unscored("timeout", "late"), rejected: scored(3) },
    ]);
    expect(decided).toMatchObject([{ probability: 0.75, difference: 2, lengthDifference: -2 }]);
  });
});
