/** The command as a stranger runs it: built, in a process of its own, on good and bad input. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const tsx = resolve("node_modules/.bin/tsx");
const main = resolve("src/cli/main.ts");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-command-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function guerdon(...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(tsx, [main, ...args], { cwd: folder }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const pair = (i: number, more = {}) =>
  `${JSON.stringify({ prompt: `p${i}`, chosen: `good ${i}`, rejected: `bad ${i}`, ...more })}\n`;
const pairs = (count: number, more = {}) => Array.from({ length: count }, (_, i) => pair(i, more)).join("");

describe("the way from preferences to a served reward", () => {
  it("trains, measures held out, scores, compares", async () => {
    const trained = await guerdon("train", "everyday", "--out", "reward", "--json");
    expect(trained.code, trained.stderr).toBe(0);
    const { crossValidation } = JSON.parse(trained.stdout);
    expect(crossValidation.accuracy.measures.accuracy.low).toBeGreaterThan(0.6);

    const measured = await guerdon("eval", "reward", "--on", "everyday", "--report", "report", "--json");
    expect(JSON.parse(measured.stdout).separation).toEqual({ kind: "cross-validated", folds: 5 });
    expect(await readFile(join(folder, "report/report.html"), "utf8")).toContain("<svg");

    const scored = await guerdon("score", "reward", "everyday", "--out", "outcomes.jsonl", "--json");
    expect(JSON.parse(scored.stdout)).toMatchObject({ asked: 716, scored: 716, unscored: 0 });

    const compared = await guerdon("compare", "reward", "reward", "everyday", "--json");
    expect(JSON.parse(compared.stdout).agreement.value).toBe(1);
  }, 120_000);

  it("leaves out of an evaluation what the reward has learned from", async () => {
    await guerdon("train", await file("half.jsonl", pairs(30)), "--out", "half", "--folds", "0");
    const { stdout } = await guerdon("eval", "half", "--on", await file("whole.jsonl", pairs(40)), "--json");
    expect(JSON.parse(stdout).separation).toEqual({ kind: "left-out", pairs: 30 });
    expect(JSON.parse(stdout).evaluation.accuracy.pairs).toBe(10);
  });

  it("answers no with exit code 1", async () => {
    const { code } = await guerdon("eval", "half", "--on", "everyday", "--at-least", "0.99");
    expect(code).toBe(1);
  });
});

describe("bad input gives one message, exit code 2 and no artefact", () => {
  const reward = (name: string, code: string) => file(name, code);
  const cases: readonly (readonly [string, () => Promise<readonly string[]>, RegExp])[] = [
    ["a wrong path", async () => ["train", "nowhere.jsonl", "--out", "x"], /nowhere\.jsonl: expected a data file/],
    ["an empty file", async () => ["train", await file("empty.jsonl", ""), "--out", "x"], /empty one/],
    ["no usable pair", async () => ["train", await file("odd.jsonl", '{"a":1}\n'), "--out", "x"], /fields seen: a/],
    ["all ties", async () => ["train", await file("ties.jsonl", pairs(9, { tie: true })), "--out", "x"], /tie/],
    ["one row", async () => ["train", await file("one.jsonl", pair(1)), "--out", "x"], /1 preferences/],
    [
      "one row without folds",
      async () => ["train", await file("one.jsonl", pair(1)), "--out", "x", "--folds", "0"],
      /two/,
    ],
    [
      "a number that is none",
      async () => ["train", await file("inf.jsonl", pair(1).replace("}", ',"margin":1e999}')), "--out", "x"],
      /margin: expected a finite number, got Infinity/,
    ],
    ["no reward there", async () => ["eval", "nothing", "--on", "everyday"], /nothing there/],
    [
      "a reward file that throws on import",
      async () => ["eval", await reward("throws.mjs", 'throw new Error("boom")'), "--on", "everyday"],
      /boom/,
    ],
    [
      "a reward with a wrong number of outcomes",
      async () => [
        "score",
        await reward("short.mjs", 'export default { name: "short", score: async () => [] }'),
        "everyday",
        "--out",
        "x",
      ],
      /reward "short": expected \d+ outcomes/,
    ],
    [
      "an encoder that returns the wrong width",
      async () => {
        const { url } = await wrongWidthServer();
        const encoder = JSON.stringify({ kind: "embeddings", url, model: "m", dimension: 8 });
        return ["train", "everyday", "--out", "x", "--folds", "0", "--encoder", encoder];
      },
      /8/,
    ],
    ["a port in use", async () => ["serve", "half", "--port", String(await takenPort())], /in use|port/],
    ["an unknown paper", async () => ["reproduce", "nothing-of-the-kind"], /expected one of/],
    ["an unknown flag", async () => ["train", "everyday", "--out", "x", "--colour"], /unknown option/],
  ];

  it.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await guerdon(...(await args()));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("keeps a folder that holds something else", async () => {
    await mkdir(join(folder, "diary"));
    await file("diary/monday.txt", "dear diary");
    const { code, stderr } = await guerdon("train", "everyday", "--out", "diary", "--folds", "0");
    expect(code).toBe(2);
    expect(stderr).toMatch(/monday\.txt/);
    expect(await readFile(join(folder, "diary/monday.txt"), "utf8")).toBe("dear diary");
  });
});

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function wrongWidthServer(): Promise<{ url: string }> {
  const { createServer: createHttpServer } = await import("node:http");
  const server = createHttpServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const data = JSON.parse(body).input.map((_: string, index: number) => ({ index, embedding: [1, 2, 3] }));
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/v1` };
}
