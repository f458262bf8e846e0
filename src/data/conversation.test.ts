import { expect, test } from "vitest";
import type { Message } from "../core/vocabulary.ts";
import { completionSchema, conversation, promptSchema, sameMessages } from "./conversation.ts";

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });

test("text is the user's in a prompt and the assistant's in a completion", () => {
  expect(promptSchema.parse("hi")).toEqual([user("hi")]);
  expect(completionSchema.parse("")).toEqual([assistant("")]);
});

test("HH-RLHF transcripts become messages, without the assistant's open turn at a prompt's end", () => {
  const text = "\n\nHuman: Hi there\n\nAssistant: Hello!\nYes?\n\nHuman: Bye\n\nAssistant:";
  const turns = [user("Hi there"), assistant("Hello!\nYes?"), user("Bye")];
  expect(promptSchema.parse(text)).toEqual(turns);
  expect(completionSchema.parse(text)).toEqual([...turns, assistant("")]);
});

test("other people's names for roles and fields, parts, and calls without a text", () => {
  const call = { id: "1" };
  expect(
    promptSchema.parse([
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
      {
        role: "user",
        content: [
          { type: "text", text: "c" },
          { type: "text", text: "d" },
        ],
        name: "eve",
      },
      { role: "assistant", content: null, toolCalls: [call] },
      { role: "tool_response", content: "e" },
    ]),
  ).toEqual([
    user("a"),
    assistant("b"),
    { ...user("c\n\nd"), name: "eve" },
    { ...assistant(""), toolCalls: [call] },
    { role: "tool", content: "e" },
  ]);
});

test.each([
  [7, "expected text or a list of messages, got a number"],
  [[], "expected at least one message"],
  [[{ role: "narrator", content: "x" }], "expected one of"],
  [[{ role: "user", content: [{ type: "image_url" }] }], "expected text or a list of text parts"],
])("%j is no prompt", (value, problem) => {
  expect(promptSchema.safeParse(value).error?.issues[0].message).toContain(problem);
});

test("the prompt of whole conversations is what they share, up to an assistant's turn", () => {
  const shared = [user("a"), assistant("b"), user("c")];
  expect(
    conversation(undefined, [
      [...shared, assistant("d")],
      [...shared, assistant("e")],
    ]),
  ).toEqual({
    prompt: shared,
    completions: [[assistant("d")], [assistant("e")]],
  });
});

test("conversations that part at a user's turn part at the assistant's turn before it", () => {
  const shared = [user("a"), assistant("b")];
  expect(
    conversation(undefined, [
      [...shared, user("c")],
      [...shared, user("d"), assistant("e")],
    ]),
  ).toEqual({
    prompt: [user("a")],
    completions: [
      [assistant("b"), user("c")],
      [assistant("b"), user("d"), assistant("e")],
    ],
  });
});

test("equal conversations keep a completion", () => {
  const same = [user("a"), assistant("b")];
  expect(conversation(undefined, [same, same])).toEqual({
    prompt: [user("a")],
    completions: [[assistant("b")], [assistant("b")]],
  });
});

test("a whole conversation says its own prompt, whatever the row's field says", () => {
  const whole = [user("a"), assistant("b")];
  expect(conversation([user("A")], [whole])).toEqual({ prompt: [user("a")], completions: [[assistant("b")]] });
});

test.each([
  ["no prompt", undefined, [[assistant("a")]]],
  ["some completions are whole conversations", [user("a")], [[assistant("a")], [user("a"), assistant("b")]]],
  [
    "do not share a prompt",
    undefined,
    [
      [user("a"), assistant("b")],
      [user("c"), assistant("d")],
    ],
  ],
])("%s", (problem, prompt, completions) => {
  expect(conversation(prompt, completions)).toContain(problem);
});

test("messages are the same only in every field", () => {
  expect(sameMessages([assistant("a")], [assistant("a")])).toBe(true);
  expect(sameMessages([assistant("a")], [{ ...assistant("a"), toolCalls: [1] }])).toBe(false);
  expect(sameMessages([assistant("a")], [assistant("a"), user("b")])).toBe(false);
});
