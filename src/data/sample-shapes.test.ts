import { expect, test } from "vitest";
import type { Fields } from "./row.ts";
import { sampleShapes } from "./sample-shapes.ts";
import { recognise } from "./shape.ts";

function read(row: Fields) {
  const found = recognise(sampleShapes, row, "x");
  return typeof found === "string" ? found : found.items;
}

const prompt = [{ role: "user", content: "p" }];
const completion = [{ role: "assistant", content: "c" }];

test.each<[string, Fields]>([
  ["completion", { prompt: "p", completion: "c" }],
  ["response", { prompt: "p", response: "c" }],
  ["text", { prompt, text: "c" }],
  ["instruction and output as messages", { instruction: "p", completion }],
  ["a whole conversation", { messages: [...prompt, ...completion] }],
])("%s", (_, row) => {
  expect(read(row)).toEqual([{ id: "x", prompt, completion }]);
});

test("what a sample may carry", () => {
  const row = { prompt: "p", response: "c", answer: 42, group: 7, steps: ["one", "two"], features: { length: 3 } };
  expect(read(row)).toEqual([
    { id: "x", prompt, completion, reference: "42", group: "7", steps: ["one", "two"], features: { length: 3 } },
  ]);
});

test("Alpaca's input belongs to the prompt", () => {
  expect(read({ instruction: "Sum up.", input: "Once …", response: "c" })).toMatchObject([
    { prompt: [{ content: "Sum up.\n\nOnce …" }] },
  ]);
});

test("candidates are samples of one group", () => {
  const samples = [0, 1].map((i) => ({ id: `x/${i}`, prompt, completion, group: "x" }));
  expect(read({ prompt: "p", responses: ["c", { model: "m", text: "c" }] })).toEqual(samples);
  expect(read({ prompt: "p", completions: ["c", "c"] })).toEqual(samples);
});

test.each<[Fields, string]>([
  [{ completion: "c" }, "no prompt"],
  [{ prompt: "p", completion: 3 }, "completion: expected text or a list of messages, got a number"],
  [{ prompt: "p", completion: "c", features: { length: "long" } }, "features.length: "],
  [{ prompt: "p" }, "no known shape; fields seen: prompt"],
])("%j is refused with a reason", (row, reason) => {
  expect(read(row)).toEqual(expect.stringContaining(reason));
});
