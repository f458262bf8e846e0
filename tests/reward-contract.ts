/** The cases that every reward of samples must pass, whoever wrote it. */

import { describe, expect, it } from "vitest";
import { assertConserved, tally } from "../src/core/conservation.ts";
import { causes, isScored, type Outcome } from "../src/core/outcome.ts";
import type { Reward } from "../src/core/reward.ts";
import type { Sample } from "../src/core/vocabulary.ts";

export interface ContractOptions {
  /** Groupwise: a sample's outcome may depend on the others of its group in the batch. */
  readonly reads: "sample" | "group";
}

function sampleOf(id: string, completion: string, rest: Partial<Sample> = {}): Sample {
  return {
    id,
    prompt: [{ role: "user", content: "How much is six times seven?" }],
    completion: [{ role: "assistant", content: completion }],
    reference: "42",
    group: "six",
    ...rest,
  };
}

const ordinary: readonly Sample[] = [
  sampleOf("right", "Six times seven is 42."),
  sampleOf("wrong", "The answer is 41."),
  sampleOf("wordy", `${"Let us think about it. ".repeat(50)}\n#### 42`, { group: "other" }),
  sampleOf("without a number", "I would rather not say.", { group: "other" }),
  sampleOf("boxed", "\\boxed{42}", { features: { length: 9 }, steps: ["6 × 7", "42"] }),
];

const hostile: readonly Sample[] = [
  sampleOf("", ""),
  sampleOf("__proto__", "42", { group: "__proto__", features: Object.fromEntries([["__proto__", 1]]) }),
  sampleOf("no messages", "", { prompt: [], completion: [] }),
  sampleOf("no reference", "42", { reference: undefined }),
  sampleOf("no group", "42", { group: undefined }),
  sampleOf("odd reference", "42", { reference: "\u0000\ud800" }),
  sampleOf("lone surrogate", "\ud83d 42 \udc00"),
  sampleOf("infinite", "1e999 or -1e999, NaN"),
  sampleOf("long", "7".repeat(100_000)),
  sampleOf("deep", `${"[".repeat(50_000)}42`),
];

const all = [...ordinary, ...hostile];

/** Runs the contract over `make()`: one line for each reward of the house. */
export function itKeepsTheContract(name: string, make: () => Reward, { reads }: ContractOptions): void {
  describe(`${name} keeps the contract of a reward:`, () => {
    it("has a name", () => {
      expect(make().name.trim()).not.toBe("");
    });

    it("answers an empty batch with nothing", async () => {
      expect(await make().score([])).toEqual([]);
    });

    it("gives one outcome an item, a finite number or a known cause, whatever the item", async () => {
      const outcomes = await make().score(all);
      assertConserved(tally(outcomes), all.length);
      outcomes.forEach(assertHonest);
    });

    it("keeps the batch's order", async () => {
      const forward = await make().score(all);
      const backward = await make().score(all.toReversed());
      expect(rounded(backward.toReversed())).toEqual(rounded(forward));
    });

    it("scores at least one ordinary sample", async () => {
      expect((await make().score(ordinary)).some(isScored)).toBe(true);
    });

    it("says the same twice and leaves the samples as they were", async () => {
      const subject = make();
      const frozen = deepFreeze(structuredClone(all));
      expect(await subject.score(frozen)).toEqual(await subject.score(all));
    });

    it("scores nothing once the caller gave up or the deadline passed", async () => {
      const abandoned = await make().score(ordinary, { signal: AbortSignal.abort() });
      const late = await make().score(ordinary, { signal: AbortSignal.abort(new DOMException("", "TimeoutError")) });
      expect(abandoned.map(causeOf)).toEqual(ordinary.map(() => "aborted"));
      expect(late.map(causeOf)).toEqual(ordinary.map(() => "timeout"));
    });

    if (reads === "sample") {
      it("says the same of a sample alone as among others", async () => {
        const subject = make();
        const alone = await Promise.all(all.map(async (sample) => (await subject.score([sample]))[0]));
        expect(alone).toEqual(await subject.score(all));
      });
    }
  });
}

function causeOf(outcome: Outcome): string | undefined {
  return isScored(outcome) ? undefined : outcome.unscored;
}

function assertHonest(outcome: Outcome): void {
  if (isScored(outcome)) {
    expect(Number.isFinite(outcome.value)).toBe(true);
    for (const step of outcome.steps ?? []) expect(Number.isFinite(step)).toBe(true);
    if (outcome.confidence !== undefined) expect(outcome.confidence >= 0 && outcome.confidence <= 1).toBe(true);
  } else {
    expect(causes).toContain(outcome.unscored);
    expect(outcome.message).not.toBe("");
  }
  Object.values(outcome.parts ?? {}).forEach(assertHonest);
}

/** A mean over a group may differ in its last bits with the order of summation. */
function rounded(outcomes: readonly Outcome[]): unknown {
  return JSON.parse(
    JSON.stringify(outcomes, (_, value) => (typeof value === "number" ? Number(value.toPrecision(12)) : value)),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
