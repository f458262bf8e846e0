import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { batchReward, reward } from "../core/reward.ts";
import { type Sample, textOf } from "../core/vocabulary.ts";
import { type ComparedSample, compareRewards, scoreWithBoth } from "./compare.ts";

const options = () => ({ random: random(1), resamples: 100 });
const row = (prompt: string, a: number, b: number, id = `${prompt}${a}${b}`): ComparedSample => ({
  id,
  prompt,
  a: scored(a),
  b: scored(b),
});

describe("compareRewards", () => {
  it("counts pairs within a prompt: alike 1, opposite 0, tied by one ½, tied by both 1", () => {
    const agreement = (rows: ComparedSample[]) => compareRewards(rows, options()).agreement?.value;
    expect(agreement([row("p", 1, 10), row("p", 2, 20)])).toBe(1);
    expect(agreement([row("p", 1, 20), row("p", 2, 10)])).toBe(0);
    expect(agreement([row("p", 1, 10), row("p", 1, 20)])).toBe(0.5);
    expect(agreement([row("p", 1, 10), row("p", 1, 10)])).toBe(1);
    expect(agreement([row("p", 1, 10), row("q", 2, 5)])).toBeUndefined();
  });

  it("tells order within prompts from order over all", () => {
    // Both know which prompt is better; within each they are opposed.
    const result = compareRewards([row("p", 1, 2), row("p", 2, 1), row("q", 11, 12), row("q", 12, 11)], options());
    expect(result.rankWithin?.value).toBe(-1);
    expect(result.rankPooled?.value).toBeCloseTo(0.6, 12);
    expect(result.distance?.value).toBeCloseTo(2, 12);
  });

  it("is blind to each reward's scale: any rising transform of one changes nothing", () => {
    const value = fc.integer({ min: -5, max: 5 });
    const rows = fc.array(fc.record({ prompt: fc.constantFrom("p", "q"), a: value, b: value }), { minLength: 2 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const plain = compareRewards(
          drawn.map(({ prompt, a, b }, i) => row(prompt, a, b, `${i}`)),
          options(),
        );
        const stretched = compareRewards(
          drawn.map(({ prompt, a, b }, i) => row(prompt, Math.exp(a), b, `${i}`)),
          options(),
        );
        const { disagreements, distance: _, ...measures } = plain;
        expect(stretched).toMatchObject(measures);
        expect(stretched.disagreements.map(({ id }) => id)).toEqual(disagreements.map(({ id }) => id));
      }),
      { numRuns: 20 },
    );
  });

  it("names where they differ most, and counts what either could not score", () => {
    const lost = { ...row("p", 9, 9, "lost"), b: unscored("timeout", "late") };
    const result = compareRewards(
      [lost, row("p", 1, 1, "x"), row("p", 2, 9, "y"), row("p", 3, 2, "z"), row("p", 4, 3, "w")],
      {
        ...options(),
        disagreements: 1,
      },
    );
    expect(result).toMatchObject({ samples: 5, compared: 4, unscored: { a: 0, b: 1 } });
    expect(result.disagreements).toEqual([{ row: 2, id: "y", a: 2, b: 9, quantileA: 1 / 3, quantileB: 1 }]);
    expect(compareRewards([lost], options())).toMatchObject({ compared: 0, disagreements: [] });
  });
});

describe("scoreWithBoth", () => {
  it("keeps the samples' order, and gives each prompt's samples in one call", async () => {
    const sample = (id: string, prompt: string): Sample => ({
      id,
      prompt: [{ role: "user", content: prompt }],
      completion: [{ role: "assistant", content: id }],
    });
    const calls: string[][] = [];
    const seen = batchReward<Sample>("seen", async (batch) => {
      calls.push(batch.map(({ id }) => id));
      return batch.map((_, i) => scored(i));
    });
    const last = reward("last", (item: Sample) => textOf(item.completion).charCodeAt(0));
    const rows = await scoreWithBoth(seen, last, [sample("a", "p"), sample("b", "q"), sample("c", "p")], { chunk: 1 });
    expect(calls).toEqual([["a", "c"], ["b"]]);
    expect(rows.map(({ id, a, b }) => [id, a, b])).toEqual([
      ["a", { value: 0 }, { value: 97 }],
      ["b", { value: 0 }, { value: 98 }],
      ["c", { value: 1 }, { value: 99 }],
    ]);
  });
});
