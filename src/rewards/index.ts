/** Rewards that people write. */
export * from "./exact-match.ts";
export * from "./numeric-answer.ts";
export * from "./regex-match.ts";
