/** Measuring a reward on a data set, and never on prompts that it has learned from. */

import { random } from "../core/random.ts";
import type { Progress, Reward } from "../core/reward.ts";
import type { Preference, Rating } from "../core/vocabulary.ts";
import { type ReadReport, readPreferences, readRankings, readRatings } from "../data/read.ts";
import { readStyles } from "../data/styles.ts";
import { writeAtomicFolder } from "../data/write.ts";
import { type BestOfN, bestOfN, scoreRankings } from "../measuring/best-of-n.ts";
import { crossValidate } from "../measuring/cross-validation.ts";
import { type Evaluation, type EvaluationResults, evaluate } from "../measuring/evaluation.ts";
import { type PairResult, scorePairs } from "../measuring/pair-results.ts";
import { evaluationReport } from "../measuring/report/evaluation-report.ts";
import { reportMarkdown } from "../measuring/report/markdown.ts";
import { type Report, reportJson } from "../measuring/report/model.ts";
import { reportPage } from "../measuring/report/page.ts";
import { learnerOf } from "./recipe.ts";
import { promptHash, type TrainingRecord } from "./training-record.ts";

interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Calls of the reward at once; default 1. */
  readonly concurrency?: number;
}

/** How the pairs were kept apart from what the reward has learned. */
export type Separation =
  | { readonly kind: "unseen" }
  | { readonly kind: "cross-validated"; readonly folds: number }
  | { readonly kind: "left-out"; readonly pairs: number };

export interface EvaluationRun {
  readonly evaluation: Evaluation;
  readonly report: Report;
  readonly bestOfN?: BestOfN;
  readonly separation: Separation;
  readonly read: ReadReport;
}

/** RM-Bench's styles, from plain to elaborate. */
const styleOrder = ["concise", "plain", "markdown"];

/**
 * Evaluates on the preferences of a file. Where the reward has learned from all of its prompts, the same recipe
 * is learned again on folds; where from some, those are left out.
 */
export async function evaluateOn(
  {
    reward,
    record,
    path,
    folds,
    seed,
  }: { reward: Reward; record?: TrainingRecord; path: string; folds: number; seed: number },
  options: WorkOptions,
): Promise<EvaluationRun> {
  const { preferences, report: read } = await readPreferences(path, options);
  const { pairs, separation } = await separatePairs({ reward, record, preferences, path, folds, seed }, options);
  const results: EvaluationResults = {
    reward: reward.name,
    data: nameOf(path),
    pairs,
    styled: await styledPairs(path, pairs),
    seed,
  };
  const evaluation = evaluate(results);
  const rankings =
    Object.keys(read.shapes).some((shape) => shape.startsWith("ranking")) && separation.kind === "unseen";
  return {
    evaluation,
    report: evaluationReport(results, evaluation),
    ...(rankings ? { bestOfN: await measureBestOfN(reward, path, seed, options) } : {}),
    separation,
    read,
  };
}

/** The report in its three forms, written whole or not at all. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await writeAtomicFolder(folder, {
    "report.html": reportPage(report),
    "report.json": reportJson(report),
    "report.md": reportMarkdown(report),
  });
}

interface PairSource {
  readonly reward: Reward;
  readonly record?: TrainingRecord;
  readonly preferences: readonly Preference[];
  readonly path: string;
  readonly folds: number;
  readonly seed: number;
}

async function separatePairs(
  { reward, record, preferences, path, folds, seed }: PairSource,
  options: WorkOptions,
): Promise<{ pairs: readonly PairResult[]; separation: Separation }> {
  const seen = new Set(record?.prompts);
  const unseen = preferences.filter((preference) => !seen.has(promptHash(preference)));
  if (record && unseen.length === 0) {
    const ratings: readonly Rating[] =
      record.recipe.learner === "bradley-terry" ? [] : (await readRatings(path, options)).ratings;
    const learner = learnerOf(record.recipe, ratings);
    const { pairs, folds: fitted } = await crossValidate(learner, preferences, { folds, seed, ...options });
    return { pairs, separation: { kind: "cross-validated", folds: fitted } };
  }
  const pairs = await scorePairs(reward, unseen, options);
  const leftOut = preferences.length - unseen.length;
  return { pairs, separation: leftOut > 0 ? { kind: "left-out", pairs: leftOut } : { kind: "unseen" } };
}

async function styledPairs(path: string, pairs: readonly PairResult[]): Promise<EvaluationResults["styled"]> {
  const rows = await readStyles(path);
  const styled = pairs.flatMap(({ id, chosen, rejected }) => {
    const row = rows.get(id);
    return row ? [{ ...row, chosen, rejected }] : [];
  });
  if (styled.length === 0) return undefined;
  const present = new Set(styled.map(({ style }) => style));
  const known = styleOrder.every((style) => present.has(style));
  return { styles: known ? styleOrder : [...present].sort(), pairs: styled };
}

async function measureBestOfN(reward: Reward, path: string, seed: number, options: WorkOptions): Promise<BestOfN> {
  const { rankings } = await readRankings(path, options);
  return bestOfN(await scoreRankings(reward, rankings, options), { random: random(seed).split("best of n") });
}

function nameOf(path: string): string {
  return path.replace(/^.*[\\/]/, "").replace(/\.(jsonl|csv|parquet)(\.gz)?$/, "");
}
