/** The one error class: what was expected, what was found, and what to do about it. */

export interface Complaint {
  /** Where: a path, a row, an argument. */
  readonly where?: string;
  readonly expected: string;
  readonly got: string;
  /** What the reader can do. */
  readonly fix: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Thrown for wrong use and bad input; never for a sample that merely cannot be scored (that is `Unscored`).
 *
 * `code` is stable and made for programs ("data.not-found"); the message is made for people.
 */
export class GuerdonError extends Error {
  override readonly name = "GuerdonError";
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, { where, expected, got, fix, details = {}, cause }: Complaint) {
    super(`${where ? `${where}: ` : ""}expected ${expected}, got ${got}. ${fix}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.details = details;
  }
}
