import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completionOf } from "./special-tokens.ts";

describe("completionOf", () => {
  it.each([
    ["plain", "Q: 1+1? A:", " 2", "Q: 1+1? A: 2"],
    ["a BOS that the tokenizer added", "Hi", " there", "<s>Hi there"],
    ["a BOS and the blank of its decoding", "Hi", " there", "<s> Hi there"],
    ["a BOS that is in the prompt only", "<s>Hi", " there", "Hi there"],
    ["a second BOS", "<|begin_of_text|>Hi", " there", "<|begin_of_text|><|begin_of_text|>Hi there"],
    ["an end token", "Hi", " there", "Hi there</s>"],
    ["an end token and padding", "Hi", " there", "Hi there<|im_end|>\n<|endoftext|><|endoftext|>"],
    ["full-width bars", "Hi", " there", "<｜begin▁of▁sentence｜>Hi there<｜end▁of▁sentence｜>"],
    ["tokens inside", "<|user|>Hi<|assistant|>", "<think>no</think> <|tool|> <answer>4</answer>", ""],
    ["an empty prompt", "", "all of it", "all of it"],
    ["nothing but the prompt", "Hi", "", "<s>Hi</s>"],
  ])("cuts after %s", (_, prompt, completion, query) => {
    expect(completionOf(query || prompt + completion, prompt)).toBe(completion);
  });

  it("knows when the prompt is not there", () => {
    expect(completionOf("something else", "Hi")).toBeUndefined();
    expect(completionOf("say Hi there", "Hi")).toBeUndefined();
  });

  it("gives back any completion that ends in no special token", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (prompt, completion) => {
        expect(completionOf(prompt + completion, prompt)).toBe(completion);
      }),
    );
  });

  it("takes linear time on long runs", () => {
    const run = "<|a|> ".repeat(100_000);
    expect(completionOf(`Hi${run}`, "Hi")).toBe("");
    expect(completionOf(`Hi${" ".repeat(1_000_000)}`, "Hi")).toHaveLength(1_000_000);
  });
});
