export * from "./grid-world.ts";
export * from "./planning.ts";
export * from "./policy-evaluation.ts";
export * from "./random-mdp.ts";
export * from "./rollout.ts";
export * from "./tabular-mdp.ts";
