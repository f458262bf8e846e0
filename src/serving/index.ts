/** Rewards over HTTP in the trainers' dialects, durable scoring of files, rewards kept as files. */
export * from "./server.ts";
export * from "./stop-on-signal.ts";
export * from "./unscored-policy.ts";
