/** Reading and writing data sets: shapes, splits, fingerprints. */
export * from "./fingerprint.ts";
export { preferencesFromRankings } from "./ranking-shapes.ts";
export * from "./read.ts";
export * from "./row.ts";
export * from "./rows.ts";
export * from "./shipped.ts";
export * from "./split.ts";
export * from "./styles.ts";
export * from "./write.ts";
