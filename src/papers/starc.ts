/** STARC: does a distance between rewards foretell the regret of optimising one of them in place of the other? */

import { random } from "../core/random.ts";
import { bootstrap } from "../core/statistics/bootstrap.ts";
import { pearson } from "../core/statistics/correlation.ts";
import { mean, standardDeviation } from "../core/statistics/describe.ts";
import { greedyPolicy, policyIteration, worstPlan } from "../environments/planning.ts";
import { expectedReturn } from "../environments/policy-evaluation.ts";
import { randomMdp, randomReward } from "../environments/random-mdp.ts";
import type { TabularMdp, TabularPolicy, TabularReward } from "../environments/tabular-mdp.ts";
import { type CanonicalisationName, canonicalisations } from "../measuring/canonicalisation.ts";
import { centredDistance } from "../measuring/centred-distance.ts";
import { type NormName, norms } from "../measuring/norms.ts";
import { standardScale } from "../measuring/reward-distance.ts";
import type { Criterion, Findings, Reproduction, Row, RunOptions, Size } from "./reproduction.ts";

const methods = ["val", "minimal", "epic", "dard", "none"] as const satisfies readonly CanonicalisationName[];
const gridNorms = ["l1", "l2", "weighted-l2"] as const satisfies readonly NormName[];
const gridMetrics = ["l1", "l2", "weighted-l2", "l-infinity"] as const satisfies readonly NormName[];
/** The methods whose regard to the choice of norm is looked at; the others are seen in l2 alone. */
const gridMethods: readonly string[] = ["val", "epic"];
const steps = 16;
const withoutRare = "r of distance with regret, without rare rewards";
const sizes: Record<Size, { environments: number; pairs: number }> = {
  quick: { environments: 16, pairs: 4 },
  full: { environments: 16, pairs: 8 },
};

/** STARC's definition, but with `starcDistance`'s guard: a form below 1e-9 of its reward counts as trivial. */
const guarded = "guarded val (l2, l2)";

type Key = typeof guarded | `${(typeof methods)[number]} (${NormName}, ${NormName})`;

/** What one environment gave: the regret of every pair of rewards, and every distance of it. */
interface Observations {
  readonly regrets: number[];
  readonly distances: Map<Key, number[]>;
  /** Whether one of the two rewards is paid almost never. */
  readonly rare: boolean[];
}

export const starc: Reproduction = {
  slug: "starc",
  title: "STARC: A General Framework For Quantifying Differences Between Reward Functions",
  year: 2024,
  link: "https://arxiv.org/abs/2309.15257",
  claim:
    "Distances between canonical, standardised rewards foretell regret better than EPIC and DARD do, and with less regard to the choice of norm.",
  parts: [
    "environments/random-mdp",
    "environments/planning",
    "measuring/canonicalisation",
    "measuring/norms",
    "measuring/reward-distance",
    "measuring/centred-distance",
  ],
  data: ["rewardmath-scores", "starc-distances"],
  async run(options) {
    const processes = await randomProcesses(options);
    const bandit = await bandits(options);
    const recorded = await recordedRows(options);
    return {
      rows: [...processes.rows, ...bandit.rows, ...recorded.rows],
      criteria: [...processes.criteria, ...bandit.criteria],
      notes: [...processes.notes, ...bandit.notes, ...recorded.notes],
    };
  },
};

async function randomProcesses({ seeds, size, signal, onProgress }: RunOptions): Promise<Findings> {
  const { environments, pairs } = sizes[size];
  const observed: Observations[] = [];
  const total = seeds.length * environments;
  for (const seed of seeds) {
    for (let environment = 0; environment < environments; environment++) {
      signal?.throwIfAborted();
      observed.push(observe(seed, environment, pairs));
      onProgress?.({ stage: "random processes", done: observed.length, total });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
  const correlation = new Correlations(observed, seeds);
  const central = methods.map((method): Row => correlation.row(`${method} (l2, l2)`));
  const loose = (["val", "epic", "dard"] as const).map((method): Row => correlation.row(`${method} (l2, l-infinity)`));
  const gains = (["epic", "dard"] as const).map((rival) => correlation.gain("val (l2, l2)", `${rival} (l2, l2)`));
  const least = (["val", "epic"] as const).map((method): Row => correlation.leastRow(method));
  const common = new Correlations(observed, seeds, false);
  const sensitivity = [
    correlation.row(guarded),
    correlation.gain(guarded, "epic (l2, l2)"),
    ...(["val", "epic", "dard"] as const).map((method) => common.row(`${method} (l2, l2)`, withoutRare)),
    common.gain("val (l2, l2)", "epic (l2, l2)", `difference in ${withoutRare}`),
    common.gain("val (l2, l2)", "dard (l2, l2)", `difference in ${withoutRare}`),
  ];
  const shareRare = mean(observed.flatMap(({ rare }) => rare.map(Number)));
  const perSeed = seeds.map((seed, i) => {
    const own = new Correlations(observed.slice(i * environments, (i + 1) * environments), [seed]);
    return own.value("val (l2, l2)").toFixed(3);
  });
  return {
    rows: [...central, ...loose, ...gains, ...least, ...sensitivity],
    criteria: [
      atLeast("r(VAL, l2, l2) ≥ 0.80", central[0].mean, 0.8),
      ...gains.map((gain) => clearGain(gain)),
      {
        demand: "least r over 12 (norm, metric): VAL ≥ 0.65 and EPIC ≤ 0.60",
        found: `VAL ${least[0].mean.toFixed(3)}, EPIC ${least[1].mean.toFixed(3)}`,
        holds: least[0].mean >= 0.65 && least[1].mean <= 0.6,
      },
    ],
    notes: [
      `${total} processes of 32 states and 4 actions × ${pairs} pairs of rewards × ${steps} steps from one to the other; regret and values are exact; intervals resample processes.`,
      `r(VAL, l2, l2) by seed: ${perSeed.join(", ")}.`,
      `In ${(100 * shareRare).toFixed(0)}% of the pairs a reward is paid almost never (sparse, on transitions of probability 1e-10). The claim rests on taking these at their size, as STARC's definition does and exact regret can: where forms below 1e-9 of their reward count as trivial ("guarded"), or such pairs are left out, the gain over EPIC and DARD is smaller, as the rows show.`,
    ],
  };
}

/**
 * Pairs R₁, R₂ in one process; each of 16 steps from R₁ to R₂ is compared with R₁. Canonical forms are linear, so the two
 * ends give all between. Rewards are often paid almost never (sparse ones on transitions of probability 1e-10): such a
 * reward still orders the policies, so it is standardised, and its regret computed, at whatever size it has.
 */
function observe(seed: number, environment: number, pairs: number): Observations {
  const source = random(seed).split("starc", environment);
  const mdp = randomMdp({ random: source.split("process") });
  const observations: Observations = { regrets: [], distances: new Map(), rare: [] };
  const forms = methods.map((method) => ({ method, canonical: canonicalisations[method](mdp) }));
  for (let pair = 0; pair < pairs; pair++) {
    const draw = source.split("pair", pair);
    const [first, second] = [randomReward(mdp, draw.split(1)), randomReward(mdp, draw.split(2))];
    for (const { method, canonical } of forms) {
      const base = canonical(first);
      const last = canonical(second);
      const along = Array.from({ length: steps }, (_, k) => between(base, last, (k + 1) / steps));
      if (method === "val") {
        const rare = isRare(mdp, base, first) || isRare(mdp, last, second);
        observations.regrets.push(...regrets(mdp, base, along));
        observations.rare.push(...along.map(() => rare));
        const from = standardScale(mdp, base, "l2", first);
        const distances = along.map((form, k) => {
          const reward = between(first, second, (k + 1) / steps);
          return norms.l2(mdp, base, from, form, standardScale(mdp, form, "l2", reward));
        });
        record(observations, guarded, distances);
      }
      for (const norm of gridMethods.includes(method) ? gridNorms : (["l2"] as const)) {
        const from = standardScale(mdp, base, norm);
        const scales = along.map((form) => standardScale(mdp, form, norm));
        for (const metric of gridMetrics) {
          const distances = along.map((form, k) => norms[metric](mdp, base, from, form, scales[k]));
          record(observations, `${method} (${norm}, ${metric})`, distances);
        }
      }
    }
  }
  return observations;
}

function record({ distances }: Observations, key: Key, values: readonly number[]): void {
  distances.set(key, [...(distances.get(key) ?? []), ...values]);
}

/** Regret is the same for a reward and its VAL form, whose numbers hold no offset that would swallow small ones. */
function regrets(mdp: TabularMdp, base: TabularReward, along: readonly TabularReward[]): number[] {
  const stakes = stakesOf(mdp, base);
  return along.map((reward) => regretBetween(mdp, stakes, stakesOf(mdp, reward)));
}

/** Whether so little of a reward reaches the policies that it differs from a trivial one by less than a millionth. */
function isRare(mdp: TabularMdp, form: TabularReward, reward: TabularReward): boolean {
  return norms.l2(mdp, form) < 1e-6 * norms.l2(mdp, reward);
}

function between(x: Float64Array, y: Float64Array, share: number): Float64Array {
  const mixed = new Float64Array(x.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = x[i] + share * (y[i] - x[i]);
  return mixed;
}

interface Stakes {
  readonly reward: TabularReward;
  readonly policy: TabularPolicy;
  readonly best: number;
  readonly worst: number;
}

function stakesOf(mdp: TabularMdp, reward: TabularReward): Stakes {
  const fromStart = (values: Float64Array) => values.reduce((sum, value, state) => sum + mdp.start[state] * value, 0);
  const { actionValues, values } = policyIteration(mdp, reward);
  const policy = greedyPolicy(mdp, actionValues, 0);
  return { reward, policy, best: fromStart(values), worst: fromStart(worstPlan(mdp, reward).values) };
}

/** ½[(J₁(π₁) − J₁(π₂))/(J₁(π₁) − J₁(π₁⁻)) + the same with 1 and 2 exchanged]; nothing is lost on a trivial reward. */
function regretBetween(mdp: TabularMdp, first: Stakes, second: Stakes): number {
  return (lossOn(mdp, first, second.policy) + lossOn(mdp, second, first.policy)) / 2;
}

function lossOn(mdp: TabularMdp, { reward, best, worst }: Stakes, policy: TabularPolicy): number {
  const range = best - worst;
  return range > 0 ? (best - expectedReturn(mdp, reward, policy)) / range : 0;
}

/** Pearson's r of distances with regrets over all environments, from sums an environment, so that resampling is cheap. */
class Correlations {
  readonly #sums = new Map<Key, readonly Float64Array[]>();
  readonly #seeds: readonly number[];
  readonly #environments: number;

  constructor(observed: readonly Observations[], seeds: readonly number[], withRare = true) {
    this.#seeds = seeds;
    this.#environments = observed.length;
    const kept = (one: Observations, values: readonly number[]) => values.filter((_, i) => withRare || !one.rare[i]);
    for (const key of observed[0].distances.keys()) {
      const sums = observed.map((one) => sumsOf(kept(one, one.distances.get(key)!), kept(one, one.regrets)));
      this.#sums.set(key, sums);
    }
  }

  value(key: Key, environments: Int32Array = Int32Array.from({ length: this.#environments }, (_, i) => i)): number {
    const [n, x, y, xx, yy, xy] = totalOf(this.#sums.get(key)!, environments);
    return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  }

  row(key: Key, metric = "r of distance with regret"): Row {
    return this.#estimated(key, metric, (environments) => this.value(key, environments));
  }

  gain(key: Key, rival: Key, metric = "difference in r"): Row {
    const gain = (environments: Int32Array) => this.value(key, environments) - this.value(rival, environments);
    return this.#estimated(`${key} − ${rival}`, metric, gain);
  }

  leastRow(method: "val" | "epic"): Row {
    const least = (environments: Int32Array) =>
      Math.min(
        ...gridNorms.flatMap((norm) =>
          gridMetrics.map((metric) => this.value(`${method} (${norm}, ${metric})`, environments)),
        ),
      );
    return this.#estimated(`${method}, worst of 12`, "r of distance with regret", least);
  }

  #estimated(method: string, metric: string, statistic: (environments: Int32Array) => number): Row {
    const stream = random(this.#seeds[0]).split("starc", "bootstrap");
    const { value, low, high } = bootstrap(this.#environments, statistic, { random: stream });
    return { method, metric, mean: value, low, high, seeds: this.#seeds.length };
  }
}

function sumsOf(xs: readonly number[], ys: readonly number[]): Float64Array {
  const sums = Float64Array.of(xs.length, 0, 0, 0, 0, 0);
  for (const [i, x] of xs.entries()) {
    const y = ys[i];
    for (const [at, term] of [x, y, x * x, y * y, x * y].entries()) sums[at + 1] += term;
  }
  return sums;
}

function totalOf(sums: readonly Float64Array[], environments: Int32Array): Float64Array {
  const total = new Float64Array(6);
  for (const environment of environments) for (let i = 0; i < 6; i++) total[i] += sums[environment][i];
  return total;
}

function atLeast(demand: string, found: number, least: number): Criterion {
  return { demand, found: found.toFixed(3), holds: found >= least };
}

function clearGain({ method, mean: gain, low, high }: Row): Criterion {
  return {
    demand: `r: ${method} ≥ 0.03, interval above 0`,
    found: `${gain.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
    holds: gain >= 0.03 && low > 0,
  };
}

/** One-step processes: recorded scores of reward models, and copies that a shift a prompt has been added to. */
async function bandits({ open, seeds }: RunOptions): Promise<Findings> {
  const problems = await open("rewardmath-scores");
  if (!problems)
    return { rows: [], criteria: [], notes: ["rewardmath-scores is absent: the one-step check was left out."] };
  const names = Object.keys(problems[0].scores as object);
  const stream = random(seeds[0]).split("starc", "bandits");
  const compared = names.map((name) => {
    const raw = problems.flatMap((problem) =>
      (problem.scores as Record<string, (number | null)[]>)[name].map((score) => ({
        prompt: String(problem.id),
        a: score ?? undefined,
      })),
    );
    const known = raw.filter((answer): answer is { prompt: string; a: number } => answer.a !== undefined);
    const spread = standardDeviation(known.map((answer) => answer.a));
    const shifts = new Map(
      problems.map((problem) => [String(problem.id), spread * stream.split(name, String(problem.id)).normal()]),
    );
    const answers = raw.map(({ prompt, a }) => ({
      prompt,
      a,
      b: a === undefined ? undefined : a + shifts.get(prompt)!,
    }));
    const r = pearson(
      known.map((answer) => answer.a),
      known.map((answer) => answer.a + shifts.get(answer.prompt)!),
    );
    const centred = centredDistance(answers, { random: stream.split("bootstrap", name), resamples: 200 });
    return { name, centred: centred.value, plain: Math.sqrt((1 - r) / 2) };
  });
  const most = Math.max(...compared.map(({ centred }) => centred));
  const leastPlain = Math.min(...compared.map(({ plain }) => plain));
  const average = (metric: string, values: readonly number[]): Row => ({
    method: `${names.length} reward models and their shifted copies`,
    metric,
    mean: mean(values),
    low: Math.min(...values),
    high: Math.max(...values),
    seeds: names.length,
  });
  return {
    rows: [
      average(
        "centred distance (range)",
        compared.map(({ centred }) => centred),
      ),
      average(
        "Pearson distance (range)",
        compared.map(({ plain }) => plain),
      ),
    ],
    criteria: [
      {
        demand: "on recorded scores, a copy shifted by prompt: centred distance < 1e-9, Pearson distance > 0.05",
        found: `at most ${most.toExponential(1)}, at least ${leastPlain.toFixed(3)}`,
        holds: most < 1e-9 && leastPlain > 0.05,
      },
    ],
    notes: [],
  };
}

/** The source's own record of distances and regrets by sampled returns; it holds no VAL distances. */
async function recordedRows({ open, seeds }: RunOptions): Promise<Findings> {
  const all = await open("starc-distances");
  if (!all)
    return { rows: [], criteria: [], notes: ["starc-distances is absent: nothing was compared with the record."] };
  const run = all.filter(
    (row) => row.run === "5_consistent_rollouts" && row.regret1 !== undefined && row.regret2 !== undefined,
  );
  const regrets = run.map((row) => (Number(row.regret1) + Number(row.regret2)) / 2);
  const rows = ["EPIC", "DARD", "None"].map((name): Row => {
    const distances = run.map((row) => (row.distances as Record<string, number>)[`${name}-2-2`]);
    const statistic = (drawn: Int32Array) =>
      pearson(
        Array.from(drawn, (i) => distances[i]),
        Array.from(drawn, (i) => regrets[i]),
      );
    const environment = run.map((row) => String(row.id).split("/").slice(0, -2).join("/"));
    const stream = random(seeds[0]).split("starc", "recorded");
    const { value, low, high } = bootstrap(run.length, statistic, { random: stream, clusters: environment });
    return {
      method: `${name} (l2, l2), as recorded`,
      metric: "r of distance with regret",
      mean: value,
      low,
      high,
      seeds: 1,
    };
  });
  return { rows, criteria: [], notes: [`As recorded: ${run.length} pairs of the source's run 5; no VAL among them.`] };
}
