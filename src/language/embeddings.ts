/** The encoder that asks an embedding model, over any server that speaks OpenAI's `/v1/embeddings`. */

import pLimit from "p-limit";
import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import { type Random, random } from "../core/random.ts";
import { matrix32 } from "../numerics/matrix.ts";
import type { Encoder } from "./encoder.ts";
import { Passing, retryAfterSeconds, withRetries } from "./retry.ts";

const optionsSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).username === "", "must not hold credentials"),
  model: z.string().min(1),
  dimension: z.int().positive(),
  apiKeyVariable: z.string().min(1).optional(),
  reads: z.enum(["completion", "conversation"]).default("conversation"),
  batchSize: z.int().positive().default(32),
  concurrency: z.int().positive().default(4),
  requestSeconds: z.number().positive().default(60),
  totalSeconds: z.number().positive().default(300),
});

export interface EmbeddingsOptions {
  /** The API's root: "https://api.openai.com/v1", "http://localhost:11434/v1". */
  readonly url: string;
  readonly model: string;
  /** How many numbers the model gives a text. */
  readonly dimension: number;
  /** Name of the environment variable that holds the key, read at every call. The key itself is kept nowhere. */
  readonly apiKeyVariable?: string;
  /** "conversation" when absent. */
  readonly reads?: Encoder["reads"];
  /** Texts a request; 32 when absent, which every server takes. */
  readonly batchSize?: number;
  /** Requests at a time; 4 when absent. */
  readonly concurrency?: number;
  /** Limit of one request; 60 when absent. */
  readonly requestSeconds?: number;
  /** Limit of one batch with all its repeats; 300 when absent. */
  readonly totalSeconds?: number;
}

type Settings = z.output<typeof optionsSchema>;

/**
 * Sends texts in batches, several at a time. Repeats what may pass (408, 409, 425, 429, 5xx, no connection) and nothing
 * else. An empty text goes out as one space, since servers refuse empty ones. Redirects are not followed: the key is
 * for one server.
 *
 * `encode` throws GuerdonError "embeddings.unavailable" when the time is up, "embeddings.rejected" for any other answer
 * than success, "embeddings.malformed" for vectors of the wrong number, width or kind, "embeddings.no-key" when the
 * variable is not set; and the signal's reason when that aborts.
 * @throws GuerdonError "embeddings.options"
 */
export function embeddings(options: EmbeddingsOptions): Encoder {
  const settings = checkedOptions(options);
  const { model, dimension, reads, batchSize, concurrency } = settings;
  return {
    name: `embeddings-${model}`,
    dimension,
    reads,
    config: { kind: "embeddings", ...settings },
    async encode(texts, { signal, onProgress } = {}) {
      const failed = new AbortController();
      const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
      const encoded = matrix32(texts.length, dimension);
      const limit = pLimit(concurrency);
      // Processes that started together must not wait in step, hence a seed from the clock; no result depends on it.
      const waits = random(Math.floor(performance.timeOrigin + performance.now()));
      let done = 0;
      const starts = Array.from({ length: Math.ceil(texts.length / batchSize) }, (_, batch) => batch * batchSize);
      const sendAll = starts.map((start) =>
        limit(async () => {
          const batch = texts.slice(start, start + batchSize);
          const vectors = await embedBatch(batch, settings, waits.split(start), either);
          for (const [index, vector] of vectors.entries()) encoded.data.set(vector, (start + index) * dimension);
          done += batch.length;
          onProgress?.({ stage: "embed", done, total: texts.length });
        }),
      );
      try {
        await Promise.all(sendAll);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
      return encoded;
    },
  };
}

function checkedOptions(options: EmbeddingsOptions): Settings {
  const { data, error } = optionsSchema.safeParse(options);
  if (data) return data;
  throw new GuerdonError("embeddings.options", {
    where: `embeddings, ${error.issues[0].path.join(".") || "options"}`,
    expected: "{ url, model, dimension } and limits above zero",
    got: error.issues[0].message,
    fix: 'For example { url: "http://localhost:11434/v1", model: "nomic-embed-text", dimension: 768 }.',
  });
}

async function embedBatch(
  texts: readonly string[],
  settings: Settings,
  waits: Random,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  try {
    const body = await withRetries((secondsLeft) => request(texts, settings, secondsLeft, signal), {
      budget: settings.totalSeconds,
      random: waits,
      signal,
    });
    return readVectors(body, texts.length, settings.dimension);
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    throw new GuerdonError("embeddings.unavailable", {
      where: settings.url,
      expected: `vectors within ${settings.totalSeconds} s`,
      got: error.message,
      fix: "See that the server runs and takes this many requests, or give it more time (totalSeconds).",
      cause: error,
    });
  }
}

async function request(
  texts: readonly string[],
  settings: Settings,
  secondsLeft: number,
  signal: AbortSignal,
): Promise<string> {
  const { url, model } = settings;
  const limit = AbortSignal.timeout(Math.ceil(1000 * Math.min(settings.requestSeconds, secondsLeft)));
  const key = apiKey(settings.apiKeyVariable);
  const response = await reach(`${url.replace(/\/+$/, "")}/embeddings`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ model, input: texts.map((text) => text || " "), encoding_format: "float" }),
    signal: AbortSignal.any([signal, limit]),
  });
  if (response.status === 200) return response.body;
  const excerpt = response.body.slice(0, 300);
  const said = `HTTP ${response.status}: ${key ? excerpt.replaceAll(key, "[key]") : excerpt}`;
  if (isPassing(response.status, response.body)) throw new Passing(said, { retryAfter: response.retryAfter });
  throw new GuerdonError("embeddings.rejected", {
    where: url,
    expected: "HTTP 200",
    got: said,
    fix: "The server will not take this request however often it is sent: check url, model, key and the texts' length.",
  });
}

async function reach(url: string, init: RequestInit): Promise<{ status: number; body: string; retryAfter: number }> {
  try {
    const response = await fetch(url, init);
    const retryAfter = retryAfterSeconds(response.headers.get("retry-after"));
    return { status: response.status, body: await response.text(), retryAfter };
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    throw new Passing(`no answer (${cause instanceof Error ? cause.message || cause.name : String(cause)})`, {
      cause: error,
    });
  }
}

/** A spent quota is told as 429 too, and does not come back by waiting. */
function isPassing(status: number, body: string): boolean {
  if (status === 429) return !body.includes("insufficient_quota");
  return [408, 409, 425].includes(status) || status >= 500;
}

function apiKey(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = process.env[variable];
  if (key) return key;
  throw new GuerdonError("embeddings.no-key", {
    where: `environment variable ${variable}`,
    expected: "an API key",
    got: "nothing",
    fix: `Set ${variable}, or leave apiKeyVariable out for a server without keys.`,
  });
}

const answerSchema = z.object({ data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })) });

/** The vectors by `index`, not by the order in which the server lists them. */
function readVectors(body: string, count: number, dimension: number): Float32Array[] {
  const { data, error } = answerSchema.safeParse(parseJson(body));
  if (error) throw malformed("{ data: [{ index, embedding }, …] }", z.prettifyError(error).slice(0, 300));
  const vectors: Float32Array[] = new Array(count);
  for (const { index, embedding } of data.data) {
    if (embedding.length !== dimension) throw malformed(`${dimension} numbers a text`, `${embedding.length}`);
    const vector = Float32Array.from(embedding);
    if (!vector.every(Number.isFinite)) throw malformed("finite 32-bit numbers", `others at index ${index}`);
    if (index < 0 || index >= count || vectors[index])
      throw malformed(`each index below ${count} once`, `index ${index}`);
    vectors[index] = vector;
  }
  if (data.data.length !== count) throw malformed(`${count} vectors`, `${data.data.length}`);
  return vectors;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw malformed("JSON", JSON.stringify(body.slice(0, 80)));
  }
}

function malformed(expected: string, got: string): GuerdonError {
  return new GuerdonError("embeddings.malformed", {
    where: "embeddings, the server's answer",
    expected,
    got,
    fix: "Check that model and dimension are those of the server, and that it speaks OpenAI's embeddings API.",
  });
}
