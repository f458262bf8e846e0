/** `POST /v1/score`: a batch of samples with ids in, an outcome for each out. */

import { tally } from "../core/conservation.ts";
import { badRequest, describe } from "./http-error.ts";
import type { Scorer } from "./scorer.ts";
import { isObject, readWireSample, type WireSample } from "./wire-sample.ts";

/** The answer as text, so that a repeated request can be given the same bytes. */
export async function answerNative(
  scorer: Scorer,
  body: unknown,
  deadlineMs: number | undefined,
  onUnknownFields: (count: number) => void,
): Promise<string> {
  const entries = readEntries(body, onUnknownFields);
  const outcomes = await scorer.score(
    entries.map(({ sample }) => sample),
    { deadlineMs },
  );
  const { asked, scored, unscored } = tally(outcomes);
  return JSON.stringify({
    reward: scorer.reward.name,
    outcomes: entries.map(({ id }, index) => ({ id, ...outcomes[index] })),
    asked,
    scored,
    unscored,
  });
}

function readEntries(body: unknown, onUnknownFields: (count: number) => void): WireSample[] {
  if (!isObject(body)) throw badRequest("", "an object { samples: [...] }", describe(body));
  if (!Array.isArray(body.samples)) throw badRequest("samples", "a list of samples", describe(body.samples));
  const entries = body.samples.map((value, index) => readWireSample(value, `samples[${index}]`));
  onUnknownFields(entries.reduce((sum, { unknownFields }) => sum + unknownFields, Object.keys(body).length - 1));
  return entries;
}

/**
 * The header `guerdon-deadline-ms`.
 * @throws HttpError 400 unless it is a positive whole number.
 */
export function readDeadline(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = Number(header);
  if (!Number.isSafeInteger(ms) || ms <= 0) {
    throw badRequest("guerdon-deadline-ms", "a positive whole number of milliseconds", describe(header));
  }
  return ms;
}
