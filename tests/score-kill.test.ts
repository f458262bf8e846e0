/** Durable scoring against the real thing: a process that is killed at random moments and started again. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { random } from "../src/core/random.ts";

const kills = 200;
const rows = 2000;

/** Scores input into output; tells stdout what is acknowledged and a ledger what is asked of the reward. */
const scorer = `
  import { appendFileSync } from "node:fs";
  import { random } from "../src/core/random.ts";
  import { scored } from "../src/core/outcome.ts";
  import { scoreFile } from "../src/serving/score-file.ts";
  const [input, output, ledger] = process.argv.slice(2);
  const reward = {
    name: "seeded",
    async score(batch) {
      appendFileSync(ledger, batch.map(({ id }) => id + "\\n").join(""));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return batch.map(({ id }) => scored(random(1).split(id).normal()));
    },
  };
  const onProgress = ({ done }) => process.stdout.write(done + "\\n");
  await scoreFile({ reward, input, output, batchSize: 4, concurrency: 4, onProgress });
`;

let folder: string;
let program: string;
let input: string;
let startMs: number;
let expected: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-kill-"));
  program = join(folder, "scorer.mjs");
  input = join(folder, "input.jsonl");
  await build({
    stdin: { contents: scorer, resolveDir: import.meta.dirname, loader: "ts" },
    outfile: program,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const sample = (_: unknown, i: number) => `${JSON.stringify({ id: `${i}`, prompt: "p", completion: `c ${i}` })}\n`;
  await writeFile(input, Array.from({ length: rows }, sample).join(""));
  const began = performance.now();
  const unbroken = await run(join(folder, "unbroken.jsonl"), join(folder, "unbroken.ledger"));
  startMs = unbroken.firstRowAfterMs;
  expected = await readFile(join(folder, "unbroken.jsonl"), "utf8");
  expect(expected.split("\n")).toHaveLength(rows + 1);
  expect(performance.now() - began).toBeGreaterThan(startMs);
});

afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly killed: boolean;
  readonly acknowledged: number;
  readonly firstRowAfterMs: number;
}

function run(output: string, ledger: string, killAfterMs?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [program, input, output, ledger], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let complaint = "";
    let firstRowAfterMs = 0;
    child.stdout.on("data", (text) => {
      firstRowAfterMs ||= performance.now() - began;
      said += text;
    });
    child.stderr.on("data", (text) => (complaint += text));
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the scorer ended with ${code}: ${complaint}`));
      const acknowledged = Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
      resolve({ killed: signal === "SIGKILL", acknowledged, firstRowAfterMs });
    });
  });
}

it(`survives ${kills} kills: no acknowledged row lost or doubled, and the file is the unbroken run's`, {
  timeout: 600_000,
}, async () => {
  const moments = random(7).split("moments");
  let done = 0;
  let finished = 0;
  let acknowledged = 0;
  while (done < kills || acknowledged > 0) {
    const output = join(folder, `output-${finished}.jsonl`);
    const ledger = join(folder, "ledger");
    const ended = await run(output, ledger, done < kills ? moments.uniform() * 2.5 * startMs : undefined);
    if (existsSync(ledger)) {
      // What was acknowledged in an earlier life is not asked of the reward again.
      const asked = (await readFile(ledger, "utf8")).trimEnd().split("\n").map(Number);
      expect(Math.min(...asked)).toBeGreaterThanOrEqual(acknowledged);
      expect(new Set(asked).size).toBe(asked.length);
      await rm(ledger);
    }
    if (ended.killed) {
      done++;
      acknowledged = Math.max(acknowledged, ended.acknowledged);
      if (acknowledged > 0) expect(await readFile(output, "utf8")).toSatisfy(holdsRows(acknowledged));
    } else {
      expect(await readFile(output, "utf8")).toBe(expected);
      finished++;
      acknowledged = 0;
    }
  }
  expect(finished).toBeGreaterThan(1);
});

/** Whether a file begins with the first `count` lines of the unbroken run's. */
function holdsRows(count: number): (text: string) => boolean {
  const prefix = `${expected.split("\n").slice(0, count).join("\n")}\n`;
  return (text) => text.startsWith(prefix);
}
