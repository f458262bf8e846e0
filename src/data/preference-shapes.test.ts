import { expect, test } from "vitest";
import { textOf } from "../core/vocabulary.ts";
import { preferenceShapes } from "./preference-shapes.ts";
import type { Fields } from "./row.ts";
import { recognise } from "./shape.ts";

function read(row: Fields) {
  const found = recognise(preferenceShapes, row, "x");
  return typeof found === "string" ? found : found.items;
}

/** The essence of the preferences that a row holds: the texts and the label. */
function brief(row: Fields) {
  const items = read(row);
  if (typeof items === "string") return items;
  return items.map(({ chosen, rejected, probability, strength }) => ({
    prompt: textOf(chosen.prompt),
    chosen: textOf(chosen.completion),
    rejected: textOf(rejected.completion),
    ...(probability === undefined ? {} : { probability }),
    ...(strength === undefined ? {} : { strength }),
  }));
}

const plain = { prompt: "p", chosen: "good", rejected: "bad" };

test("a plain pair, in full", () => {
  const prompt = [{ role: "user", content: "p" }];
  expect(read({ ...plain, subset: "chat", reference: 4, annotator: "eve" })).toEqual([
    {
      id: "x",
      chosen: { id: "x/0", prompt, completion: [{ role: "assistant", content: "good" }], reference: "4", group: "x" },
      rejected: { id: "x/1", prompt, completion: [{ role: "assistant", content: "bad" }], reference: "4", group: "x" },
      annotator: "eve",
      subset: "chat",
    },
  ]);
});

test.each<[string, Fields]>([
  [
    "messages",
    {
      prompt: [{ role: "user", content: "p" }],
      chosen: [{ role: "assistant", content: "good" }],
      rejected: { role: "assistant", content: "bad" },
    },
  ],
  ["HH-RLHF", { chosen: "\n\nHuman: p\n\nAssistant: good", rejected: "\n\nHuman: p\n\nAssistant: bad" }],
  [
    "UltraFeedback, binarized",
    {
      prompt: "p",
      chosen: [
        { role: "user", content: "p" },
        { role: "assistant", content: "good" },
      ],
      rejected: [
        { role: "user", content: "p" },
        { role: "assistant", content: "bad" },
      ],
    },
  ],
  ["another name for the prompt", { question: "p", chosen: "good", rejected: "bad", tie: null }],
  ["SHP, first preferred", { history: "p", human_ref_A: "good", human_ref_B: "bad", labels: 1 }],
  ["SHP, second preferred", { history: "p", human_ref_A: "bad", human_ref_B: "good", labels: 0 }],
])("%s", (_, row) => {
  expect(brief(row)).toEqual([plain]);
});

test.each<[Fields, { probability?: number; strength?: number }]>([
  [{ tie: true }, { probability: 0.5 }],
  [{ tie: "False", margin: "1.5" }, { strength: 1.5 }],
  [{ tie: true, margin: 0 }, { probability: 0.5 }],
  [{ strength: 0 }, { probability: 0.5 }],
  [{ preference: 0.5 }, { probability: 0.5 }],
  [{ probability: 0.8 }, { probability: 0.8 }],
  [{ probability: 1 }, {}],
  [{ votes: [1, 1, 0, 2] }, { probability: 0.625 }],
  [{ votes: [2, 2, 1, 2], chosen_index: 2 }, { probability: 0.75 }],
  [{ votes: [2, 2, 2], chosen_index: 2 }, {}],
  [{ votes: [{ annotator: "e00", preference: "a-is-better" }] }, {}],
  [{ score_chosen: 9, score_rejected: 6.5 }, { strength: 2.5 }],
  [{ score_chosen: 7, score_rejected: 7 }, { probability: 0.5 }],
])("%j is the label %j", (fields, label) => {
  expect(brief({ ...plain, ...fields })).toEqual([{ ...plain, ...label }]);
});

test.each([
  [-3, { chosen: "one", rejected: "two", strength: 3 }],
  [2, { chosen: "two", rejected: "one", strength: 2 }],
  [0, { chosen: "one", rejected: "two", probability: 0.5 }],
])("HelpSteer's preference strength %d", (strength, expected) => {
  expect(brief({ prompt: "p", response_1: "one", response_2: "two", preference_strength: strength })).toEqual([
    { prompt: "p", ...expected },
  ]);
  expect(brief({ context: "p", response1: "one", response2: "two", overall_preference: strength })).toEqual([
    { prompt: "p", ...expected },
  ]);
});

test("judged candidates, the shape of the data set that ships", () => {
  const row = {
    id: "everyday/1",
    kind: "advice",
    prompt: "p",
    completions: ["a", "b", "c"].map((text, i) => ({ text, ratings: { helpfulness: i } })),
    preferences: [
      { chosen: 2, rejected: 0, strength: 3 },
      { chosen: 1, rejected: 0, strength: 1 },
    ],
  };
  expect(brief(row)).toEqual([
    { prompt: "p", chosen: "c", rejected: "a", strength: 3 },
    { prompt: "p", chosen: "b", rejected: "a", strength: 1 },
  ]);
  const [first, second] = read(row) as Exclude<ReturnType<typeof read>, string>;
  expect(first).toMatchObject({ id: "x/2-0", subset: "advice", chosen: { id: "x/2", group: "x" } });
  expect(second.rejected).toBe(first.rejected);
});

test("a ranking gives its ordered pairs and nothing between equals", () => {
  expect(brief({ prompt: "p", responses: [{ model: "m", text: "a" }, { text: "b" }, { text: "c" }], best: 1 })).toEqual(
    [
      { prompt: "p", chosen: "b", rejected: "a" },
      { prompt: "p", chosen: "b", rejected: "c" },
    ],
  );
});

test.each<[Fields, string]>([
  [{ ...plain, rejected: "good" }, "chosen and rejected are identical"],
  [{ ...plain, margin: -1 }, "strength: expected 0 (a tie) or more"],
  [{ ...plain, margin: "much" }, "strength: "],
  [{ ...plain, probability: 1.2 }, "probability: "],
  [{ ...plain, votes: [1, 7] }, "votes[1]: "],
  [{ ...plain, tie: "maybe" }, "tie: "],
  [
    { ...plain, chosen: true },
    "chosen: expected text or a list of messages, got a boolean (read as pair (prompt?, chosen, rejected); fields seen: prompt, chosen, rejected)",
  ],
  [{ chosen: "a", rejected: "b" }, "no prompt"],
  [{ prompt: "p", response1: "a", response2: "b", preference_strength: -100 }, "preference_strength: not a judgement"],
  [{ history: "p", human_ref_A: "a", human_ref_B: "b", labels: 2 }, "labels: "],
  [
    { prompt: "p", completions: ["a", "b"], preferences: [{ chosen: 0, rejected: 2 }] },
    "expected places of completions",
  ],
  [
    { prompt: "p", completions: ["a", "a"], preferences: [{ chosen: 0, rejected: 1 }] },
    "chosen and rejected are identical",
  ],
  [{ prompt: "p", completions: ["a", "b"], preferences: [] }, "preferences: "],
  [{ prompt: "p", responses: ["a", "b"], scores: [1, 1] }, "no candidate stands above another"],
  [{ prompt: "p", text: "a" }, "no known shape; fields seen: prompt, text"],
])("%j is refused with a reason", (row, reason) => {
  expect(read(row)).toEqual(expect.stringContaining(reason));
});
