/**
 * JSON from strangers: depth and size are checked before it is parsed, finiteness after.
 *
 * A byte limit is not enough: an object of a million keys fits in 12 MB and holds the event loop for over a second,
 * and a list nested a million deep overflows whoever walks it.
 */

import { isUtf8 } from "node:buffer";
import { badRequest, HttpError } from "./http-error.ts";

export interface JsonLimits {
  readonly depth: number;
  /** Members of all objects and items of all lists together. */
  readonly values: number;
}

const defaults: JsonLimits = { depth: 64, values: 250_000 };

/** What is shorter cannot hold enough to be slow, and is not looked through before it is parsed. */
const smallBytes = 1 << 14;

/**
 * Parses a request's body. `__proto__` comes out as a plain own property.
 * @throws HttpError 400, with the path of the field for a number that is not finite (`1e999`).
 */
export function parseJson(body: Buffer, limits: JsonLimits = defaults): unknown {
  if (body.length > smallBytes) assertWithinLimits(body, limits);
  if (!isUtf8(body)) throw badRequest("", "JSON in UTF-8", "bytes that are not UTF-8");
  const value = parsed(body.toString("utf8"));
  const path = nonFinitePath(value, limits.depth);
  if (path !== undefined)
    throw badRequest(path.replace(/^\./, ""), "a finite number", "a number too large for 64-bit floats");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError(400, "serving.bad-json", {
      expected: "a JSON document",
      got: cause instanceof Error ? cause.message : String(cause),
      fix: "Send one JSON object with content-type application/json.",
      cause,
    });
  }
}

function assertWithinLimits(bytes: Buffer, { depth, values }: JsonLimits): void {
  let open = 0;
  let count = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c /* \ */) i++;
      else if (byte === 0x22 /* " */) inString = false;
    } else if (byte === 0x22) {
      inString = true;
    } else if (byte === 0x5b /* [ */ || byte === 0x7b /* { */) {
      if (++open > depth) throw tooDeep(depth);
      count++;
    } else if (byte === 0x5d /* ] */ || byte === 0x7d /* } */) {
      open--;
    } else if (byte === 0x2c /* , */ && ++count > values) {
      throw badRequest("", `at most ${values} values in one request`, "more");
    }
  }
}

function tooDeep(depth: number): HttpError {
  return badRequest("", `JSON nested at most ${depth} deep`, "a deeper one");
}

/** The path of the first number that is not finite, as ".samples[0].features.x". */
function nonFinitePath(value: unknown, maximum: number, depth = 0): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "";
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === maximum) throw tooDeep(maximum);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const path = nonFinitePath(value[i], maximum, depth + 1);
      if (path !== undefined) return `[${i}]${path}`;
    }
    return undefined;
  }
  for (const [key, child] of Object.entries(value)) {
    const path = nonFinitePath(child, maximum, depth + 1);
    if (path !== undefined) return `.${key}${path}`;
  }
  return undefined;
}
