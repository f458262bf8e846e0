/** Benchmarks, distances between rewards, bias and calibration, comparison, and reports of them. */
export * from "./best-of-n.ts";
export * from "./bias.ts";
export * from "./calibration.ts";
export * from "./one-to-many.ts";
export {
  type Baseline,
  type MeasureOptions,
  type PairAccuracy,
  pairAccuracy,
  type SubsetAccuracy,
} from "./pair-accuracy.ts";
export { type PairResult, scorePairs } from "./pair-results.ts";
export { type ScoringOptions, scoreGroups } from "./score-groups.ts";
export * from "./step-aggregation.ts";
export * from "./style-matrix.ts";
