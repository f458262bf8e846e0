/** Measures STARC and EPIC distances of tabular rewards, beside NumPy's solve of the same and the published code's sweeps. */

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { random } from "../src/core/random.ts";
import { randomMdp } from "../src/environments/random-mdp.ts";
import type { TabularMdp } from "../src/environments/tabular-mdp.ts";
import { epicDistance, starcDistance } from "../src/measuring/reward-distance.ts";
import { type BenchRow, median } from "./row.ts";

const kinds = {
  val: (mdp: TabularMdp, a: Float64Array, b: Float64Array) => starcDistance(mdp, a, b),
  minimal: (mdp: TabularMdp, a: Float64Array, b: Float64Array) =>
    starcDistance(mdp, a, b, { canonicalisation: "minimal" }),
  epic: epicDistance,
};

const cases = [
  { states: 32, actions: 4, kind: "val", peer: "val", repeats: 200, target: 0.3 },
  { states: 32, actions: 4, kind: "minimal", peer: "minimal", repeats: 100, target: 0.3 },
  { states: 32, actions: 4, kind: "epic", peer: "epic", repeats: 200, target: 0.3 },
  { states: 32, actions: 4, kind: "val", peer: "val_sweeps", repeats: 50, peerRepeats: 1, target: 50 },
  { states: 256, actions: 8, kind: "val", peer: "val", repeats: 3, target: 0.3 },
  { states: 256, actions: 8, kind: "minimal", peer: "minimal", repeats: 2, target: 0.3 },
  { states: 256, actions: 8, kind: "epic", peer: "epic", repeats: 3, target: 0.3 },
] as const;

const rounds = 7;
const discount = 0.95;

export async function run(): Promise<BenchRow[]> {
  if (spawnSync("python3", ["-c", "import numpy"]).status !== 0) {
    return [{ name: "reward distances", ours: "skipped", note: "python3 with numpy is absent" }];
  }
  const folder = mkdtempSync(join(tmpdir(), "guerdon-distances-"));
  const numpy = startNumpy();
  try {
    const rows: BenchRow[] = [];
    for (const one of cases) rows.push(await measure(one, folder, numpy));
    return rows;
  } finally {
    numpy.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measure(one: (typeof cases)[number], folder: string, numpy: Numpy): Promise<BenchRow> {
  const { states, actions, kind, peer, repeats, target } = one;
  const peerRepeats = "peerRepeats" in one ? one.peerRepeats : repeats;
  const source = random(1);
  const mdp = randomMdp({ random: source.split("process"), states, actions, discount });
  const [first, second] = [1, 2].map(() => mdp.transition.map(() => source.normal()));
  const path = join(folder, `${states}x${actions}.f64`);
  writeFileSync(path, new Uint8Array(Float64Array.from([mdp.transition, first, second].flatMap((t) => [...t])).buffer));
  const ask = { path, states, actions, discount, kind: peer, repeats: peerRepeats };

  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  let [ours, theirs] = [0, 0];
  for (let round = -1; round < rounds; round++) {
    const started = process.cpuUsage();
    for (let repeat = 0; repeat < repeats; repeat++) ours = kinds[kind](mdp, first, second);
    const { user, system } = process.cpuUsage(started);
    const answer = await numpy.ask(ask);
    theirs = answer.distance;
    // The round before the first warms both.
    if (round < 0) continue;
    times.ours.push((user + system) / 1000 / repeats);
    times.peer.push((answer.seconds * 1000) / peerRepeats);
  }
  if (Math.abs(ours - theirs) > 1e-8) throw new Error(`${kind} ${states}x${actions}: ours ${ours}, theirs ${theirs}`);
  const [mine, other] = [median(times.ours), median(times.peer)];
  return {
    name: `${kind} distance, ${states} states × ${actions} actions`,
    ours: `${mine.toPrecision(3)} ms`,
    peer: `${peer.endsWith("sweeps") ? "sweeps over states, as published" : "NumPy solve, one thread"}: ${other.toPrecision(3)} ms`,
    ratio: other / mine,
    target,
    note: "CPU time of two canonical forms and their distance, factorisation included; results agree to 1e-8",
  };
}

interface Answer {
  readonly seconds: number;
  readonly distance: number;
}

interface Numpy {
  ask(request: object): Promise<Answer>;
  stop(): void;
}

/** A Python that answers one line of JSON for each, so that rounds can take turns without starting it anew. */
function startNumpy(): Numpy {
  const script = fileURLToPath(new URL("./distances.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const python: ChildProcessByStdio<Writable, Readable, null> = spawn("python3", [script], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      python.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("python3 ended before it answered");
      return JSON.parse(value);
    },
    stop: () => python.stdin.end(),
  };
}
