import { describe, expect, it } from "vitest";
import { tally } from "../core/conservation.ts";
import { type Outcome, unscored } from "../core/outcome.ts";
import { pipeable, type Reward, reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { centre } from "./centre.ts";
import { clip } from "./clip.ts";
import { insteadOfUnscored } from "./instead-of-unscored.ts";
import { weighted } from "./weighted.ts";

/** Scores what stands in the completion: a number, or the cause "timeout". */
const spoken = reward("spoken", ({ completion: [{ content }] }) =>
  content === "timeout" ? unscored("timeout", "too late") : Number(content),
);

const sample = (
  content: string | number,
  { prompt = "p", group }: { prompt?: string; group?: string } = {},
): Sample => ({
  id: `${prompt}-${content}`,
  prompt: [{ role: "user", content: prompt }],
  completion: [{ role: "assistant", content: String(content) }],
  ...(group === undefined ? {} : { group }),
});

const brief = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => ("value" in outcome ? outcome.value : outcome.unscored));

describe("weighted", () => {
  const constant = (value: number) => reward("constant", () => value);

  it("adds weight times value and keeps the parts", async () => {
    const both = weighted({ correct: [spoken, 1], manner: [constant(2), 0.25] });
    expect(await both.score([sample(3)])).toEqual([
      { value: 3.5, parts: { correct: { value: 3 }, manner: { value: 2 } } },
    ]);
  });

  it("is unscored where a part is, with the first such part's cause, and keeps what the others said", async () => {
    const refused = reward("refused", () => unscored("refusal", "no"));
    const [outcome] = await weighted({ a: [constant(1), 1], b: [spoken, 1], c: [refused, 1] }).score([
      sample("timeout"),
    ]);
    expect(outcome).toEqual({
      unscored: "timeout",
      message: 'part "b": too late',
      parts: {
        a: { value: 1 },
        b: { unscored: "timeout", message: "too late" },
        c: { unscored: "refusal", message: "no" },
      },
    });
  });

  it("scores its parts side by side", async () => {
    let arrived = 0;
    let open = () => {};
    const everyoneIsHere = new Promise<void>((resolve) => {
      open = resolve;
    });
    const waiting = reward("waiting", async () => {
      if (++arrived === 2) open();
      await everyoneIsHere;
      return 1;
    });
    expect(brief(await weighted({ a: [waiting, 1], b: [waiting, 1] }).score([sample(0)]))).toEqual([2]);
  });

  it("takes any name for a part as plain data", async () => {
    const names = ["__proto__", "constructor"];
    const parts = Object.fromEntries(names.map((name) => [name, [spoken, 1] as const]));
    const [outcome] = await weighted(parts).score([sample(1)]);
    expect(Object.keys(outcome.parts ?? {})).toEqual(names);
    expect(Object.keys(tally([outcome]).parts)).toEqual(names);
  });

  it("refuses to overflow into a number", async () => {
    const huge = constant(Number.MAX_VALUE);
    expect(brief(await weighted({ a: [huge, 2], b: [huge, 2] }).score([sample(0)]))).toEqual(["not-finite"]);
  });

  it("scores items of any kind", async () => {
    const length = reward<string>("length", (text) => text.length);
    expect(
      brief(
        await weighted({ length: [length, 2] })
          .pipe(centre(1), clip(0, 4))
          .score(["a", "abc"]),
      ),
    ).toEqual([1, 4]);
  });

  it("refuses no parts and weights that are not finite", () => {
    expect(() => weighted({})).toThrow('reward "weighted": expected at least one part');
    expect(() => weighted({ a: [spoken, Number.NaN] }, { name: "all" })).toThrow('reward "all", weight of "a"');
  });
});

describe("clip", () => {
  it("holds values between its bounds and leaves failures alone", async () => {
    const outcomes = await spoken.pipe(clip(-1, 1)).score([sample(-3), sample(0.5), sample(7), sample("timeout")]);
    expect(brief(outcomes)).toEqual([-1, 0.5, 1, "timeout"]);
  });

  it("refuses bounds that hold nothing", () => {
    expect(() => clip(1, 0)).toThrow("expected low ≤ high");
    expect(() => clip(0, Number.POSITIVE_INFINITY)).toThrow("clip, high");
  });
});

describe("centre", () => {
  it("takes a constant off", async () => {
    expect(brief(await spoken.pipe(centre(2)).score([sample(3), sample("timeout")]))).toEqual([1, "timeout"]);
    expect(() => centre(Number.NaN)).toThrow("centre, baseline");
  });

  it("takes the mean of the group's scored members off", async () => {
    const [g, h] = [{ group: "g" }, { group: "h" }];
    const batch = [sample(1, g), sample(10, h), sample("timeout", g), sample(5, g), sample(30, h)];
    expect(brief(await spoken.pipe(centre("group")).score(batch))).toEqual([-2, -10, "timeout", 2, 10]);
  });

  it("gives no number to a sample that has nothing to be compared with", async () => {
    const batch = [sample(1), sample(4, { group: "g" }), sample("timeout", { group: "g" })];
    const outcomes = await spoken.pipe(centre("group")).score(batch);
    expect(brief(outcomes)).toEqual(["invalid-input", "missing-reference", "timeout"]);
  });

  it("takes the prompt's mean over reference completions off, as far as they can be scored", async () => {
    const references = [
      sample(1, { prompt: "a" }),
      sample(3, { prompt: "a" }),
      sample("timeout", { prompt: "a" }),
      sample("timeout", { prompt: "b" }),
    ];
    const batch = ["a", "b", "c", "a"].map((prompt, index) => sample(index * 10, { prompt }));
    const outcomes = await spoken.pipe(centre(references)).score(batch);
    expect(brief(outcomes)).toEqual([-2, "timeout", "missing-reference", 28]);
  });

  it("scores only the references that a batch needs", async () => {
    const seen: string[] = [];
    const watched = reward("watched", ({ id }) => {
      seen.push(id);
      return 0;
    });
    await watched
      .pipe(centre([sample(1, { prompt: "a" }), sample(1, { prompt: "b" })]))
      .score([sample(2, { prompt: "b" })]);
    expect(seen.sort()).toEqual(["b-1", "b-2"]);
  });
});

describe("insteadOfUnscored", () => {
  it("puts the value in and keeps what was said as a part of every outcome", async () => {
    const outcomes = await spoken.pipe(insteadOfUnscored(-1)).score([sample(3), sample("timeout")]);
    expect(outcomes).toEqual([
      { value: 3, parts: { spoken: { value: 3 } } },
      {
        value: -1,
        reason: "-1 instead of a score (timeout): too late",
        parts: { spoken: { unscored: "timeout", message: "too late" } },
      },
    ]);
    expect(tally(outcomes).parts.spoken).toMatchObject({ asked: 2, scored: 1, unscored: 1, causes: { timeout: 1 } });
  });

  it("leaves the causes that it was not told of", async () => {
    const policy = insteadOfUnscored<Sample>(0, { causes: ["refusal"] });
    expect(brief(await spoken.pipe(policy).score([sample("timeout")]))).toEqual(["timeout"]);
  });

  it("refuses unknown causes and values that are not finite", () => {
    expect(() => insteadOfUnscored(Number.NaN)).toThrow("insteadOfUnscored, value");
    expect(() => insteadOfUnscored(0, { causes: ["bad-luck" as "timeout"] })).toThrow("got bad-luck");
  });
});

it("shapes rewards that break their contract into errors, not into numbers", async () => {
  const short: Reward = { name: "short", score: async () => [] };
  for (const shape of [clip<Sample>(0, 1), centre("group"), insteadOfUnscored<Sample>(0)]) {
    await expect(
      pipeable(short)
        .pipe(shape)
        .score([sample(1)]),
    ).rejects.toThrow('reward "short": expected 1 outcomes');
  }
});
