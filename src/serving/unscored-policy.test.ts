import { describe, expect, it } from "vitest";
import { type Outcome, scored, unscored } from "../core/outcome.ts";
import type { Sample } from "../core/vocabulary.ts";
import { holdForTransient, unscoredPolicy } from "./unscored-policy.ts";

describe("unscoredPolicy", () => {
  it.each([
    ["error", { hold: false, otherwise: "error" }],
    ["value:-0.5", { hold: false, otherwise: -0.5 }],
    ["hold", { hold: true, otherwise: "error" }],
    ["hold,error", { hold: true, otherwise: "error" }],
    ["hold,value:2", { hold: true, otherwise: 2 }],
  ])("reads %s", (text, policy) => {
    expect(unscoredPolicy(text)).toEqual(policy);
  });

  it.each(["", "zero", "value:", "value:NaN", "value:1e999", "hold,", ",error", "hold,hold", "error,hold"])(
    "refuses %j",
    (text) => {
      expect(() => unscoredPolicy(text)).toThrow("unscored policy");
    },
  );
});

describe("holdForTransient", () => {
  const samples: Sample[] = ["a", "b", "c"].map((id) => ({ id, prompt: [], completion: [] }));
  const first: Outcome[] = [scored(1), unscored("backend-down", "down"), unscored("missing-reference", "none")];

  it("asks again only for what may pass, until it does", async () => {
    const asked: string[] = [];
    const attempt = async (batch: readonly Sample[]) => {
      asked.push(batch.map(({ id }) => id).join());
      if (asked.length === 1) return first;
      return batch.map(() => (asked.length < 4 ? unscored("overloaded", "full") : scored(7)));
    };
    const outcomes = await holdForTransient(samples, attempt, new AbortController().signal, 1);
    expect(outcomes).toEqual([scored(1), scored(7), first[2]]);
    expect(asked).toEqual(["a,b,c", "b", "b", "b"]);
  });

  it("ends at the deadline with the last failure", async () => {
    const attempt = async (batch: readonly Sample[]) => batch.map(() => unscored("overloaded", "full"));
    const outcomes = await holdForTransient(samples, attempt, AbortSignal.timeout(30), 1);
    expect(outcomes).toEqual(samples.map(() => unscored("overloaded", "full")));
    expect(await holdForTransient(samples, async () => first, AbortSignal.abort(), 1)).toEqual(first);
  });
});
