/** A refused request: a GuerdonError that knows its HTTP status and the field it is about. */

import { type Complaint, GuerdonError } from "../core/errors.ts";

export class HttpError extends GuerdonError {
  readonly status: number;
  readonly path: string;

  constructor(status: number, code: string, complaint: Complaint) {
    super(code, complaint);
    this.status = status;
    this.path = complaint.where ?? "";
  }
}

/** A 400 about the field at `path`. */
export function badRequest(path: string, expected: string, got: string): HttpError {
  return new HttpError(400, "serving.bad-request", {
    where: path,
    expected,
    got,
    fix: "See /docs for the request's fields.",
  });
}

/** A value in a few words, however large it is. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
