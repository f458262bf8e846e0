/** Encoders: texts in, vectors out. */
export * from "./cached.ts";
export * from "./embeddings.ts";
export * from "./encoder.ts";
export * from "./lexical.ts";
export * from "./remembering.ts";
export * from "./restore-encoder.ts";
