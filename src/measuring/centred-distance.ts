/**
 * The distance between two rewards on samples of a policy: STARC's value-adjusted levelling at γ = 0, where an episode is
 * one answer and V^π(prompt) is the mean score of the prompt's answers (Skalse et al. 2024, the bandit case).
 */

import { GuerdonError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { bootstrap, clusterRows, type Estimate } from "../core/statistics/bootstrap.ts";

/** One answer and what both rewards say of it; absent where a reward could not score it. */
export interface ScoredTwice {
  readonly prompt: string;
  readonly a?: number;
  readonly b?: number;
}

export interface CentredDistance extends Estimate {
  /** Answers that both rewards scored. */
  readonly scored: number;
  /** Answers that at least one did not score. */
  readonly leftOut: number;
  readonly prompts: number;
}

/**
 * d = ‖â − b̂‖₂, where â holds a's scores less their prompt's mean, scaled to ‖â‖₂ = 1. In [0, 2]: 0 for rewards that
 * differ by a positive scale and by any shift a prompt, about √2 for unrelated ones, 2 for opposite ones. The interval
 * resamples prompts. A reward that tells no two answers to a prompt apart stays zero, at distance 1 from any other one.
 *
 * @throws GuerdonError "distance.scores": no answer scored by both, or a score that is not finite.
 */
export function centredDistance(
  answers: readonly ScoredTwice[],
  options: { readonly random: Random; readonly resamples?: number },
): CentredDistance {
  const both = answers.filter(
    (answer): answer is Required<ScoredTwice> => answer.a !== undefined && answer.b !== undefined,
  );
  checkScores(both);
  const rows = clusterRows(
    both.length,
    both.map((answer) => answer.prompt),
  );
  const byPrompt = rows.map((group) => group.map((row) => both[row]));
  const a = standardised(byPrompt, (answer) => answer.a);
  const b = standardised(byPrompt, (answer) => answer.b);
  const sums = byPrompt.map((_, prompt) => promptSums(a[prompt], b[prompt]));
  const estimate = bootstrap(sums.length, (prompts) => distanceOf(sums, prompts), options);
  return { ...estimate, scored: both.length, leftOut: answers.length - both.length, prompts: byPrompt.length };
}

/** Scores by prompt, centred there, divided by the norm of them all; zero where that is rounding. */
function standardised(
  byPrompt: readonly (readonly Required<ScoredTwice>[])[],
  score: (answer: Required<ScoredTwice>) => number,
): number[][] {
  const raw = byPrompt.map((answers) => answers.map(score));
  const centred = raw.map((scores) => {
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    return scores.map((value) => value - mean);
  });
  const norm = normOf(centred);
  const trivial = norm <= 1e-9 * normOf(raw);
  return centred.map((scores) => scores.map((value) => (trivial ? 0 : value / norm)));
}

function normOf(groups: readonly (readonly number[])[]): number {
  return Math.sqrt(groups.reduce((sum, group) => group.reduce((total, value) => total + value * value, sum), 0));
}

/** Σâ², Σb̂², Σ(â − b̂)² and Σ(â − b̂)b̂ of one prompt: enough to standardise any resample anew. */
interface PromptSums {
  readonly aa: number;
  readonly bb: number;
  readonly gaps: number;
  readonly cross: number;
}

function promptSums(a: readonly number[], b: readonly number[]): PromptSums {
  const sum = (term: (i: number) => number) => a.reduce((total, _, i) => total + term(i), 0);
  return {
    aa: sum((i) => a[i] ** 2),
    bb: sum((i) => b[i] ** 2),
    gaps: sum((i) => (a[i] - b[i]) ** 2),
    cross: sum((i) => (a[i] - b[i]) * b[i]),
  };
}

// With α = 1/‖â‖ and β = 1/‖b̂‖ of the resample, αâ − βb̂ = α(â − b̂) + (α − β)b̂: no cancellation near distance 0.
function distanceOf(sums: readonly PromptSums[], prompts: Int32Array): number {
  let [aa, bb, gaps, cross] = [0, 0, 0, 0];
  for (const prompt of prompts) {
    const one = sums[prompt];
    aa += one.aa;
    bb += one.bb;
    gaps += one.gaps;
    cross += one.cross;
  }
  const alpha = aa > 0 ? 1 / Math.sqrt(aa) : 0;
  const beta = bb > 0 ? 1 / Math.sqrt(bb) : 0;
  const slack = alpha - beta;
  return Math.sqrt(Math.max(0, alpha ** 2 * gaps + 2 * alpha * slack * cross + slack ** 2 * bb));
}

function checkScores(answers: readonly Required<ScoredTwice>[]): void {
  const wrong = answers.findIndex(({ a, b }) => !Number.isFinite(a) || !Number.isFinite(b));
  if (answers.length > 0 && wrong < 0) return;
  throw new GuerdonError("distance.scores", {
    where: wrong < 0 ? "answers" : `answers that both scored, [${wrong}]`,
    expected: "finite scores of both rewards for at least one answer",
    got: wrong < 0 ? "none" : `a = ${answers[wrong].a}, b = ${answers[wrong].b}`,
    fix: "Leave a score out where a reward could not give one.",
  });
}
