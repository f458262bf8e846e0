/** A sample as it comes over the wire, checked by hand: schema objects cost more than the scoring of a rule. */

import { type Unscored, unscored } from "../core/outcome.ts";
import type { Message, Sample } from "../core/vocabulary.ts";
import { promptSchema } from "../data/conversation.ts";
import { badRequest, describe } from "./http-error.ts";

/** A sample, or why this one cannot be read. Either way it can be answered, by its id. */
export interface WireSample {
  readonly id: string;
  readonly sample: Sample | Unscored;
  readonly unknownFields: number;
}

const roles: ReadonlySet<unknown> = new Set(["system", "user", "assistant", "tool"]);
const fields: ReadonlySet<string> = new Set(["id", "prompt", "completion", "reference", "group", "steps", "features"]);

/**
 * Reads `{ id, prompt, completion, reference?, group?, steps?, features? }`; prompt and completion are a text or a list
 * of messages. What is wrong inside a sample with an id is that sample's own Unscored "invalid-input".
 * @throws HttpError 400 when there is no id to answer to.
 */
export function readWireSample(value: unknown, path: string): WireSample {
  if (!isObject(value)) throw badRequest(path, "an object", describe(value));
  const { id } = value;
  if (typeof id !== "string" || id === "") throw badRequest(`${path}.id`, "a text that is not empty", describe(id));
  const unknownFields = Object.keys(value).filter((field) => !fields.has(field)).length;
  const complaint = (field: string, expected: string, got: unknown) => ({
    id,
    unknownFields,
    sample: unscored("invalid-input", `${path}.${field}: expected ${expected}, got ${describe(got)}`),
  });

  const prompt = readMessages(value.prompt, "user");
  if (!prompt) return complaint("prompt", messagesExpected, value.prompt);
  const completion = readMessages(value.completion, "assistant");
  if (!completion) return complaint("completion", messagesExpected, value.completion);
  const { reference, group, steps, features } = value;
  if (!isAbsent(reference) && typeof reference !== "string") return complaint("reference", "a text", reference);
  if (!isAbsent(group) && typeof group !== "string") return complaint("group", "a text", group);
  if (!isAbsent(steps) && !isListOf(steps, "string")) return complaint("steps", "a list of texts", steps);
  if (!isAbsent(features) && !(isObject(features) && isListOf(Object.values(features), "number"))) {
    return complaint("features", "an object of numbers", features);
  }
  const sample = {
    id,
    prompt,
    completion,
    ...(isAbsent(reference) ? {} : { reference }),
    ...(isAbsent(group) ? {} : { group }),
    ...(isAbsent(steps) ? {} : { steps: steps as string[] }),
    ...(isAbsent(features) ? {} : { features: features as Record<string, number> }),
  };
  return { id, unknownFields, sample };
}

const messagesExpected = "a text or a list of messages { role, content }";

function readMessages(value: unknown, role: Message["role"]): readonly Message[] | undefined {
  if (typeof value === "string") return [{ role, content: value }];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  // Plain messages are nearly all there is; the schema knows contents that are null or cut into parts.
  return value.every(isMessage) ? value : promptSchema.safeParse(value).data;
}

function isMessage(value: unknown): value is Message {
  return isObject(value) && roles.has(value.role) && typeof value.content === "string";
}

/** Trainers send null for what a row lacks. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isListOf(value: unknown, type: "string" | "number"): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
