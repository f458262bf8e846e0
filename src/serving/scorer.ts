/** The one scoring core behind every endpoint: admission, deadline, counting. */

import type { Outcome, Unscored } from "../core/outcome.ts";
import type { Reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { Deadlines } from "./deadlines.ts";
import { finite } from "./finite-outcome.ts";
import { HttpError } from "./http-error.ts";
import type { Metrics } from "./metrics.ts";
import { scoreTolerantly } from "./tolerant-scoring.ts";
import { holdForTransient } from "./unscored-policy.ts";

export interface ScorerOptions {
  readonly maximumInFlight: number;
  readonly deadlineMs: number;
  readonly metrics: Metrics;
}

export interface ScoreRequest {
  /** What the caller grants; the server's own limit caps it. */
  readonly deadlineMs?: number;
  /** Ask again, until the deadline, for samples whose failure may pass. */
  readonly hold?: boolean;
}

export class Scorer {
  readonly reward: Reward;
  readonly #options: ScorerOptions;
  readonly #deadlines = new Deadlines();
  #inFlight = 0;

  constructor(reward: Reward, options: ScorerOptions) {
    this.reward = reward;
    this.#options = options;
    options.metrics.watchInFlight(() => this.#inFlight);
  }

  /**
   * One outcome a row, in order, finite throughout; a row that could not be read keeps the outcome it came with.
   * @throws HttpError 429 when the server is full, 413 when the batch alone is more than it takes.
   */
  async score(rows: readonly (Sample | Unscored)[], { deadlineMs, hold }: ScoreRequest = {}): Promise<Outcome[]> {
    const { metrics, deadlineMs: limit } = this.#options;
    const samples = rows.filter((row): row is Sample => !("unscored" in row));
    this.#admit(samples.length);
    const started = performance.now();
    try {
      const results = await this.#deadlines.within(Math.min(limit, deadlineMs ?? limit), (signal) => {
        const attempt = (batch: readonly Sample[]) => scoreTolerantly(this.reward, batch, signal);
        return hold ? holdForTransient(samples, attempt, signal) : attempt(samples);
      });
      let next = 0;
      const outcomes = rows.map((row) => ("unscored" in row ? row : finite(results[next++])));
      metrics.count(outcomes);
      return outcomes;
    } finally {
      this.#inFlight -= samples.length;
      metrics.seconds.observe((performance.now() - started) / 1000);
    }
  }

  /** Cuts everything in flight; it is answered as Unscored "aborted". */
  cut(): void {
    this.#deadlines.cut("the server is stopping");
  }

  #admit(count: number): void {
    const { maximumInFlight } = this.#options;
    if (count > maximumInFlight) {
      throw new HttpError(413, "serving.batch-too-large", {
        where: "samples",
        expected: `at most ${maximumInFlight} samples`,
        got: String(count),
        fix: "Send smaller batches.",
      });
    }
    if (this.#inFlight + count > maximumInFlight) {
      throw new HttpError(429, "serving.overloaded", {
        expected: `at most ${maximumInFlight} samples in flight`,
        got: `${this.#inFlight} in flight and ${count} more`,
        fix: "Try again after the time in the retry-after header.",
      });
    }
    this.#inFlight += count;
  }
}
