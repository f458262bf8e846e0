import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isScored, type Outcome } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { exactMatch } from "./exact-match.ts";
import { numericAnswer } from "./numeric-answer.ts";
import { regexMatch } from "./regex-match.ts";

const sample = (completion: string, reference?: string): Sample => ({
  id: "s",
  prompt: [{ role: "user", content: "How many?" }],
  completion: [{ role: "assistant", content: completion }],
  ...(reference === undefined ? {} : { reference }),
});

const outcomeOf = async (subject: Reward, completion: string, reference?: string): Promise<Outcome> =>
  (await subject.score([sample(completion, reference)]))[0];

describe("numericAnswer", () => {
  it.each([
    ["6 × 7 = 42, so\n#### 42", "42"],
    ["#### 41\nNo, wait.\n#### 42 apples", "42"],
    ["so x is \\boxed{\\frac{3}{4}} of the 12", "0.75"],
    ["\\boxed{1{,}234}", "1234"],
    ["\\boxed{\\$18.00\\text{ per {day}}} and 7 more", "18"],
    ["She ate 3.\nA: 26", "26"],
    ["The answer is $1,234.50. It took 3 steps.", "1234.5"],
    ["The final answer is: 12 * 3 = 36 eggs", "36"],
    ['```json\n{"reasoning": "9 * 2", "answer": "18"}\n```', "18"],
    ['{"reasoning": "he said "two"", "answer": 18', "18"],
    ['{"answer": "18"}\nIn other words, 3 boxes of 6', "18"],
    ['{"answer": "9 * $2 = $18 a day"}', "18"],
    ["That leaves 18%", "18"],
    ["So he owes -$5.", "-5"],
    ["First 3, then 4, at last 1,000,000 of them.", "1000000"],
  ])("reads %j as %s", async (completion, reference) => {
    expect(await outcomeOf(numericAnswer(), completion, reference)).toMatchObject({ value: 1 });
  });

  it("says what it read where that is wrong, and counts no number as wrong", async () => {
    expect(await outcomeOf(numericAnswer(), "#### 41", "42")).toEqual({ value: 0, reason: "read 41" });
    expect(await outcomeOf(numericAnswer(), "No idea.", "42")).toEqual({
      value: 0,
      reason: "no number in the completion",
    });
    expect(await outcomeOf(numericAnswer(), "7/0", "42")).toMatchObject({ value: 0 });
  });

  it.each(["72", "$72.00", "72 clips", "Half of 144 is <<144/2=72>>72.\n#### 72"])(
    "takes %j as reference",
    async (reference) => {
      expect(await outcomeOf(numericAnswer(), "72", reference)).toMatchObject({ value: 1 });
    },
  );

  it("does not score against a reference that is missing or unreadable", async () => {
    expect(await outcomeOf(numericAnswer(), "72")).toMatchObject({ unscored: "missing-reference" });
    for (const reference of ["", "many", "3 or 4"]) {
      expect(await outcomeOf(numericAnswer(), "72", reference)).toMatchObject({ unscored: "invalid-input" });
    }
  });

  it("reads the assistant's last message only", async () => {
    const [{ prompt, reference }] = [sample("", "42")];
    const completion = [
      { role: "assistant", content: "42" },
      { role: "tool", content: "42" },
      { role: "assistant", content: "It is 41." },
    ] as const;
    const [withAnswer, without] = await numericAnswer().score([
      { id: "a", prompt, reference, completion },
      { id: "b", prompt, reference, completion: completion.slice(1, 2) },
    ]);
    expect(withAnswer).toMatchObject({ value: 0 });
    expect(without).toMatchObject({ unscored: "invalid-input" });
  });

  it("gets through 100 kB of anything", async () => {
    const units = [
      "7",
      "1,",
      "1,234",
      "1.",
      "1 / ",
      "-",
      "$",
      "#",
      " ",
      "\n",
      "\n A:",
      "=",
      "{",
      "\\boxed{",
      "\\frac{",
    ];
    units.push('"answer" ', '"answer":', "answer is ", "\\frac{1}{", "{,}", "\\ ", "123,123,1234");
    const texts = units.map((unit) => unit.repeat(Math.ceil(100_000 / unit.length)));
    const outcomes = await numericAnswer().score(texts.map((text) => sample(text, "42")));
    expect(outcomes.map((outcome) => isScored(outcome) && outcome.value)).toEqual(units.map(() => 0));
  });
});

describe("exactMatch", () => {
  it("compares every character, or none but what matters when told to normalise", async () => {
    expect(await outcomeOf(exactMatch(), "Paris", "Paris")).toEqual({ value: 1 });
    expect(await outcomeOf(exactMatch(), "paris ", "Paris")).toEqual({ value: 0 });
    expect(await outcomeOf(exactMatch({ normalise: true }), " NEW\n york", "New York")).toEqual({ value: 1 });
    expect(await outcomeOf(exactMatch({ normalise: true }), "ﬁne", "fine")).toEqual({ value: 1 });
    expect(await outcomeOf(exactMatch({ normalise: true }), "newyork", "New York")).toEqual({ value: 0 });
    expect(await outcomeOf(exactMatch(), "Paris")).toMatchObject({ unscored: "missing-reference" });
  });
});

describe("regexMatch", () => {
  it("finds the pattern and says what matched", async () => {
    expect(await outcomeOf(regexMatch("<answer>.*</answer>"), "so <answer>4</answer>.")).toEqual({
      value: 1,
      reason: 'matched "<answer>4</answer>"',
    });
    expect(await outcomeOf(regexMatch("^yes$"), "YES\nno")).toEqual({ value: 0 });
    expect(await outcomeOf(regexMatch("^yes$", { flags: "im" }), "no\nYES")).toMatchObject({ value: 1 });
  });

  it("takes linear time where backtracking would take for ever", async () => {
    expect(await outcomeOf(regexMatch("^(a+)+$"), `${"a".repeat(100_000)}!`)).toEqual({ value: 0 });
  });

  it("says where a pattern is wrong", () => {
    expect(() => regexMatch("ab(?=c)")).toThrow(/^pattern, character 3: expected a pattern in RE2's syntax/);
    expect(() => regexMatch("a[b")).toThrow(/^pattern, character 2: .*missing closing \]/);
    expect(() => regexMatch("a", { flags: "g" })).toThrow('expected any of i, m, s, got "g"');
  });
});

const folder = process.env.GUERDON_DATA ?? new URL("../../../shared/data", import.meta.url).pathname;
const rowsOf = (name: string) =>
  gunzipSync(readFileSync(`${folder}/${name}.jsonl.gz`))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe.skipIf(!existsSync(`${folder}/zeroeval-gsm.jsonl.gz`))(
  "numericAnswer on recorded answers (set GUERDON_DATA)",
  () => {
    it("agrees with recorded labels of GSM8K solutions in 99 of 100", async () => {
      const rows = rowsOf("gsm8k-solutions").flatMap(({ reference, solutions }) =>
        solutions.map((solution: { text: string; correct: boolean }) => ({ ...solution, reference })),
      );
      const outcomes = await numericAnswer().score(rows.map(({ text, reference }) => sample(text, reference)));
      const agreeing = outcomes.filter((outcome, i) => isScored(outcome) && outcome.value === Number(rows[i].correct));
      expect(agreeing.length / rows.length).toBeGreaterThan(0.99);
    });

    it("is within two points of each model's recorded accuracy, but for answers that the record did not read", async () => {
      const rows = rowsOf("zeroeval-gsm");
      const records = rowsOf("zeroeval-accuracy").filter(
        ({ task, model }) => task === "gsm" && model in rows[0].responses,
      );
      expect(records.length).toBe(16);
      for (const { model, accuracy, no_answer: unread } of records) {
        const outcomes = await numericAnswer().score(
          rows.map(({ responses, reference }) => sample(responses[model], reference)),
        );
        const ours =
          (100 * outcomes.filter((outcome) => isScored(outcome) && outcome.value === 1).length) / rows.length;
        expect(ours, model).toBeGreaterThan(accuracy - 2);
        expect(ours, model).toBeLessThan(accuracy + unread + 2);
      }
    });
  },
);
