/** What scoring one item comes to: a number, or an honest refusal to give one. */

/** Why something could not be scored. Closed on purpose: reports, metrics and policies go by it. */
export const causes = [
  "timeout",
  "aborted",
  "invalid-input",
  "missing-reference",
  "not-finite",
  "unreadable",
  "refusal",
  "budget-spent",
  "backend-down",
  "overloaded",
  "reward-error",
] as const;

export type Cause = (typeof causes)[number];

export interface Scored {
  readonly value: number;
  /** Outcomes of the named parts a combination was made from. */
  readonly parts?: Readonly<Record<string, Outcome>>;
  /** Values of the steps, in order. */
  readonly steps?: readonly number[];
  /** In [0, 1]: how sure the reward is of the value. */
  readonly confidence?: number;
  readonly reason?: string;
}

export interface Unscored {
  readonly unscored: Cause;
  readonly message: string;
  readonly parts?: Readonly<Record<string, Outcome>>;
}

export type Outcome = Scored | Unscored;

export function isScored(outcome: Outcome): outcome is Scored {
  return "value" in outcome;
}

/** A score. NaN and Infinity become `Unscored` "not-finite": no number leaves a reward that is not one. */
export function scored(value: number, details: Omit<Scored, "value"> = {}): Outcome {
  if (!Number.isFinite(value)) return unscored("not-finite", `expected a finite value, got ${value}`, details.parts);
  const step = details.steps?.findIndex((s) => !Number.isFinite(s)) ?? -1;
  if (step >= 0) {
    return unscored(
      "not-finite",
      `expected a finite value at steps[${step}], got ${details.steps?.[step]}`,
      details.parts,
    );
  }
  return { value, ...details };
}

export function unscored(cause: Cause, message: string, parts?: Unscored["parts"]): Unscored {
  return parts ? { unscored: cause, message, parts } : { unscored: cause, message };
}

/** Replaces the value of a scored outcome; an unscored one passes through untouched. */
export function mapValue(outcome: Outcome, change: (value: number) => number): Outcome {
  if (!isScored(outcome)) return outcome;
  const { value, ...details } = outcome;
  return scored(change(value), details);
}
