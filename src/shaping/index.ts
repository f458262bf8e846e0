/** Rewards combined and transformed. */
export * from "./centre.ts";
export * from "./clip.ts";
export * from "./instead-of-unscored.ts";
export * from "./weighted.ts";
