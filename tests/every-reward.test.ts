/** Every reward and every shaping of the house, held to one contract. A new one joins by a line. */

import { describe, expect, it } from "vitest";
import { causes, isScored, unscored } from "../src/core/outcome.ts";
import { pipeable, type Reward, reward, type Shaping } from "../src/core/reward.ts";
import { type Sample, textOf } from "../src/core/vocabulary.ts";
import { exactMatch } from "../src/rewards/exact-match.ts";
import { numericAnswer } from "../src/rewards/numeric-answer.ts";
import { regexMatch } from "../src/rewards/regex-match.ts";
import { centre } from "../src/shaping/centre.ts";
import { clip } from "../src/shaping/clip.ts";
import { insteadOfUnscored } from "../src/shaping/instead-of-unscored.ts";
import { weighted } from "../src/shaping/weighted.ts";
import { itKeepsTheContract } from "./reward-contract.ts";

const length = reward("length", ({ completion }) => textOf(completion).length);
const flaky = reward("flaky", ({ completion }) =>
  textOf(completion).length % 2 ? unscored("overloaded", "too busy") : 1,
);
const reference: Sample = {
  id: "reference",
  prompt: [{ role: "user", content: "How much is six times seven?" }],
  completion: [{ role: "assistant", content: "42" }],
};

itKeepsTheContract("a written reward", () => length, { reads: "sample" });
itKeepsTheContract("numericAnswer", () => numericAnswer(), { reads: "sample" });
itKeepsTheContract("exactMatch", () => exactMatch({ normalise: true }), { reads: "sample" });
itKeepsTheContract("regexMatch", () => regexMatch("(\\d+)*$"), { reads: "sample" });
itKeepsTheContract("weighted", () => weighted({ length: [length, 1], flaky: [flaky, 0.1] }), { reads: "sample" });

const shapings: Record<string, { make: () => Shaping; reads: "sample" | "group" }> = {
  "clip(…)": { make: () => clip(0, 1), reads: "sample" },
  "centre(a constant)": { make: () => centre(0.5), reads: "sample" },
  'centre("group")': { make: () => centre("group"), reads: "group" },
  "centre(references)": { make: () => centre([reference]), reads: "sample" },
  "weighted(…), as a shaping": { make: () => (inner) => weighted({ inner: [inner, 2] }), reads: "sample" },
};

for (const [name, { make, reads }] of Object.entries(shapings)) {
  itKeepsTheContract(name, () => length.pipe(make()), { reads });
  itKeepsTheContract(`${name} over a flaky reward`, () => flaky.pipe(make()), { reads });

  describe(`${name} makes no number`, () => {
    const batch = ["a", "b"].map((id): Sample => ({ ...reference, id, group: "g" }));

    it.each(causes)("of a reward that is unscored for %s", async (cause) => {
      const failing = reward("failing", () => unscored(cause, "on purpose"));
      expect(await failing.pipe(make()).score(batch)).toMatchObject(batch.map(() => ({ unscored: cause })));
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY])("of %s", async (value) => {
      const broken: Reward = { name: "broken", score: async (items) => items.map(() => ({ value })) };
      expect((await pipeable(broken).pipe(make()).score(batch)).some(isScored)).toBe(false);
    });
  });
}

// The exception, by name: it is there to make numbers of failures.
itKeepsTheContract("insteadOfUnscored", () => flaky.pipe(insteadOfUnscored(0)), { reads: "sample" });
