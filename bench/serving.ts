/**
 * One sample a request in OpenRLHF's dialect, 1.5 kB: this server beside FastAPI on uvicorn and beside a bare Fastify,
 * all three doing the same check. Requests per second of the server's CPU time, which other work on the machine
 * disturbs far less than wall time; 32 connections; rounds alternate, medians count.
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import autocannon from "autocannon";
import { build } from "esbuild";
import { type BenchRow, median } from "./row.ts";

const warmUps = 3;
const rounds = 7;
const requests = 5000;
const root = resolve(import.meta.dirname, "..");

const check = `const check = (text, label) => Number(text.slice(text.lastIndexOf("####") + 4).trim() === label);`;

const ours = `
  import { reward } from "../src/core/reward.ts";
  import { serveReward } from "../src/serving/server.ts";
  ${check}
  const marker = reward("marker", ({ completion, reference }) => check(completion[0].content, reference));
  const { url } = await serveReward(marker, { port: 0, dialect: "openrlhf" });
  console.log(url);
`;

const bareFastify = `
  import Fastify from "fastify";
  ${check}
  const app = Fastify();
  app.post("/get_reward", async ({ body: { query, prompts, labels } }) => {
    const completion = (text, prompt) => text.slice(text.indexOf(prompt) + prompt.length).replace(/<\\/s>$/, "");
    const rewards = query.map((text, i) => check(completion(text, prompts[i]), labels[i]));
    const ones = rewards.map(() => 1);
    return { rewards, scores: rewards, extra_logs: { scored: ones, unscored: rewards.map(() => 0) } };
  });
  console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
`;

const fastApi = `
import socket, uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
app = FastAPI()
def check(text, label):
    return int(text[text.rfind("####") + 4:].strip() == label)
@app.post("/get_reward")
async def get_reward(request: Request):
    body = await request.json()
    rows = zip(body["query"], body["prompts"], body["labels"])
    rewards = [check(q[q.find(p) + len(p):].removesuffix("</s>"), l) for q, p, l in rows]
    logs = {"scored": [1] * len(rewards), "unscored": [0] * len(rewards)}
    return JSONResponse({"rewards": rewards, "scores": rewards, "extra_logs": logs})
listener = socket.create_server(("127.0.0.1", 0))
print("http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run([listener])
`;

const prompt = "Natalia sold clips to some of her friends. ".repeat(12);
const body = JSON.stringify({
  query: [`<s>${prompt}${"So we add what she sold to what is left. ".repeat(11)}#### 72</s>`],
  prompts: [prompt],
  labels: ["72"],
});

export async function run(): Promise<BenchRow[]> {
  if (process.platform !== "linux") {
    return [{ name: "serving: one sample a request", ours: "not run", note: "CPU time of a child is read from /proc" }];
  }
  const folder = join(root, "node_modules", ".cache", "guerdon-bench");
  mkdirSync(folder, { recursive: true });
  const servers: ServerUnderTest[] = [];
  try {
    servers.push(await startNode(join(folder, "ours.mjs"), ours));
    servers.push(await startNode(join(folder, "fastify.mjs"), bareFastify));
    if (hasFastApi()) servers.push(await started(spawn("python3", ["-c", fastApi])));
    const rates = await measure(servers);
    return rows(rates.map(median));
  } finally {
    for (const { process } of servers) process.kill();
    rmSync(folder, { recursive: true });
  }
}

function rows([own, fastify, python]: readonly number[]): BenchRow[] {
  const name = "serving: one 1.5 kB sample a request";
  const shown = (rate: number) => `${Math.round(rate)} requests a CPU second`;
  return [
    python === undefined
      ? { name, ours: shown(own), target: 3, note: "peer not run: python3 has no fastapi and uvicorn" }
      : { name, ours: shown(own), peer: `FastAPI on uvicorn: ${shown(python)}`, ratio: own / python, target: 3 },
    { name, ours: shown(own), peer: `bare Fastify: ${shown(fastify)}`, ratio: own / fastify, target: 0.7 },
  ];
}

interface ServerUnderTest {
  readonly process: ChildProcess;
  readonly url: string;
}

/** Rates of each server, round by round; the rounds before them warm up. */
async function measure(servers: readonly ServerUnderTest[]): Promise<number[][]> {
  const rates = servers.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, server] of servers.entries()) {
      const rate = await requestsPerCpuSecond(server);
      if (round >= 0) rates[index].push(rate);
    }
  }
  return rates;
}

async function requestsPerCpuSecond({ process, url }: ServerUnderTest): Promise<number> {
  const before = cpuSeconds(process.pid);
  const { errors, non2xx } = await autocannon({
    url: `${url}/get_reward`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    connections: 32,
    amount: requests,
  });
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} of ${requests} requests to ${url} failed`);
  return requests / (cpuSeconds(process.pid) - before);
}

/** User and system time of a process, from the 14th and 15th field of its stat line, in ticks of 10 ms. */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Runs what was built, as users do, and not what a loader makes of the sources. */
async function startNode(outfile: string, source: string): Promise<ServerUnderTest> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(root, "bench"), loader: "ts" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
  });
  writeFileSync(outfile, outputFiles[0].contents);
  return started(spawn(process.execPath, [outfile], { env: { ...process.env, NODE_ENV: "production" } }));
}

async function started(process: ChildProcess): Promise<ServerUnderTest> {
  const url = await new Promise<string>((found, failed) => {
    process.stdout?.once("data", (text) => found(String(text).trim()));
    process.once("close", (code) => failed(new Error(`a server under test ended with ${code}`)));
  });
  for (let tries = 0; !(await fetch(url).catch(() => undefined)); tries++) {
    if (tries > 100) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { process, url };
}

function hasFastApi(): boolean {
  try {
    execFileSync("python3", ["-c", "import fastapi, uvicorn"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
