/** The vocabulary, outcomes and causes, seeded randomness, statistics, errors. */
export * from "./conservation.ts";
export * from "./errors.ts";
export * from "./outcome.ts";
export * from "./random.ts";
export * from "./reward.ts";
export * from "./statistics/index.ts";
export * from "./vocabulary.ts";
