/**
 * `POST /get_reward`: the remote reward of OpenRLHF (`--reward.remote_url`).
 *
 * Its client sends `query`, `prompts` and `labels` (lists of one), waits 180 s, tries 5 times whatever the status, and
 * its training stops when all fail. It has no word for "unscored": the operator's `UnscoredPolicy` answers instead.
 */

import { isScored, type Outcome, type Unscored, unscored } from "../core/outcome.ts";
import type { Sample } from "../core/vocabulary.ts";
import { badRequest, describe, HttpError } from "./http-error.ts";
import type { Metrics } from "./metrics.ts";
import type { Scorer } from "./scorer.ts";
import { completionOf } from "./special-tokens.ts";
import type { UnscoredPolicy } from "./unscored-policy.ts";
import { isObject } from "./wire-sample.ts";

/** 80 % of the client's 180 s. */
const budgetMs = 144_000;

export interface OpenrlhfAnswer {
  readonly rewards: readonly number[];
  readonly scores: readonly number[];
  readonly extra_logs: Readonly<Record<string, readonly number[]>>;
}

const known: ReadonlySet<string> = new Set(["query", "prompts", "labels"]);

/** The dialect over one scorer. Its state is the set of parts it logs, fixed by the first scored outcome. */
export class Openrlhf {
  readonly #scorer: Scorer;
  readonly #policy: UnscoredPolicy;
  readonly #metrics: Metrics;
  #parts: readonly string[] | undefined;

  constructor(scorer: Scorer, policy: UnscoredPolicy, metrics: Metrics) {
    this.#scorer = scorer;
    this.#policy = policy;
    this.#metrics = metrics;
  }

  /** @throws HttpError 400 for a malformed request; 503 when the policy is "error" and a sample has no score. */
  async answer(body: unknown): Promise<OpenrlhfAnswer> {
    const rows = this.#read(body);
    if (rows.length === 0) return { rewards: [], scores: [], extra_logs: {} };
    const outcomes = await this.#scorer.score(rows, { deadlineMs: budgetMs, hold: this.#policy.hold });
    const rewards = outcomes.map((outcome) => this.#valueOf(outcome));
    return { rewards, scores: rewards, extra_logs: this.#logs(outcomes) };
  }

  #read(body: unknown): (Sample | Unscored)[] {
    if (!isObject(body)) throw badRequest("", "an object { query, prompts, labels }", describe(body));
    const queries = texts(body.query, "query");
    const prompts = texts(body.prompts, "prompts", queries.length);
    const labels = body.labels === undefined ? [] : texts(body.labels, "labels", queries.length);
    for (const field in body) if (!known.has(field)) this.#metrics.unknownFields.inc();
    return queries.map((query, index) => readRow(query as string, prompts[index] as string, labels[index]));
  }

  #valueOf(outcome: Outcome): number {
    if (isScored(outcome)) return outcome.value;
    const { otherwise } = this.#policy;
    const policy = otherwise === "error" ? "error" : "value";
    this.#metrics.policies.inc({ policy, cause: outcome.unscored });
    if (otherwise !== "error") return otherwise;
    throw new HttpError(503, `unscored.${outcome.unscored}`, {
      expected: "a score for every sample",
      got: outcome.message,
      fix: 'Mend the cause, or let the server answer a number of your choice with the unscored policy "value:<number>".',
    });
  }

  /** Numbers only, and the same names in every answer: the trainer stacks them across samples. */
  #logs(outcomes: readonly Outcome[]): Record<string, number[]> {
    this.#parts ??= partNamesOf(outcomes.find(isScored));
    const logs: Record<string, number[]> = {
      scored: outcomes.map((outcome) => Number(isScored(outcome))),
      unscored: outcomes.map((outcome) => Number(!isScored(outcome))),
    };
    for (const name of this.#parts ?? []) {
      const parts = outcomes.map((outcome) => partOf(outcome, name));
      logs[`part/${name}`] = parts.map((part) => (part && isScored(part) ? part.value : 0));
      logs[`part/${name}/scored`] = parts.map((part) => Number(part !== undefined && isScored(part)));
    }
    return logs;
  }
}

function texts(value: unknown, path: string, length?: number): (string | null)[] {
  if (!Array.isArray(value)) throw badRequest(path, "a list of texts", describe(value));
  if (length !== undefined && value.length !== length)
    throw badRequest(path, `${length} items, as in query`, describe(value));
  const wrong = value.findIndex((item) => typeof item !== "string" && !(item === null && path === "labels"));
  if (wrong >= 0) throw badRequest(`${path}[${wrong}]`, "a text", describe(value[wrong]));
  return value;
}

/**
 * The id is what is scored itself, so that it does not depend on when the sample came; joined texts cost nothing until
 * somebody reads them, where a hash would cost as much as the rest of this function. An empty label is none.
 */
function readRow(query: string, prompt: string, label: string | null | undefined): Sample | Unscored {
  const completion = completionOf(query, prompt);
  if (completion === undefined) {
    return unscored("invalid-input", "expected query to start with its prompt (a special token in front may differ)");
  }
  return {
    id: `${prompt.length} ${query} ${label ?? ""}`,
    prompt: [{ role: "user", content: prompt }],
    completion: [{ role: "assistant", content: completion }],
    reference: label || undefined,
  };
}

/** Paths of the parts, "manner/clear" for a part of a part. */
function partNamesOf(outcome: Outcome | undefined): string[] | undefined {
  return (
    outcome &&
    Object.entries(outcome.parts ?? {}).flatMap(([name, part]) => [
      name,
      ...(partNamesOf(part) ?? []).map((inner) => `${name}/${inner}`),
    ])
  );
}

function partOf(outcome: Outcome, path: string): Outcome | undefined {
  for (const [name, part] of Object.entries(outcome.parts ?? {})) {
    if (path === name) return part;
    const inner = path.startsWith(`${name}/`) ? partOf(part, path.slice(name.length + 1)) : undefined;
    if (inner) return inner;
  }
  return undefined;
}
