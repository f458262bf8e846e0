/** What the server counts, for Prometheus: the conservation law made visible. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { isScored, type Outcome } from "../core/outcome.ts";

export class Metrics {
  readonly registry = new Registry();
  readonly rejected = new Counter({
    name: "guerdon_requests_rejected_total",
    help: "Requests answered with an error, by its code.",
    labelNames: ["code"],
    registers: [this.registry],
  });
  readonly policies = new Counter({
    name: "guerdon_unscored_policy_total",
    help: "Samples that a dialect's policy answered for, by policy and cause.",
    labelNames: ["policy", "cause"],
    registers: [this.registry],
  });
  readonly unknownFields = new Counter({
    name: "guerdon_unknown_fields_total",
    help: "Fields of requests that were ignored because nobody knows them.",
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: "guerdon_scoring_seconds",
    help: "Time from admission to outcomes, a request.",
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 60, 120],
    registers: [this.registry],
  });
  readonly #asked = new Counter({
    name: "guerdon_samples_asked_total",
    help: "Samples admitted; asked = scored + unscored.",
    registers: [this.registry],
  });
  readonly #scored = new Counter({
    name: "guerdon_samples_scored_total",
    help: "Samples that got a value from the reward.",
    registers: [this.registry],
  });
  readonly #unscored = new Counter({
    name: "guerdon_samples_unscored_total",
    help: "Samples that got no value, by cause.",
    labelNames: ["cause"],
    registers: [this.registry],
  });

  /** What is in flight is asked for when somebody looks, and not told of at every request. */
  watchInFlight(read: () => number): void {
    new Gauge({
      name: "guerdon_samples_in_flight",
      help: "Samples admitted and not yet answered.",
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  count(outcomes: readonly Outcome[]): void {
    let scoredCount = 0;
    for (const outcome of outcomes) {
      if (isScored(outcome)) scoredCount++;
      else this.#unscored.inc({ cause: outcome.unscored });
    }
    this.#asked.inc(outcomes.length);
    this.#scored.inc(scoredCount);
  }
}
