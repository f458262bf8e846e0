/** Benchmarks, distances between rewards, bias and calibration, comparison, and reports of them. */
export * from "./best-of-n.ts";
export * from "./bias.ts";
export * from "./calibration.ts";
export * from "./canonicalisation.ts";
export * from "./centred-distance.ts";
export * from "./compare.ts";
export * from "./cross-validation.ts";
export * from "./evaluation.ts";
export * from "./norms.ts";
export * from "./one-to-many.ts";
export {
  type Baseline,
  type MeasureOptions,
  type PairAccuracy,
  pairAccuracy,
  type SubsetAccuracy,
} from "./pair-accuracy.ts";
export { type PairResult, scorePairs } from "./pair-results.ts";
export { type ComparisonReportInput, comparisonReport } from "./report/comparison-report.ts";
export { drawSvg } from "./report/drawing.ts";
export { evaluationReport } from "./report/evaluation-report.ts";
export { reportMarkdown } from "./report/markdown.ts";
export * from "./report/model.ts";
export { reportPage } from "./report/page.ts";
export * from "./reward-distance.ts";
export { type ScoringOptions, scoreGroups } from "./score-groups.ts";
export * from "./step-aggregation.ts";
export * from "./style-matrix.ts";
