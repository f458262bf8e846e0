/** Learning on 2,048 features: linear Bradley–Terry against scikit-learn, a perceptron on pairs against PyTorch. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "../src/core/random.ts";
import { logistic } from "../src/core/statistics/probability.ts";
import { bradleyTerryLoss } from "../src/learning/bradley-terry.ts";
import { fitLinear } from "../src/learning/linear-fit.ts";
import { designMatrix, fastDesignMatrix } from "../src/numerics/design-matrix.ts";
import { type Matrix, matrix32, rowOf } from "../src/numerics/matrix.ts";
import { initialPerceptron } from "../src/numerics/multilayer-perceptron.ts";
import { trainPerceptron } from "../src/numerics/perceptron-training.ts";
import { type BenchRow, median } from "./row.ts";

const [pairs, dimension, hidden, batchSize] = [10_000, 2_048, 256, 256];
const perceptronPairs = 2_560;
const l2 = 1e-3;
const rounds = 5;

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "guerdon-bench-"));
  try {
    const differences = simulatedDifferences();
    const path = join(folder, "differences.f32");
    writeFileSync(path, new Uint8Array(differences.data.buffer));
    return [await linearRow(differences, path, folder), await perceptronRow(differences, path)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rows of normals, turned so that the first item is the chosen one of a noisy linear reward. */
function simulatedDifferences(): Matrix<Float32Array> {
  const stream = random(1).split("bench", "learning");
  const truth = Float64Array.from({ length: dimension }, () => (2 * stream.normal()) / Math.sqrt(dimension));
  const out = matrix32(pairs, dimension);
  for (let i = 0; i < pairs; i++) {
    const row = rowOf(out, i);
    let logit = 0;
    for (let j = 0; j < dimension; j++) {
      row[j] = stream.normal();
      logit += row[j] * truth[j];
    }
    if (!stream.bernoulli(logistic(logit))) for (let j = 0; j < dimension; j++) row[j] = -row[j];
  }
  return out;
}

/** CPU seconds of both, in turn; the loss that counts is the penalised objective, which both minimise. */
async function linearRow(differences: Matrix<Float32Array>, path: string, folder: string): Promise<BenchRow> {
  const name = `linear Bradley-Terry, ${pairs} pairs × ${dimension}`;
  const loss = bradleyTerryLoss("regular");
  const objective = (weights: Float64Array) =>
    loss(designMatrix(differences).times(weights)).value + (l2 / 2) * weights.reduce((sum, w) => sum + w * w, 0);
  const ours: number[] = [];
  const theirs: number[] = [];
  let weights = new Float64Array();
  let peerWeights: Float64Array | undefined;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    const design = await fastDesignMatrix(differences);
    weights = Float64Array.from(fitLinear({ design, loss, l2, tolerance: 1e-2 }));
    design.dispose();
    const { user, system } = process.cpuUsage(start);
    ours.push((user + system) / 1e6);
    const peer = python(logisticRegression(path, join(folder, "weights.f64")));
    if ("skipped" in peer) return { name, ours: seconds(median(ours)), note: peer.skipped };
    theirs.push(peer.seconds);
    const bytes = readFileSync(join(folder, "weights.f64"));
    peerWeights = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }
  const gap = objective(weights) - objective(peerWeights!);
  return {
    name,
    ours: seconds(median(ours)),
    peer: `scikit-learn ${seconds(median(theirs))}`,
    ratio: median(theirs) / median(ours),
    target: 0.5,
    note: `CPU time, one thread, float32; objective ${gap >= 0 ? "+" : "−"}${Math.abs(gap).toExponential(1)} against theirs${Math.abs(gap) < 1e-3 ? "" : ": NOT EQUAL"}`,
  };
}

async function perceptronRow(differences: Matrix<Float32Array>, path: string): Promise<BenchRow> {
  const name = `perceptron ${dimension}-${hidden}-1, batches of ${batchSize} pairs`;
  const loss = bradleyTerryLoss("regular");
  const rows = Int32Array.from({ length: perceptronPairs }, (_, i) => i);
  const examples = {
    features: differences,
    plus: rows,
    minus: rows.map((row) => row + perceptronPairs),
    loss: (predictions: Float64Array) => loss(predictions),
  };
  const train = async (count: number) => {
    const start = process.cpuUsage();
    await trainPerceptron(
      initialPerceptron(dimension, [hidden], random(1)),
      examples,
      rows.subarray(0, count),
      undefined,
      { learningRate: 1e-3, weightDecay: 0.1, batchSize, epochs: 1, patience: 1, random: random(1) },
    );
    const { user, system } = process.cpuUsage(start);
    return count / ((user + system) / 1e6);
  };
  await train(batchSize);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await train(perceptronPairs));
    const peer = python(torchPerceptron(path));
    if ("skipped" in peer) return { name, ours: `${Math.round(median(ours))} pairs/s`, note: peer.skipped };
    theirs.push(perceptronPairs / peer.seconds);
  }
  return {
    name,
    ours: `${Math.round(median(ours))} pairs/s`,
    peer: `PyTorch ${Math.round(median(theirs))} pairs/s`,
    ratio: median(ours) / median(theirs),
    note: "CPU time, one thread, float32, AdamW",
  };
}

/** Runs a script that prints CPU seconds. */
function python(script: string): { seconds: number } | { skipped: string } {
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const { status, stdout, stderr, error } = spawnSync("python3", ["-c", script], { encoding: "utf8", env });
  if (status === 0) return { seconds: Number(stdout) };
  return { skipped: `skipped: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
}

// C weighs the sum of the losses against ½‖w‖². Their label needs two classes, so every other row is turned round.
const logisticRegression = (path: string, out: string) => `
import time, numpy as np
from sklearn.linear_model import LogisticRegression
x = np.fromfile(${JSON.stringify(path)}, dtype=np.float32).reshape(-1, ${dimension})
y = np.arange(len(x)) % 2
x[y == 0] *= -1
start = time.process_time()
model = LogisticRegression(fit_intercept=False, C=1 / (${l2} * len(x)), max_iter=1000).fit(x, y)
print(time.process_time() - start)
model.coef_.astype(np.float64).tofile(${JSON.stringify(out)})
`;

const torchPerceptron = (path: string) => `
import time, numpy as np, torch
torch.set_num_threads(1)
torch.manual_seed(1)
x = torch.from_numpy(np.fromfile(${JSON.stringify(path)}, dtype=np.float32).reshape(-1, ${dimension}))
net = torch.nn.Sequential(torch.nn.Linear(${dimension}, ${hidden}), torch.nn.ReLU(), torch.nn.Linear(${hidden}, 1))
optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.1)
def step(rows):
    optimiser.zero_grad()
    rewards = net(torch.cat([x[rows], x[rows + ${perceptronPairs}]]))
    loss = -torch.nn.functional.logsigmoid(rewards[:${batchSize}] - rewards[${batchSize}:]).mean()
    loss.backward()
    optimiser.step()
step(torch.arange(${batchSize}))
start = time.process_time()
for rows in torch.randperm(${perceptronPairs}).split(${batchSize}):
    step(rows)
print(time.process_time() - start)
`;

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
