/** Rewards learned from preferences and ratings. */

export * from "./artefact.ts";
export * from "./bradley-terry.ts";
export * from "./ensemble.ts";
export * from "./expo.ts";
export * from "./head.ts";
export * from "./human-preference-models.ts";
export * from "./learned-reward.ts";
export * from "./learners.ts";
export * from "./linear-head.ts";
export * from "./linear-preferences.ts";
export * from "./logit-scale.ts";
export * from "./perceptron-head.ts";
export * from "./preference-aggregation.ts";
export * from "./preference-data.ts";
export * from "./regression.ts";
export * from "./restore.ts";
export * from "./segment-preferences.ts";
export * from "./segment-rewards.ts";
export * from "./simulated-annotator.ts";
export * from "./successor-features.ts";
