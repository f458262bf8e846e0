import { expect, test } from "vitest";
import { ratingShapes } from "./rating-shapes.ts";
import type { Fields } from "./row.ts";
import { recognise } from "./shape.ts";

function read(row: Fields) {
  const found = recognise(ratingShapes, { prompt: "p", ...row }, "x");
  return typeof found === "string"
    ? found
    : found.items.map(({ id, ratings, annotator }) => ({ id, ratings, annotator }));
}

test.each<[string, Fields, unknown[]]>([
  [
    "HelpSteer, as in CSV",
    { response: "a", helpfulness: "3", correctness: "4", coherence: "", annotator: "eve" },
    [{ id: "x/0", ratings: { helpfulness: 3, correctness: 4 }, annotator: "eve" }],
  ],
  ["named ratings", { response: "a", ratings: { charm: 0.5 } }, [{ id: "x/0", ratings: { charm: 0.5 } }]],
  [
    "the shape that ships",
    { completions: [{ text: "a", ratings: { helpfulness: 4, verbosity: 1 } }, { text: "b" }] },
    [{ id: "x/0", ratings: { helpfulness: 4, verbosity: 1 } }],
  ],
  [
    "UltraFeedback",
    { completions: [{ response: "a", annotations: { honesty: { Rating: "5" }, truthfulness: { Rating: "N/A" } } }] },
    [{ id: "x/0", ratings: { honesty: 5 } }],
  ],
])("%s", (_, row, ratings) => {
  expect(read(row)).toEqual(ratings);
});

test.each<[Fields, string]>([
  [{ response: "a", helpfulness: "good" }, "helpfulness: "],
  [{ response: "a", ratings: {} }, "no ratings"],
  [{ completions: [{ text: "a" }] }, "no ratings"],
  [{ response: "a" }, "no known shape"],
])("%j is refused with a reason", (row, reason) => {
  expect(read(row)).toEqual(expect.stringContaining(reason));
});
