/** Reads prompts and completions from the forms that data sets write them in: text, messages, transcripts. */

import { z } from "zod";
import type { Message } from "../core/vocabulary.ts";
import { kindOf } from "./row.ts";

/** What was asked once, and each thing that was answered to it. */
export interface Conversation {
  readonly prompt: readonly Message[];
  readonly completions: readonly (readonly Message[])[];
}

const roles: Readonly<Record<string, Message["role"]>> = {
  human: "user",
  gpt: "assistant",
  tool_call: "assistant",
  tool_response: "tool",
  function: "tool",
};

const textPart = z.looseObject({ type: z.literal("text"), text: z.string() });

const content = z.preprocess(
  (value) => value ?? "",
  z.union([z.string(), z.array(textPart).transform((parts) => parts.map((part) => part.text).join("\n\n"))], {
    error: "expected text or a list of text parts",
  }),
);

const message = z.preprocess(
  named,
  z.looseObject({ role: z.enum(["system", "user", "assistant", "tool"]), content }, { error: "expected a message" }),
);

const messages = z
  .array(message, { error: ({ input }) => `expected text or a list of messages, got ${kindOf(input)}` })
  .min(1, { error: "expected at least one message" });

/** A prompt: text of the user, a transcript, one message or several. */
export const promptSchema = z.preprocess((value) => turns(value, "user"), messages);

/** A completion, or a whole conversation that ends with it: text of the assistant, a transcript, messages. */
export const completionSchema = z.preprocess((value) => turns(value, "assistant"), messages);

/**
 * Parts what was asked from what was answered.
 *
 * Completions that open with a user's or the system's turn are whole conversations: the prompt is then what they share,
 * up to an assistant's turn, whatever the row's own prompt field says. Needs at least one completion.
 *
 * @returns the conversation, or what is wrong with it.
 */
export function conversation(
  prompt: readonly Message[] | undefined,
  completions: readonly (readonly Message[])[],
): Conversation | string {
  const whole = completions.filter(([first]) => first.role === "user" || first.role === "system").length;
  if (whole === 0)
    return prompt ? { prompt, completions } : "no prompt, and completions that are not whole conversations";
  if (whole < completions.length) return "some completions are whole conversations and some are not";
  const cut = sharedTurns(completions);
  if (cut === 0) return "the conversations do not share a prompt that an assistant then answers";
  return { prompt: completions[0].slice(0, cut), completions: completions.map((turns) => turns.slice(cut)) };
}

/** Whether two message lists are the same in every field. */
export function sameMessages(a: readonly Message[], b: readonly Message[]): boolean {
  // The texts first: they nearly always differ, and comparing them costs nothing.
  const sameTexts = a.length === b.length && a.every(({ content }, i) => content === b[i].content);
  return sameTexts && JSON.stringify(a) === JSON.stringify(b);
}

function sharedTurns(conversations: readonly (readonly Message[])[]): number {
  const [first, ...others] = conversations;
  const shortest = Math.min(...conversations.map((turns) => turns.length));
  let shared = 0;
  while (shared < shortest - 1 && others.every((turns) => sameMessages([turns[shared]], [first[shared]]))) shared++;
  while (shared > 0 && conversations.some((turns) => turns[shared].role !== "assistant")) shared--;
  return shared;
}

function turns(value: unknown, role: Message["role"]): unknown {
  if (typeof value === "string") return transcript(value, role) ?? [{ role, content: value }];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? [value] : value;
}

// HH-RLHF's form: "\n\nHuman: …\n\nAssistant: …". A prompt in it ends with the assistant's name and nothing said.
function transcript(text: string, role: Message["role"]): Message[] | undefined {
  if (!text.startsWith("\n\nHuman:")) return undefined;
  const [, ...pieces] = text.split(/\n\n(Human|Assistant):/);
  const said = Array.from(
    { length: pieces.length / 2 },
    (_, i): Message => ({
      role: pieces[2 * i] === "Human" ? "user" : "assistant",
      content: pieces[2 * i + 1].trim(),
    }),
  );
  const open = role === "user" && said.at(-1)?.role === "assistant" && said.at(-1)?.content === "";
  return open ? said.slice(0, -1) : said;
}

// ShareGPT's { from, value } and other people's names for the roles.
function named(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { from, value: said, ...fields } = value as Record<string, unknown>;
  const turn = from === undefined ? (value as Record<string, unknown>) : { role: from, content: said, ...fields };
  const role = roles[turn.role as string];
  return role ? { ...turn, role } : turn;
}
