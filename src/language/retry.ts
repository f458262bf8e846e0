/** The one layer that tries a request again, within a budget of wall-clock time. */

import type { Random } from "../core/random.ts";

/** A failure that may pass: the server is busy, restarting, or could not be reached. */
export class Passing extends Error {
  override readonly name = "Passing";
  /** How long the server asked to be left alone, in seconds. */
  readonly retryAfter: number;

  constructor(message: string, { retryAfter = 0, cause }: { retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.retryAfter = retryAfter;
  }
}

export interface RetryOptions {
  /** Seconds for all attempts and waits together. */
  readonly budget: number;
  readonly random: Random;
  readonly signal?: AbortSignal;
  /** Upper bounds of the first wait and of every wait, in seconds, before what the server asks for. */
  readonly firstWait?: number;
  readonly longestWait?: number;
}

/**
 * Runs `attempt` until it gives a value or an error that is not `Passing`.
 *
 * The wait after try n is Retry-After + U(0, 1) · max(min(first · 2ⁿ, longest), Retry-After / 2): never before the
 * time that the server named, and never all at once after it. When a wait would outlast the budget the last `Passing`
 * is thrown instead.
 */
export async function withRetries<T>(
  attempt: (secondsLeft: number) => Promise<T>,
  { budget, random, signal, firstWait = 0.5, longestWait = 30 }: RetryOptions,
): Promise<T> {
  const end = performance.now() + budget * 1000;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await attempt((end - performance.now()) / 1000);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      const spread = Math.max(Math.min(firstWait * 2 ** tries, longestWait), error.retryAfter / 2);
      const wait = 1000 * (error.retryAfter + random.uniform() * spread);
      if (performance.now() + wait >= end) throw error;
      await sleep(wait, signal);
    }
  }
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Seconds from a Retry-After header, in either of its forms; 0 where it is absent or unreadable. */
export function retryAfterSeconds(header: string | null): number {
  if (header === null) return 0;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(seconds, 0) : 0;
}
