/** Matrices, linear algebra, optimisation, networks and their files. */

export * from "./design-matrix.ts";
export * from "./linear-algebra.ts";
export * from "./matrix.ts";
export * from "./multilayer-perceptron.ts";
export * from "./newton.ts";
export * from "./perceptron-training.ts";
export * from "./principal-components.ts";
export * from "./safetensors.ts";
export * from "./symmetric-eigen.ts";
