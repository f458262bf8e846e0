/** The words every room speaks: what was asked, what was done, and what people said about it. */

/** One turn of a conversation, as trainers and chat APIs send it. Unknown fields are kept. */
export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly [field: string]: unknown;
}

/** One thing to score: a completion of a prompt. */
export interface Sample {
  readonly id: string;
  readonly prompt: readonly Message[];
  readonly completion: readonly Message[];
  /** What a verifier compares with: the right answer, a pattern, a test. */
  readonly reference?: string;
  /** Samples that compete with each other (usually: share a prompt) carry the same group. */
  readonly group?: string;
  /** The completion cut into steps, for rewards that score steps. */
  readonly steps?: readonly string[];
  /** Numbers known about the sample beforehand. */
  readonly features?: Readonly<Record<string, number>>;
}

/** One decision: what was seen, what was done, and, where known, the reward for it. */
export interface Step<Observation = unknown, Action = unknown> {
  readonly observation: Observation;
  readonly action: Action;
  readonly reward?: number;
}

/** A walk through a decision process. `final` is the observation after the last step. */
export interface Trajectory<Observation = unknown, Action = unknown> {
  readonly id: string;
  readonly steps: readonly Step<Observation, Action>[];
  readonly final: Observation;
  /** `terminated`: the process ended. `truncated`: we stopped looking (a time limit, a segment's end). */
  readonly ended: "terminated" | "truncated";
  readonly task?: string;
}

/**
 * A judgement between two items of one kind: two completions of a prompt, two segments of a walk.
 *
 * `probability` that `chosen` is the better one covers every kind of label with one number:
 * 1 a plain preference (the default), 0.5 a tie, anything between a soft label or a vote share.
 */
export interface Preference<Item = Sample> {
  readonly id: string;
  readonly chosen: Item;
  readonly rejected: Item;
  /** In [0, 1]; 1 when absent. */
  readonly probability?: number;
  /** How much better, in the annotators' units (HelpSteer2: 1 slightly, 2, 3 much). Positive. */
  readonly strength?: number;
  readonly annotator?: string;
  readonly subset?: string;
}

/** One prompt's candidates side by side. */
export interface Ranking<Item = Sample> {
  readonly id: string;
  readonly candidates: readonly Item[];
  /** One per candidate, higher is better, equal is a tie. */
  readonly scores: readonly number[];
  readonly subset?: string;
}

/** One item rated on named attributes. */
export interface Rating<Item = Sample> {
  readonly id: string;
  readonly item: Item;
  readonly ratings: Readonly<Record<string, number>>;
  readonly annotator?: string;
}

/** Text of a message list: the contents, joined by blank lines. */
export function textOf(messages: readonly Message[]): string {
  if (messages.length === 1) return messages[0].content;
  return messages.map((message) => message.content).join("\n\n");
}

/**
 * The identity of a prompt: equal for equal conversations, whatever else a row holds.
 * Splits, groups and clustered intervals all go by it.
 */
export function promptKey(prompt: readonly Message[]): string {
  return JSON.stringify(prompt.map(({ role, content }) => [role, content]));
}
