import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertConserved, tally } from "./conservation.ts";
import { GuerdonError } from "./errors.ts";
import { isScored, mapValue, type Outcome, scored, unscored } from "./outcome.ts";
import { hash128, random } from "./random.ts";
import { batchReward, reward, scoreBatch } from "./reward.ts";
import { promptKey, type Sample } from "./vocabulary.ts";

const samples = ["a", "b", "c"].map(
  (id): Sample => ({
    id,
    prompt: [{ role: "user", content: "?" }],
    completion: [{ role: "assistant", content: id }],
  }),
);

describe("outcomes", () => {
  it("never lets a non-finite number out", () => {
    expect(scored(Number.NaN)).toMatchObject({ unscored: "not-finite" });
    expect(scored(1, { steps: [0, Number.POSITIVE_INFINITY] })).toMatchObject({
      unscored: "not-finite",
      message: expect.stringContaining("steps[1]"),
    });
    expect(mapValue({ value: 0, reason: "r" }, (value) => 1 / value)).toMatchObject({ unscored: "not-finite" });
  });

  it("passes an unscored outcome through a map untouched", () => {
    const refusal = unscored("refusal", "no");
    expect(mapValue(refusal, () => 1)).toBe(refusal);
  });
});

describe("the contract of a reward", () => {
  it("turns NaN into unscored and keeps the others", async () => {
    const flaky = reward("flaky", ({ id }: Sample) => (id === "b" ? Number.NaN : 1));
    const outcomes = await flaky.score(samples);
    expect(outcomes.map(isScored)).toEqual([true, false, true]);
  });

  it("refuses a wrong number of outcomes and says how many were due", async () => {
    const short = batchReward("short", async () => [scored(1)]);
    await expect(short.score(samples)).rejects.toThrow(/reward "short": expected 3 outcomes.*got 1/);
  });

  it("refuses what is not an outcome", async () => {
    const wrong = batchReward("wrong", async (batch) => batch.map(() => ({ score: 1 }) as unknown as Outcome));
    await expect(wrong.score(samples)).rejects.toMatchObject({ code: "reward.wrong-outcome" });
  });

  it("scores nothing after the deadline and tells a timeout from a caller who gave up", async () => {
    const one = reward("one", () => 1);
    const late = AbortSignal.abort(new DOMException("late", "TimeoutError"));
    expect(await one.score(samples, { signal: late })).toMatchObject([{ unscored: "timeout" }, {}, {}]);
    expect(await one.score(samples, { signal: AbortSignal.abort() })).toMatchObject([{ unscored: "aborted" }, {}, {}]);
  });

  it("pipes left to right", async () => {
    const shift = (by: number) => (inner: { name: string; score: typeof one.score }) =>
      batchReward<Sample>("shift", async (batch, context) =>
        (await scoreBatch(inner, batch, context)).map((outcome) => mapValue(outcome, (value) => value * 10 + by)),
      );
    const one = reward<Sample>("one", () => 1);
    expect(await one.pipe(shift(2), shift(3)).score(samples.slice(1))).toEqual([{ value: 123 }, { value: 123 }]);
  });
});

describe("conservation", () => {
  it("counts whole and parts, and takes part names as plain data", () => {
    const parts = Object.fromEntries([["__proto__", unscored("timeout", "late")]]);
    const counted = tally([scored(1), unscored("timeout", "late", parts)]);
    expect(counted).toMatchObject({ asked: 2, scored: 1, unscored: 1, causes: { timeout: 1 } });
    expect(Object.keys(counted.parts)).toEqual(["__proto__"]);
    assertConserved(counted, 2);
  });

  it("notices a lost outcome", () => {
    expect(() => assertConserved(tally([scored(1)]), 2)).toThrow(GuerdonError);
  });
});

describe("randomness", () => {
  it("does not depend on what other parts drew, or when", () => {
    const parent = random(7);
    const early = parent.split("folds", 3).uniform();
    for (let i = 0; i < 100; i++) parent.normal();
    parent.split("other").uniform();
    expect(parent.split("folds", 3).uniform()).toBe(early);
    expect(random(7).split("folds").split(3).uniform()).toBe(early);
  });

  it("tells paths apart: numbers from their text, joined names from separate ones", () => {
    const first = (...path: (string | number)[]) =>
      random(1)
        .split(...path)
        .uniform();
    expect(
      new Set([first("a", "b"), first("ab"), first("b", "a"), first(1), first("1"), first("a", "b", "")]).size,
    ).toBe(6);
  });

  it("has uniform and normal moments", () => {
    const stream = random(11);
    const uniforms = Array.from({ length: 20_000 }, () => stream.uniform());
    const normals = Array.from({ length: 20_000 }, () => stream.normal());
    const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(average(uniforms)).toBeCloseTo(0.5, 2);
    expect(average(uniforms.map((u) => (u - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(average(normals))).toBeLessThan(0.03);
    expect(average(normals.map((z) => z * z))).toBeCloseTo(1, 1);
  });

  it("draws from neighbouring streams without correlation", () => {
    const pairs = Array.from({ length: 10_000 }, (_, i) => [
      random(1).split(i).uniform(),
      random(1)
        .split(i + 1)
        .uniform(),
    ]);
    const covariance = pairs.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0) / pairs.length;
    expect(Math.abs(covariance)).toBeLessThan(0.004);
  });

  it("never picks a weight of zero", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }),
        (seed, weights) => {
          fc.pre(weights.some((weight) => weight > 0));
          expect(weights[random(seed).categorical(weights)]).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("permutes", () => {
    expect([...random(2).permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("refuses a seed that is no whole number", () => {
    expect(() => random(1.5)).toThrow(/seed: expected an integer, got 1.5/);
  });

  it("hashes without collisions over similar texts", () => {
    const hashes = new Set(Array.from({ length: 20_000 }, (_, i) => hash128(`prompt ${i}`).join()));
    expect(hashes.size).toBe(20_000);
  });
});

it("identifies prompts by their turns alone", () => {
  const turn = { role: "user", content: "hi" } as const;
  expect(promptKey([turn])).toBe(promptKey([{ ...turn, name: "x" }]));
  expect(promptKey([turn, turn])).not.toBe(promptKey([{ role: "user", content: "hihi" }]));
});
