/** Results in words, for the terminal. */

import type { Estimate } from "../core/statistics/bootstrap.ts";
import type { ReadReport } from "../data/read.ts";
import type { PairAccuracy } from "../measuring/pair-accuracy.ts";
import { reportMarkdown } from "../measuring/report/markdown.ts";
import type { ScoreFileReport } from "../serving/score-file.ts";
import type { EvaluationRun, Separation } from "./evaluation.ts";
import type { TrainingResult } from "./training.ts";

export function describeRead({ path, rows, used, skipped, ties = 0 }: ReadReport & { readonly ties?: number }): string {
  const reasons = skipped.map(
    ({ count, reason, rows: at }) => `  skipped ${count}: ${reason} (row ${at[0]}${count > 1 ? ", …" : ""})`,
  );
  return [`${path}: ${used} of ${rows} rows used${ties ? `, ${ties} ties` : ""}`, ...reasons].join("\n");
}

export function describeTraining({ crossValidation, provenance }: TrainingResult, out: string): string {
  const { trainingAccuracy } = provenance.metrics;
  return [
    ...(crossValidation
      ? [
          `${crossValidation.folds}-fold accuracy on prompts not learned from: ${describeAccuracy(crossValidation.accuracy)}`,
        ]
      : []),
    ...(trainingAccuracy === undefined
      ? []
      : [`accuracy on what it learned from: ${percent(trainingAccuracy)} (not a measure of quality)`]),
    `saved in ${out}`,
    "",
    `Serve it:   npx guerdon serve ${out}`,
    `Score with: npx guerdon score ${out} samples.jsonl --out outcomes.jsonl`,
  ].join("\n");
}

export function describeAccuracy({ measures, pairs, decided }: PairAccuracy): string {
  if (!measures) return `none of ${pairs} pairs could be decided`;
  const longest = measures.baselines.find(({ name }) => name === "longest wins");
  return `${interval(measures.accuracy)} over ${decided} pairs${longest ? `; longest wins ${interval(longest.accuracy)}` : ""}`;
}

export function interval({ value, low, high }: Estimate): string {
  return low === high ? percent(value) : `${percent(value)} [${percent(low)}, ${percent(high)}]`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

export function describeEvaluation(
  { evaluation, bestOfN, separation, read, report }: EvaluationRun,
  folder?: string,
): string {
  const best = bestOfN?.measures;
  return [
    describeRead(read),
    describeSeparation(separation),
    "",
    reportMarkdown(report),
    ...(best
      ? [
          `Best of n: ${interval(best.strict)} strictly first, ${interval(best.withTies)} with ties; chance ${percent(best.chance)}.`,
          "",
        ]
      : []),
    folder
      ? `Report with plots: ${folder}/report.html`
      : `For the report with plots add --report <folder>. Reward: ${evaluation.reward}.`,
  ].join("\n");
}

function describeSeparation(separation: Separation): string {
  switch (separation.kind) {
    case "unseen":
      return "the reward has seen none of these prompts";
    case "cross-validated":
      return `the reward has learned from these very prompts: its recipe was learned again on ${separation.folds} folds, and each pair is judged by a reward that has not seen its prompt`;
    case "left-out":
      return `${separation.pairs} pairs are left out: the reward has learned from their prompts`;
  }
}

export function describeQuickstart(result: EvaluationRun, at: { reward: string; report: string }): string {
  const { accuracy } = result.evaluation;
  const measures = accuracy.measures;
  const verdicts = measures?.baselines.map(
    ({ name, accuracy: baseline, advantage }) =>
      `  ${name.padEnd(14)} ${interval(baseline).padEnd(20)}   this reward is ${points(advantage)} points better`,
  );
  return [
    `Learned a reward from ${result.read.used} prompts (${accuracy.pairs} preferences) that ship with Guerdon.`,
    "",
    "How often it prefers the answer that people prefer, on prompts it has not seen:",
    `  ${"this reward".padEnd(14)} ${measures ? interval(measures.accuracy) : "nothing could be decided"}`,
    ...(verdicts ?? []),
    "",
    `Report with plots: ${at.report}/report.html`,
    "",
    "Serve it, and ask it something:",
    `  npx guerdon serve ${at.reward} --port 8000`,
    "  curl -s localhost:8000/v1/score -H 'content-type: application/json' \\",
    `    -d '{"samples":[{"id":"1","prompt":"How do I boil an egg?","completion":"Great question! There are many ways."}]}'`,
    "",
    "Learn from your own preferences:",
    "  npx guerdon train preferences.jsonl --out reward/",
  ].join("\n");
}

function points({ value, low, high }: Estimate): string {
  const text = (share: number) => (100 * share).toFixed(1);
  return `${text(value)} [${text(low)}, ${text(high)}]`;
}

export function describeScoring({ asked, scored, unscored, causes, resumed }: ScoreFileReport, out: string): string {
  return [
    `${out}: ${asked} asked = ${scored} scored + ${unscored} unscored${resumed ? ` (${resumed} were there from an interrupted run)` : ""}`,
    ...Object.entries(causes).map(([cause, count]) => `  ${count} ${cause}`),
  ].join("\n");
}
