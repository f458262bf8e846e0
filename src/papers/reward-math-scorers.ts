/** Does a benchmark rank reward models by their use? Small scorers, two benchmarks, and best-of-n on other problems. */

import { GuerdonError } from "../core/errors.ts";
import { isScored, type Outcome } from "../core/outcome.ts";
import { type Random, random } from "../core/random.ts";
import { type Reward, scoreBatch } from "../core/reward.ts";
import { bootstrap } from "../core/statistics/bootstrap.ts";
import { spearman } from "../core/statistics/correlation.ts";
import type { Preference, Sample } from "../core/vocabulary.ts";
import type { Encoder } from "../language/encoder.ts";
import { lexical } from "../language/lexical.ts";
import { bradleyTerry } from "../learning/learners.ts";
import { strictlyFirst } from "../measuring/one-to-many.ts";
import { matrix32, rowOf } from "../numerics/matrix.ts";
import type { Findings, RunOptions, Size } from "./reproduction.ts";
import { measured } from "./reward-math-replay.ts";

/** A problem with the recorded solutions of several models, each marked right or wrong. */
export interface SolvedProblem {
  readonly prompt: string;
  readonly solutions: readonly { readonly text: string; readonly correct: boolean }[];
}

/** `training`: shares of the problems to learn from that a scorer sees. */
const sizes: Record<Size, { readonly dimension: number; readonly training: readonly number[] }> = {
  quick: { dimension: 256, training: [0.1, 1] },
  full: { dimension: 1024, training: [0.1, 0.3, 1] },
};
const trainingShare = 3 / 7;
const noises = [0, 0.2, 0.4];
/** Half of the labels go to the shorter (−1) or the longer (1) solution, right or not. */
const lengthBiases = [-1, 0, 1];
const metrics = ["one-to-many", "one-to-one, style gap", "one-to-one, same style", "best-of-n"] as const;
type Metric = (typeof metrics)[number];

/** hits.get(metric)[scorer][problem]: 1, 0, or NaN where the problem has no part in the metric. */
type Hits = Readonly<Record<Metric, readonly Float64Array[]>>;

/**
 * Per seed: scorers learn from some problems, are benchmarked on others, and choose among all solutions on a third
 * lot. Reported is Spearman's ρ, over scorers, of each benchmark with best-of-n success.
 */
export async function scorersByUse(problems: readonly SolvedProblem[], options: RunOptions): Promise<Findings> {
  const { seeds, signal, onProgress } = options;
  const encoder = remembering(lexical({ dimension: sizes[options.size].dimension }));
  const runs: Hits[] = [];
  for (const [done, seed] of seeds.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: "train scorers", done, total: seeds.length });
    runs.push(await hitsOfSeed(problems, seed, encoder, options));
  }
  const scorers = runs[0]["best-of-n"].length;
  const estimate = (name: string, statistic: (rows: Int32Array) => number) =>
    bootstrap(problems.length, statistic, { random: random(0).split("reward-math", "scorers", name), resamples: 1000 });
  const rank = (metric: Metric) => {
    const value = estimate(metric, (rows) => averageRank(runs, metric, rows));
    return measured(metric, "Spearman with best-of-n success", value, seeds.length);
  };
  const [many, gap, same] = [rank("one-to-many"), rank("one-to-one, style gap"), rank("one-to-one, same style")];
  const advantage = measured(
    "one-to-many − one-to-one, style gap",
    "difference of Spearman",
    estimate(
      "advantage",
      (rows) => averageRank(runs, "one-to-many", rows) - averageRank(runs, "one-to-one, style gap", rows),
    ),
    seeds.length,
  );
  return {
    rows: [many, gap, same, advantage],
    criteria: [
      {
        demand: `one-to-many accuracy ranks ${scorers} scorers as best-of-n does: Spearman ≥ 0.7`,
        found: many.mean.toFixed(3),
        holds: many.mean >= 0.7,
      },
      {
        demand: "it exceeds one-to-one accuracy with a style gap by ≥ 0.2, the 95% interval above 0",
        found: `${advantage.mean.toFixed(3)} (${advantage.low.toFixed(3)} to ${advantage.high.toFixed(3)})`,
        holds: advantage.mean >= 0.2 && advantage.low > 0,
      },
    ],
    notes: [
      `${scorers} Bradley–Terry scorers a seed on hashed words, over data size, label noise 0 to 40% and length bias in both directions; ${problems.length} problems, three in seven to learn from, half of the others for the benchmarks and half for best-of-n; intervals resample problems, which adds noise to both sides of a correlation, so those of Spearman lie low.`,
      "Best-of-n chooses among all solutions of a problem; one-to-many is one right solution against all wrong ones. The style gap: the right solution is cut to its last two lines, as a terse human solution beside a model's full one. With the same style kept, one-to-one ranks as the row says: what misleads is the gap.",
    ],
  };
}

async function hitsOfSeed(
  problems: readonly SolvedProblem[],
  seed: number,
  encoder: Encoder,
  { size, signal }: RunOptions,
): Promise<Hits> {
  const { training } = sizes[size];
  const stream = random(seed).split("reward-math");
  const order = stream.split("roles").permutation(problems.length);
  const start = Math.floor(trainingShare * problems.length);
  const middle = Math.floor((start + problems.length) / 2);
  const roles = {
    training: order.slice(0, start),
    benchmark: order.slice(start, middle),
    use: order.slice(middle),
  };
  const hits: Record<Metric, Float64Array[]> = {
    "one-to-many": [],
    "one-to-one, style gap": [],
    "one-to-one, same style": [],
    "best-of-n": [],
  };
  for (const share of training) {
    for (const noise of noises) {
      for (const lengthBias of lengthBiases) {
        signal?.throwIfAborted();
        const labels = stream.split("labels", `${share}`, `${noise}`, lengthBias);
        const seen = roles.training.slice(0, Math.floor(share * start));
        const learned = Array.from(seen, (row) => problems[row]).filter(isMixed);
        const preferences = learned.flatMap((problem) => labelled(problem, { noise, lengthBias, stream: labels }));
        const scorer = await bradleyTerry({ encoder }).fit(preferences, { seed, signal });
        const scored = await hitsOfScorer(scorer, problems, roles, stream.split("benchmark"));
        for (const metric of metrics) hits[metric].push(scored[metric]);
      }
    }
  }
  return hits;
}

interface Labelling {
  readonly noise: number;
  readonly lengthBias: number;
  readonly stream: Random;
}

/** Two preferences of a right over a wrong solution, some of them turned by noise or by length. */
function labelled({ prompt, solutions }: SolvedProblem, { noise, lengthBias, stream }: Labelling): Preference[] {
  const right = solutions.filter(({ correct }) => correct);
  const wrong = solutions.filter(({ correct }) => !correct);
  return [0, 1].map((index) => {
    const pair = [stream.pick(right).text, stream.pick(wrong).text];
    const byLength = lengthBias !== 0 && stream.bernoulli(0.5);
    const turned = byLength ? (pair[0].length - pair[1].length) * lengthBias < 0 : stream.bernoulli(noise);
    const [chosen, rejected] = (turned ? pair.reverse() : pair).map((text) => sampleOf(prompt, text));
    return { id: `${index}`, chosen, rejected };
  });
}

async function hitsOfScorer(
  scorer: Reward,
  problems: readonly SolvedProblem[],
  { benchmark, use }: { readonly benchmark: Int32Array; readonly use: Int32Array },
  stream: Random,
): Promise<Record<Metric, Float64Array>> {
  const texts = [...benchmark, ...use].flatMap((row) => problems[row].solutions.map(({ text }) => text));
  const cut = Array.from(benchmark, (row) => problems[row].solutions.filter(({ correct }) => correct));
  const scoreOf = await scoresByText(scorer, [...texts, ...cut.flat().map(({ text }) => terse(text))]);
  const none = () => new Float64Array(problems.length).fill(Number.NaN);
  const hits = {
    "one-to-many": none(),
    "one-to-one, style gap": none(),
    "one-to-one, same style": none(),
    "best-of-n": none(),
  };
  for (const row of benchmark) {
    const { solutions } = problems[row];
    if (!isMixed(problems[row])) continue;
    // The same choice for every scorer.
    const choice = stream.split(row);
    const right = choice.pick(solutions.filter(({ correct }) => correct)).text;
    const wrong = solutions.filter(({ correct }) => !correct).map(({ text }) => text);
    const rival = [scoreOf(choice.pick(wrong))];
    hits["one-to-many"][row] = Number(strictlyFirst({ right: [scoreOf(right)], wrong: wrong.map(scoreOf) }));
    hits["one-to-one, style gap"][row] = Number(strictlyFirst({ right: [scoreOf(terse(right))], wrong: rival }));
    hits["one-to-one, same style"][row] = Number(strictlyFirst({ right: [scoreOf(right)], wrong: rival }));
  }
  for (const row of use) {
    const best = problems[row].solutions.reduce((a, b) => (scoreOf(b.text) > scoreOf(a.text) ? b : a));
    hits["best-of-n"][row] = Number(best.correct);
  }
  return hits;
}

async function scoresByText(scorer: Reward, texts: readonly string[]): Promise<(text: string) => number> {
  const outcomes = await scoreBatch(
    scorer,
    texts.map((text) => sampleOf("", text)),
  );
  const scores = new Map(outcomes.map((outcome, i) => [texts[i], scoreIn(outcome)]));
  return (text) => scores.get(text)!;
}

function scoreIn(outcome: Outcome): number {
  if (isScored(outcome)) return outcome.value;
  throw new GuerdonError("paper.unscored", {
    where: "reward-math scorer",
    expected: "a score for every solution",
    got: `${outcome.unscored}: ${outcome.message}`,
    fix: "This is a bug: a linear head on hashed words scores any text.",
  });
}

/** Mean over seeds of ρ(metric, best-of-n success), each a mean over the drawn problems that have a part in it. */
function averageRank(runs: readonly Hits[], metric: Metric, rows: Int32Array): number {
  const drawn = new Int32Array(runs[0][metric][0].length);
  for (const row of rows) drawn[row]++;
  const ranks = runs.map((run) => spearman(averages(run[metric], drawn), averages(run["best-of-n"], drawn)));
  return ranks.reduce((sum, rho) => sum + rho, 0) / ranks.length;
}

/** One mean a scorer; problem i counts drawn[i] times. All scorers of a metric have the same problems. */
function averages(hits: readonly Float64Array[], drawn: Int32Array): number[] {
  const part = [...drawn.keys()].filter((row) => drawn[row] > 0 && !Number.isNaN(hits[0][row]));
  const count = part.reduce((sum, row) => sum + drawn[row], 0);
  return hits.map((hit) => part.reduce((sum, row) => sum + drawn[row] * hit[row], 0) / count);
}

/** Whether it has a right solution and a wrong one. */
export function isMixed({ solutions }: SolvedProblem): boolean {
  return solutions.some(({ correct }) => correct) && solutions.some(({ correct }) => !correct);
}

/** The same vectors, each text encoded once: 90 scorers read the same few thousand solutions. */
function remembering(encoder: Encoder): Encoder {
  const known = new Map<string, ArrayLike<number>>();
  return {
    ...encoder,
    async encode(texts, context) {
      const unknown = [...new Set(texts)].filter((text) => !known.has(text));
      const fresh = await encoder.encode(unknown, context);
      for (const [row, text] of unknown.entries()) known.set(text, rowOf(fresh, row).slice());
      const encoded = matrix32(texts.length, encoder.dimension);
      for (const [row, text] of texts.entries()) encoded.data.set(known.get(text)!, row * encoder.dimension);
      return encoded;
    },
  };
}

/** The last two lines: the last step and the answer. */
function terse(text: string): string {
  return text.trim().split(/\n+/).slice(-2).join("\n");
}

function sampleOf(prompt: string, text: string): Sample {
  return { id: text, prompt: [{ role: "user", content: prompt }], completion: [{ role: "assistant", content: text }] };
}
