/** Rewards over HTTP in the trainers' dialects, durable scoring of files, rewards kept as files. */
export * from "./reward-source.ts";
export * from "./score-file.ts";
export * from "./server.ts";
export * from "./unscored-policy.ts";
