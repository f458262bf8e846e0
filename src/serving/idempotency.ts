/** Same key, same body: same answer, computed once (the Idempotency-Key header). */

import { HttpError } from "./http-error.ts";

interface Entry {
  readonly digest: string;
  readonly answer: Promise<string>;
  readonly expiresAt: number;
  /** 0 while in flight. */
  size: number;
}

/** Answers by key: the least recently asked go first when they take more than `maximumCharacters`. */
export class IdempotentAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #maximumCharacters: number;
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  #characters = 0;

  constructor({
    maximumCharacters = 64 << 20,
    lifetimeMs = 10 * 60_000,
    now = () => performance.now(),
  }: { maximumCharacters?: number; lifetimeMs?: number; now?: () => number } = {}) {
    this.#maximumCharacters = maximumCharacters;
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  /**
   * The answer to `key`: the one already given, the one being computed, or a new one. A computation that fails is
   * forgotten, so that the next request with its key tries again.
   * @throws HttpError 422 when the key came with another body before.
   */
  async answer(key: string, digest: string, compute: () => Promise<string>): Promise<string> {
    const known = this.#entries.get(key);
    if (known && known.expiresAt <= this.#now()) this.#forget(key, known);
    else if (known) return this.#repeat(key, known, digest);
    const entry: Entry = { digest, answer: compute(), expiresAt: this.#now() + this.#lifetimeMs, size: 0 };
    this.#entries.set(key, entry);
    try {
      const answer = await entry.answer;
      entry.size = key.length + digest.length + answer.length;
      this.#characters += entry.size;
      this.#evict();
      return answer;
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    }
  }

  #repeat(key: string, entry: Entry, digest: string): Promise<string> {
    if (entry.digest !== digest) {
      throw new HttpError(422, "serving.idempotency-key-reused", {
        where: "idempotency-key",
        expected: "the body that this key came with before",
        got: "another body",
        fix: "Make a new key for every new request.",
      });
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#characters -= entry.size;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#characters <= this.#maximumCharacters) return;
      if (entry.size > 0) this.#forget(key, entry);
    }
  }
}
