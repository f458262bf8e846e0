import { expect, test } from "vitest";
import type { Ranking, Sample } from "../core/vocabulary.ts";
import { preferencesFromRankings, rankingShapes } from "./ranking-shapes.ts";
import type { Fields } from "./row.ts";
import { recognise } from "./shape.ts";

function read(row: Fields) {
  const found = recognise(rankingShapes, { prompt: "p", ...row }, "x");
  return typeof found === "string" ? found : found.items;
}

test.each<[Fields, number[]]>([
  [{ responses: ["a", "b", "c"], best: 2 }, [0, 0, 1]],
  [{ responses: ["a", "b"], scores: [0.25, -1] }, [0.25, -1]],
  [{ completions: ["a", "b", "c"], ranking: [2, 1, 3] }, [-2, -1, -3]],
  [
    {
      completions: [
        { response: "a", overall_score: 7.5 },
        { response: "b", overall_score: 6 },
      ],
    },
    [7.5, 6],
  ],
  [
    {
      answers: [
        { answer: "a", rank: 1 },
        { answer: "b", rank: 2 },
      ],
    },
    [-1, -2],
  ],
  [
    {
      completions: [
        { text: "a", ratings: { helpfulness: 4 } },
        { text: "b", ratings: { helpfulness: 1 } },
      ],
    },
    [4, 1],
  ],
])("%j", (row, scores) => {
  expect(read(row)).toEqual([expect.objectContaining({ id: "x", scores })]);
});

test("candidates are samples of one group", () => {
  const [{ candidates }] = read({ responses: ["a", { text: "b" }], best: 0, subset: "s" }) as Ranking[];
  expect(candidates).toEqual(
    ["a", "b"].map((content, i) => ({
      id: `x/${i}`,
      prompt: [{ role: "user", content: "p" }],
      completion: [{ role: "assistant", content }],
      group: "x",
    })),
  );
});

test.each<[Fields, string]>([
  [{ responses: ["a"], best: 0 }, "responses: "],
  [{ responses: { gpt: "a" }, best: 0 }, "responses: expected a list of candidates"],
  [{ responses: ["a", 5], best: 0 }, "responses[1]: expected text or a list of messages, got a number"],
  [{ responses: ["a", "b"], best: 2 }, "best: "],
  [{ responses: ["a", "b"], best: -1 }, "best: "],
  [{ responses: ["a", "b"], scores: [1] }, "scores: expected one score a candidate"],
  [{ responses: ["a", "b"], scores: [1, null] }, "scores[1]: "],
  [{ responses: ["a", "b"], ranking: [1, 2, 3] }, "ranking: expected one rank a candidate"],
  [{ completions: [{ text: "a", score: 1 }, { text: "b" }] }, "no order"],
])("%j is refused with a reason", (row, reason) => {
  expect(read(row)).toEqual(expect.stringContaining(reason));
});

test("pairs go from the higher score to the lower, and skip equal scores and equal texts", () => {
  const sample = (id: string, content: string): Sample => ({
    id,
    prompt: [],
    completion: [{ role: "assistant", content }],
  });
  const candidates = [sample("0", "a"), sample("1", "b"), sample("2", "c"), sample("3", "b")];
  const pairs = preferencesFromRankings([{ id: "r", candidates, scores: [1, 3, 1, 2], subset: "s" }]);
  expect(pairs.map(({ id, subset }) => [id, subset])).toEqual([
    ["r/1-0", "s"],
    ["r/3-0", "s"],
    ["r/1-2", "s"],
    ["r/3-2", "s"],
  ]);
  expect(pairs[0].chosen).toBe(candidates[1]);
});
