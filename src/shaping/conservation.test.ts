/** Whatever is built from failing rewards: nothing asked is lost, and no failure becomes a number. */

import { expect, it } from "vitest";
import { assertConserved, tally } from "../core/conservation.ts";
import { isScored, type Outcome, unscored } from "../core/outcome.ts";
import { type Random, random } from "../core/random.ts";
import { batchReward, type Reward, reward, type Shaping, scoreBatch } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { centre } from "./centre.ts";
import { clip } from "./clip.ts";
import { weighted } from "./weighted.ts";

type Tree =
  | { kind: "leaf"; name: string; failing: number }
  | { kind: "sum"; terms: { tree: Tree; weight: number }[] }
  | { kind: "pipe"; tree: Tree; steps: Step[] };
type Step =
  | { kind: "clip"; low: number; high: number }
  | { kind: "constant"; by: number }
  | { kind: "group" | "references" };

const samples: readonly Sample[] = Array.from({ length: 24 }, (_, index) => sampleOf("s", index, `p${index % 6}`));
// The last prompt has no reference.
const references: readonly Sample[] = Array.from({ length: 10 }, (_, index) => sampleOf("r", index, `p${index % 5}`));

function sampleOf(prefix: string, index: number, prompt: string): Sample {
  return {
    id: `${prefix}${index}`,
    group: prompt,
    prompt: [{ role: "user", content: prompt }],
    completion: [{ role: "assistant", content: `${index}` }],
  };
}

function randomTree(stream: Random, depth: number, failing: number): Tree {
  const kind = depth === 0 ? 0 : stream.integer(3);
  const child = (index: number) => randomTree(stream.split("child", index), depth - 1, failing);
  if (kind === 0) return { kind: "leaf", name: `leaf${stream.seed32()}`, failing };
  if (kind === 1) {
    const terms = Array.from({ length: 1 + stream.integer(3) }, (_, i) => ({
      tree: child(i),
      weight: stream.normal(),
    }));
    return { kind: "sum", terms };
  }
  const steps = Array.from({ length: 1 + stream.integer(3) }, (): Step => {
    const low = stream.normal();
    return stream.pick<Step>([
      { kind: "clip", low, high: low + stream.uniform() },
      { kind: "constant", by: low },
      { kind: "group" },
      { kind: "references" },
    ]);
  });
  return { kind: "pipe", tree: child(0), steps };
}

/** What a leaf says of a sample: undefined where it fails. */
function leafValue(name: string, failing: number, id: string): number | undefined {
  const stream = random(7).split(name, id);
  return stream.uniform() < failing ? undefined : stream.normal();
}

/** The tree as a reward, each node watched. */
function build(tree: Tree, watch: (reward: Reward) => Reward): Reward {
  if (tree.kind === "leaf") {
    return watch(
      reward(tree.name, ({ id }) => leafValue(tree.name, tree.failing, id) ?? unscored("backend-down", "down")),
    );
  }
  if (tree.kind === "sum") {
    const parts = tree.terms.map(({ tree, weight }, i) => [`t${i}`, [build(tree, watch), weight] as const] as const);
    return watch(weighted(Object.fromEntries(parts)));
  }
  return tree.steps.reduce((inner, step) => watch(shapingOf(step)(inner)), build(tree.tree, watch));
}

function shapingOf(step: Step): Shaping {
  if (step.kind === "clip") return clip(step.low, step.high);
  if (step.kind === "constant") return centre(step.by);
  return centre(step.kind === "group" ? "group" : references);
}

/** The same tree, evaluated in the plainest way. */
function evaluate(tree: Tree, batch: readonly Sample[]): (number | undefined)[] {
  if (tree.kind === "leaf") return batch.map(({ id }) => leafValue(tree.name, tree.failing, id));
  if (tree.kind === "sum") {
    const terms = tree.terms.map(({ tree, weight }) => ({ values: evaluate(tree, batch), weight }));
    return batch.map((_, i) =>
      terms.reduce<number | undefined>((sum, { values, weight }) => plus(sum, values[i], weight), 0),
    );
  }
  return evaluateSteps(tree.tree, tree.steps, batch);
}

function evaluateSteps(tree: Tree, steps: readonly Step[], batch: readonly Sample[]): (number | undefined)[] {
  if (steps.length === 0) return evaluate(tree, batch);
  const before = steps.slice(0, -1);
  const values = evaluateSteps(tree, before, batch);
  const step = steps[steps.length - 1];
  if (step.kind === "clip")
    return values.map((v) => (v === undefined ? v : Math.min(Math.max(v, step.low), step.high)));
  if (step.kind === "constant") return values.map((v) => plus(v, step.by, -1));
  const [others, least] =
    step.kind === "group" ? [batch, 2] : [references.filter(({ group }) => batch.some((s) => s.group === group)), 1];
  const otherValues = step.kind === "group" ? values : evaluateSteps(tree, before, others);
  return values.map((value, i) => {
    const peers = otherValues.filter((v, j) => v !== undefined && others[j].group === batch[i].group) as number[];
    if (peers.length < least) return undefined;
    return plus(value, peers.reduce((a, b) => a + b) / peers.length, -1);
  });
}

function plus(a: number | undefined, b: number | undefined, weight: number): number | undefined {
  return a === undefined || b === undefined ? undefined : a + weight * b;
}

function leavesOf(tree: Tree): Extract<Tree, { kind: "leaf" }>[] {
  if (tree.kind === "leaf") return [tree];
  return tree.kind === "sum" ? tree.terms.flatMap(({ tree }) => leavesOf(tree)) : leavesOf(tree.tree);
}

interface Count {
  asked: number;
  scored: number;
  unscored: number;
}

async function scoreWatched(tree: Tree): Promise<{ outcomes: Outcome[]; counts: Count[] }> {
  const counts: Count[] = [];
  const root = build(tree, (inner) => {
    const count = { asked: 0, scored: 0, unscored: 0 };
    counts.push(count);
    return batchReward(inner.name, async (batch, context) => {
      count.asked += batch.length;
      const outcomes = await scoreBatch(inner, batch, context);
      for (const outcome of outcomes) count[isScored(outcome) ? "scored" : "unscored"]++;
      return outcomes;
    });
  });
  return { outcomes: await root.score(samples), counts };
}

const trees = Array.from({ length: 300 }, (_, seed) => {
  const stream = random(seed);
  return randomTree(stream, 3, [0, 0.1, 0.5][seed % 3]);
});

it("conserves what was asked at every node and turns no failure into a number", async () => {
  let failures = 0;
  for (const tree of trees) {
    const { outcomes, counts } = await scoreWatched(tree);
    for (const { asked, scored, unscored } of counts) expect(asked).toBe(scored + unscored);
    assertConserved(tally(outcomes), samples.length);
    for (const [index, outcome] of outcomes.entries()) {
      const failed = leavesOf(tree).some(
        ({ name, failing }) => leafValue(name, failing, samples[index].id) === undefined,
      );
      if (failed) expect(isScored(outcome)).toBe(false);
      failures += failed ? 1 : 0;
    }
  }
  expect(failures).toBeGreaterThan(1000);
});

it("gives what the plainest evaluation gives", async () => {
  for (const tree of trees) {
    const { outcomes } = await scoreWatched(tree);
    const expected = evaluate(tree, samples);
    for (const [index, outcome] of outcomes.entries()) {
      const value = isScored(outcome) ? outcome.value : undefined;
      if (value === undefined || expected[index] === undefined) expect(value).toBe(expected[index]);
      else expect(value).toBeCloseTo(expected[index], 9);
    }
  }
});
