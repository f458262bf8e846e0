/** Encoders: texts in, vectors out. */
export * from "./encoder.ts";
export * from "./lexical.ts";
export * from "./restore-encoder.ts";
