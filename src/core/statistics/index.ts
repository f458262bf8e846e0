/** What every comparison and interval in the house is computed with. */
export * from "./bootstrap.ts";
export * from "./comparison.ts";
export * from "./correlation.ts";
export { mean, quantile, ranks, standardDeviation } from "./describe.ts";
export * from "./probability.ts";
