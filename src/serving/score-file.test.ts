import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { batchReward, type Reward, reward } from "../core/reward.ts";
import { textOf } from "../core/vocabulary.ts";
import { type ScoreFileOptions, scoreFile } from "./score-file.ts";

let folder: string;
let input: string;
let output: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-score-"));
  input = join(folder, "samples.jsonl");
  output = join(folder, "outcomes.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const length = reward("length", (sample) => textOf(sample.completion).length);
const row = (id: string, fields: object = {}) => JSON.stringify({ id, prompt: "p", completion: id, ...fields });
const writeInput = (...lines: string[]) => writeFile(input, lines.map((line) => `${line}\n`).join(""));
const run = (options: Partial<ScoreFileOptions> = {}) =>
  scoreFile({ reward: length, input, output, batchSize: 2, concurrency: 1, ...options });
const written = async () => (await readFile(output, "utf8")).trimEnd().split("\n");
const ids = Array.from({ length: 12 }, (_, i) => "x".repeat(i + 1));

/** Scores until `count` samples were asked for, then stops as Ctrl-C does. */
async function interruptedAfter(count: number, options: Partial<ScoreFileOptions> = {}): Promise<void> {
  const controller = new AbortController();
  let asked = 0;
  const stopping: Reward = {
    ...length,
    score: async (batch) => {
      asked += batch.length;
      if (asked > count) {
        // Until what was scored before is committed.
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.abort(new Error("interrupted"));
      }
      return length.score(batch);
    },
  };
  await expect(run({ reward: stopping, signal: controller.signal, ...options })).rejects.toThrow("interrupted");
}

describe("scoreFile", () => {
  it("writes a line for every row, in order, and accounts for all", async () => {
    await writeInput(row("a"), "{ not json", row("no"), JSON.stringify({ id: "b", prompt: "p" }), row("ccc"));
    const picky = batchReward("picky", async (batch) =>
      batch.map(({ id }) => (id === "no" ? unscored("refusal", "will not") : scored(id.length, { reason: "counted" }))),
    );
    const report = await run({ reward: picky });
    const lines = (await written()).map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { id: "a", row: 1, value: 1, reason: "counted" },
      { id: "row:2", row: 2, unscored: "invalid-input", message: expect.any(String) },
      { id: "no", row: 3, unscored: "refusal", message: "will not" },
      { id: "row:4", row: 4, unscored: "invalid-input", message: expect.any(String) },
      { id: "ccc", row: 5, value: 3, reason: "counted" },
    ]);
    expect(report).toEqual({
      asked: 5,
      scored: 2,
      unscored: 3,
      causes: { "invalid-input": 2, refusal: 1 },
      resumed: 0,
    });
    expect((await readdir(folder)).sort()).toEqual(["outcomes.jsonl", "outcomes.jsonl.run.jsonl", "samples.jsonl"]);
  });

  it("keeps a group in one batch", async () => {
    await writeInput(row("a"), row("b", { group: "g" }), row("c", { group: "g" }), row("d", { group: "g" }), row("e"));
    const batches: string[] = [];
    const recording: Reward = {
      name: "recording",
      score: async (batch) => {
        batches.push(batch.map(({ id }) => id).join(""));
        return batch.map(() => scored(0));
      },
    };
    await run({ reward: recording });
    expect(batches).toEqual(["abcd", "e"]);
  });

  it("writes the same bytes at any concurrency", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await run();
    const expected = await readFile(output);
    await rm(output);
    const uneven = reward("length", async (sample, context) => {
      await new Promise((resolve) => setTimeout(resolve, (sample.id.length * 7) % 11));
      return (await length.score([sample], context))[0];
    });
    await run({ reward: uneven, concurrency: 16 });
    expect(await readFile(output)).toEqual(expected);
  });

  it("goes on where it stopped, scoring nothing twice", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await run();
    const expected = await readFile(output);
    await rm(output);
    await interruptedAfter(6);
    expect(await written()).toHaveLength(6);
    const asked: string[] = [];
    const recording: Reward = {
      ...length,
      score: async (batch) => {
        asked.push(...batch.map(({ id }) => id));
        return length.score(batch);
      },
    };
    const report = await run({ reward: recording });
    expect(asked).toEqual(ids.slice(6));
    expect(report).toMatchObject({ asked: 12, scored: 12, resumed: 6 });
    expect(await readFile(output)).toEqual(expected);
  });

  it("has nothing to do when the run was done", async () => {
    await writeInput(...ids.map((id) => row(id)));
    const first = await run();
    const bytes = await readFile(output);
    const second = await run({ reward: { ...length, score: () => Promise.reject(new Error("asked again")) } });
    expect(second).toEqual({ ...first, resumed: 12 });
    expect(await readFile(output)).toEqual(bytes);
  });

  it("scores a tail again that was torn off at any byte of the output or the journal", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await run();
    const expected = await readFile(output);
    await rm(output);
    await interruptedAfter(6);
    const journal = `${output}.run.jsonl`;
    const halves = { output: await readFile(output), journal: await readFile(journal) };
    const lastLine = (bytes: Buffer) => bytes.lastIndexOf("\n", bytes.length - 2) + 1;
    const cuts = [
      ...range(lastLine(halves.output), halves.output.length).map((size) => [output, size] as const),
      ...range(lastLine(halves.journal), halves.journal.length).map((size) => [journal, size] as const),
    ];
    expect(cuts.length).toBeGreaterThan(60);
    for (const [path, size] of cuts) {
      await writeFile(output, halves.output);
      await writeFile(journal, halves.journal);
      await truncate(path, size);
      expect((await run()).resumed).toBe(4);
      expect(await readFile(output)).toEqual(expected);
    }
  });

  it("cuts off what was written and never acknowledged", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await interruptedAfter(6);
    await writeFile(output, '{"id":"xxxxxxx","row":7,"val', { flag: "a" });
    await run();
    expect(await written()).toHaveLength(12);
    expect((await written())[6]).toBe('{"id":"xxxxxxx","row":7,"value":7}');
  });

  it("stops at a flipped byte, naming file and line", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await interruptedAfter(6);
    const bytes = await readFile(output);
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] === 0x0a) continue;
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1;
      await writeFile(output, flipped);
      const line = bytes.subarray(0, at).reduce((count, byte) => count + Number(byte === 0x0a), 1);
      await expect(run()).rejects.toThrow(`outcomes.jsonl, line ${line}: `);
    }
    await writeFile(output, bytes);
    const journal = (await readFile(`${output}.run.jsonl`, "utf8")).split("\n");
    await writeFile(`${output}.run.jsonl`, journal.toSpliced(1, 1, "{").join("\n"));
    await expect(run()).rejects.toThrow("outcomes.jsonl.run.jsonl, line 2: ");
  });

  it("refuses to go on when the input, the reward or the batches have changed", async () => {
    await writeInput(...ids.map((id) => row(id)));
    await interruptedAfter(6);
    await expect(run({ batchSize: 3 })).rejects.toThrow("to go on with batchSize 2, got 3");
    await expect(run({ reward: { ...length, fingerprint: "new" } })).rejects.toThrow("to go on with reward length");
    await writeInput(...ids.map((id) => row(`y${id}`)));
    await expect(run()).rejects.toThrow("to go on with input");
  });

  it("refuses an output that is there already, and an input that is not", async () => {
    await writeInput(row("a"));
    await writeFile(output, "mine");
    await expect(run()).rejects.toMatchObject({ code: "run.output-exists" });
    expect(await readFile(output, "utf8")).toBe("mine");
    await expect(run({ input: join(folder, "none.jsonl") })).rejects.toMatchObject({ code: "data.not-found" });
    await expect(run({ output: join(folder, "no", "folder.jsonl") })).rejects.toMatchObject({ code: "run.unwritable" });
  });

  it("lets one process at a time write", async () => {
    await writeInput(row("a"));
    let release = () => {};
    const waiting = reward("waiting", () => new Promise<number>((resolve) => (release = () => resolve(1))));
    const first = run({ reward: waiting });
    await expect.poll(() => readdir(folder)).toContain("outcomes.jsonl.lock");
    await expect(run()).rejects.toMatchObject({ code: "run.locked", details: { holder: process.pid } });
    await expect.poll(() => release() ?? readdir(folder)).not.toContain("outcomes.jsonl.lock");
    await first;
    await rm(output);
    await writeFile(`${output}.lock`, `${process.ppid}\n`);
    await expect(run()).rejects.toMatchObject({ code: "run.locked", details: { holder: process.ppid } });
    await writeFile(`${output}.lock`, "99999999\n");
    expect(await run()).toMatchObject({ asked: 1 });
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
