/** Models of human preference: do people judge behaviour by its rewards, or by how little it gives away? */

import { random } from "../core/random.ts";
import type { Estimate } from "../core/statistics/bootstrap.ts";
import { bootstrapMean } from "../core/statistics/bootstrap.ts";
import { pairedComparison, signTest } from "../core/statistics/comparison.ts";
import { mean } from "../core/statistics/describe.ts";
import {
  compareHumanPreferenceModels,
  type HumanPreferenceModel,
  type SegmentDifferences,
} from "../learning/human-preference-models.ts";
import { labelModes, learnFromLabels, learnFromPeople, type Share } from "./regret-preferences-worlds.ts";
import type { Criterion, Findings, Reproduction, Row, RunOptions, Size } from "./reproduction.ts";

const sizes: Record<Size, { repeats: number; worlds: number; pairs: readonly number[]; tenths: number }> = {
  quick: { repeats: 2, worlds: 24, pairs: [30, 100], tenths: 2 },
  full: { repeats: 20, worlds: 50, pairs: [30, 100, 300, 1000], tenths: 10 },
};

/** By what the subjects of the published study were steered towards: nothing, the partial return, regret. */
const conditions = {
  Control: ["Question-Control", "Trained-Control", "Privileged-Control"],
  "partial return": ["Pr-Question", "Pr-Trained", "Pr-Privileged"],
  regret: ["Regret-Question", "Regret-Trained", "Regret-Privileged"],
} as const;

const modelNames: Record<HumanPreferenceModel, string> = {
  partialReturn: "partial return",
  regret: "regret",
  bootstrapped: "return, start and end value with own weights",
};

export const regretPreferences: Reproduction = {
  slug: "regret-preferences",
  title: "Models of human preference for learning reward functions",
  year: 2022,
  link: "https://arxiv.org/abs/2206.02231",
  claim:
    "People's choices between segments follow regret rather than the sum of rewards, and rewards learned under that model lead to better behaviour.",
  parts: [
    "environments/grid-world",
    "environments/planning",
    "learning/human-preference-models",
    "learning/segment-preferences",
    "learning/segment-rewards",
    "learning/simulated-annotator",
    "learning/successor-features",
  ],
  data: ["delivery-preferences", "delivery-mdp"],
  async run(options) {
    const people = await describePeople(options);
    const worlds = await randomWorlds(options);
    const learned = await delivery(options);
    return {
      rows: [...people.rows, ...worlds.rows, ...learned.rows],
      criteria: [...people.criteria, ...worlds.criteria],
      notes: [...people.notes, ...worlds.notes, ...learned.notes],
    };
  },
};

/** Which model describes recorded choices, one scale a model, by cross-validation. */
async function describePeople({ seeds, size, open, onProgress, signal }: RunOptions): Promise<Findings> {
  const recorded = await open("delivery-preferences");
  if (!recorded) return { rows: [], criteria: [], notes: ["delivery-preferences is absent: people were left out."] };
  const { repeats } = sizes[size];
  const rows: Row[] = [];
  const gaps = new Map<string, Estimate>();
  const notes: string[] = [];
  for (const [done, condition] of Object.values(conditions).flat().entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: "people", done, total: 9, message: condition });
    const pairs = recorded.filter((row) => row.condition === condition).map(differencesOf);
    const source = random(seeds[0]).split("people", condition);
    const fits = compareHumanPreferenceModels(pairs, { random: source.split("folds"), repeats });
    for (const [model, { heldOutLosses }] of Object.entries(fits)) {
      const estimate = bootstrapMean(heldOutLosses, { random: source.split("loss") });
      rows.push(
        rowOf(modelNames[model as HumanPreferenceModel], `held-out loss, ${condition}`, estimate, pairs.length),
      );
    }
    const { partialReturn, regret, bootstrapped } = fits;
    const gap = pairedComparison(partialReturn.heldOutLosses, regret.heldOutLosses, { random: source.split("gap") });
    gaps.set(condition, gap);
    rows.push(rowOf("partial return − regret", `gap in held-out loss, ${condition}`, gap, pairs.length));
    const weights = [...bootstrapped.weights].map((weight) => weight.toFixed(2)).join(", ");
    notes.push(`${condition}: ${pairs.length} pairs; own weights of return, start value, end value: ${weights}.`);
  }
  const gapsOf = (group: keyof typeof conditions) =>
    conditions[group].map((condition) => gaps.get(condition) as Estimate);
  return {
    rows,
    criteria: [
      gapCriterion(
        "uninfluenced people: regret's loss is lower, 95% interval above 0",
        gapsOf("Control"),
        ({ low }) => low > 0,
      ),
      gapCriterion(
        "people steered towards partial return: the order flips",
        gapsOf("partial return"),
        ({ value }) => value < 0,
      ),
      gapCriterion("people steered towards regret: it does not", gapsOf("regret"), ({ value }) => value > 0),
    ],
    notes: [
      `People: 10 folds × ${repeats}; the data does not say who made which choice, so intervals resample pairs. Held-out probabilities are clipped at 1e-15: in Pr-Trained a single tie between segments 50 rewards apart weighs so much that without the clip the order there flips only just.`,
      ...notes,
    ],
  };
}

function differencesOf(row: Record<string, unknown>): SegmentDifferences {
  return {
    partialReturn: Number(row.partial_return_diff),
    startValue: Number(row.start_value_diff),
    endValue: Number(row.end_value_diff),
    probability: Number(row.preference),
  };
}

function gapCriterion(demand: string, gaps: readonly Estimate[], holds: (gap: Estimate) => boolean): Criterion {
  const found = gaps.map(({ value, low, high }) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`);
  return { demand, found: `Question, Trained, Privileged: ${found.join("; ")}`, holds: gaps.every(holds) };
}

/** Labels made by each model in random grids, learned under each model. */
async function randomWorlds(options: RunOptions): Promise<Findings> {
  const { seeds, size } = options;
  const { worlds, pairs } = sizes[size];
  const shares = await learnFromLabels(options, { worlds, pairs });
  const source = random(seeds[0]).split("random worlds");
  const methods = [...new Set(shares.map(({ method }) => method))];
  const rows = labelModes.flatMap((mode) =>
    pairs.flatMap((count) =>
      methods.map((method): Row => {
        const near = shares.filter((share) => share.mode === mode && share.pairs === count && share.method === method);
        const estimate = bootstrapMean(near.map(nearOptimal), { random: source.split(mode, count, method) });
        return rowOf(method, `share near-optimal, ${mode} labels, ${count} pairs`, estimate, worlds);
      }),
    ),
  );
  return {
    rows,
    criteria: labelModes.flatMap((mode) => labelCriteria(shares, mode)),
    notes: [
      `Random grids: ${worlds} worlds; segments of 3 random actions; near-optimal is a scaled return above 0.9, with γ = 0.999 throughout; the policy that is optimal for the true reward is not among regret's candidates. The sign test compares, world by world, the share of the sizes at which each method was near-optimal.`,
    ],
  };
}

function labelCriteria(shares: readonly Share[], mode: Share["mode"]): Criterion[] {
  const worlds = [...new Set(shares.map(({ world }) => world))];
  const perWorld = (method: Share["method"]) =>
    worlds.map((world) =>
      mean(shares.filter((s) => s.mode === mode && s.method === method && s.world === world).map(nearOptimal)),
    );
  const [regret, partial, mismatched] = [
    perWorld("regret → regret"),
    perWorld("partial return → partial return"),
    perWorld("regret → partial return"),
  ];
  const gap = mean(regret) - mean(partial);
  const wins = worlds.filter((_, i) => regret[i] > partial[i]).length;
  const losses = worlds.filter((_, i) => regret[i] < partial[i]).length;
  const p = signTest(wins, losses);
  const loss = mean(regret) - mean(mismatched);
  return [
    {
      demand: `${mode} labels: near-optimal at least 10 points more often with regret than with partial return, each on its own labels`,
      found: `${(100 * gap).toFixed(1)} points (${mean(regret).toFixed(2)} against ${mean(partial).toFixed(2)})`,
      holds: gap >= 0.1,
    },
    {
      demand: `${mode} labels: sign test over worlds p < .05`,
      found: `${wins} wins, ${losses} losses, p = ${p.toPrecision(2)}`,
      holds: wins > losses && p < 0.05,
    },
    {
      demand: `${mode} labels: labels of regret learned as partial return do worse than as regret`,
      found: `${(100 * loss).toFixed(1)} points worse`,
      holds: loss > 0,
    },
  ];
}

function nearOptimal({ scaledReturn }: Share): number {
  return scaledReturn > 0.9 ? 1 : 0;
}

/** Rewards learned from uninfluenced people's choices, by the return of the policy that they lead to. */
async function delivery(options: RunOptions): Promise<Findings> {
  const { tenths } = sizes[options.size];
  const results = await learnFromPeople(options, { conditions: conditions.Control, learned: tenths });
  if (!results) return { rows: [], criteria: [], notes: ["delivery-mdp or delivery-preferences is absent."] };
  const source = random(options.seeds[0]).split("delivery");
  const rows = results.flatMap(({ condition, model, scaledReturns }): Row[] => {
    const near = scaledReturns.map((scaledReturn) => (scaledReturn > 0.9 ? 1 : 0));
    const estimate = (values: readonly number[]) => bootstrapMean(values, { random: source.split(condition, model) });
    return [
      rowOf(model, `scaled return learned from ${condition}`, estimate(scaledReturns), scaledReturns.length),
      rowOf(model, `share near-optimal learned from ${condition}`, estimate(near), scaledReturns.length),
    ];
  });
  return {
    rows,
    criteria: [],
    notes: [
      `Learning from people: one reward from each of ${tenths} disjoint tenths of each control set; report only.`,
    ],
  };
}

function rowOf(method: string, metric: string, { value, low, high }: Estimate, seeds: number): Row {
  return { method, metric, mean: value, low, high, seeds };
}
