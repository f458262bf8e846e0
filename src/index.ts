/** Guerdon: write, learn, shape, measure, optimise and serve reward functions. */
export * from "./core/index.ts";
export * from "./data/index.ts";
export * from "./environments/index.ts";
export * from "./language/index.ts";
export * from "./learning/index.ts";
export * from "./measuring/index.ts";
export * from "./rewards/index.ts";
export * from "./serving/index.ts";
export * from "./shaping/index.ts";
