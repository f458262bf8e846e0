import { afterEach, describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { type Reward, reward } from "../core/reward.ts";
import { textOf } from "../core/vocabulary.ts";
import { type ServeOptions, type Server, serveReward } from "./server.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** What the trainer's client sends for one rollout. */
const rollout = (prompt: string, response: string, label = "", bos = "") => ({
  query: [bos + prompt + response],
  prompts: [prompt],
  labels: [label],
});

async function ask(served: Reward, body: unknown, options: ServeOptions = {}) {
  await server?.close();
  server = await serveReward(served, { port: 0, dialect: "openrlhf", ...options });
  return post(body);
}

async function post(body: unknown) {
  const response = await fetch(`${server?.url}/get_reward`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const exact = reward("exact", ({ completion, reference }) =>
  reference === undefined
    ? unscored("missing-reference", "expected a reference, got none")
    : Number(textOf(completion) === reference),
);

describe("POST /get_reward", () => {
  it("answers the trainer's own shape, byte for byte", async () => {
    const right = await ask(exact, rollout("2+2=", "4</s>", "4", "<s>"));
    expect(right).toEqual({
      status: 200,
      text: '{"rewards":[1],"scores":[1],"extra_logs":{"scored":[1],"unscored":[0]}}',
    });
    expect((await post(rollout("2+2=", "5", "4"))).text).toContain('"rewards":[0]');
  });

  it("answers empty lists with empty lists, and unknown fields not at all", async () => {
    const { text } = await ask(exact, { query: [], prompts: [], labels: [] });
    expect(text).toBe('{"rewards":[],"scores":[],"extra_logs":{}}');
    expect((await post({ ...rollout("a", "b", "b"), images: [null] })).status).toBe(200);
    const metrics = await (await fetch(`${server?.url}/metrics`)).text();
    expect(metrics).toContain("guerdon_unknown_fields_total 1");
  });

  it("scores duplicates, several rows and texts of 1 MB", async () => {
    const long = "x".repeat(1 << 20);
    const body = { query: ["ab", "ab", `a${long}`], prompts: ["a", "a", "a"], labels: ["b", "b", long] };
    expect(JSON.parse((await ask(exact, body)).text).rewards).toEqual([1, 1, 1]);
  });

  it.each([
    [{}, "query"],
    [{ query: "a", prompts: ["a"] }, "query"],
    [{ query: ["a"] }, "prompts"],
    [{ query: ["a"], prompts: [] }, "prompts"],
    [{ query: [1], prompts: ["a"] }, "query[0]"],
    [{ query: ["a"], prompts: ["a"], labels: [4] }, "labels[0]"],
    [[], ""],
  ])("refuses %j with 400", async (body, path) => {
    const { status, text } = await ask(exact, body);
    expect([status, JSON.parse(text).error.path]).toEqual([400, path]);
  });

  it("answers by the named policy, counted, and never silently by a number", async () => {
    const unlabelled = rollout("2+2=", "4");
    const refused = await ask(exact, unlabelled);
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.text).error.code).toBe("unscored.missing-reference");
    expect((await ask(exact, unlabelled, { unscored: "error" })).status).toBe(503);
    const valued = await ask(exact, unlabelled, { unscored: "value:-1" });
    expect(valued.text).toBe('{"rewards":[-1],"scores":[-1],"extra_logs":{"scored":[0],"unscored":[1]}}');
    const strange = await post({ query: ["no prompt here"], prompts: ["2+2="], labels: ["4"] });
    expect(JSON.parse(strange.text).rewards).toEqual([-1]);
    const metrics = await (await fetch(`${server?.url}/metrics`)).text();
    expect(metrics).toContain('guerdon_unscored_policy_total{policy="value",cause="missing-reference"} 1');
    expect(metrics).toContain('guerdon_unscored_policy_total{policy="value",cause="invalid-input"} 1');
  });

  it("holds the request while a failure may pass", async () => {
    let calls = 0;
    const flaky = reward("flaky", () => (++calls < 2 ? unscored("backend-down", "down") : 3));
    expect((await ask(flaky, rollout("a", "b"))).text).toContain('"rewards":[3]');
    const hanging = reward("hanging", () => new Promise<number>(() => {}));
    const late = await ask(hanging, rollout("a", "b"), { deadlineMs: 50, unscored: "hold,value:0" });
    expect(late.text).toBe('{"rewards":[0],"scores":[0],"extra_logs":{"scored":[0],"unscored":[1]}}');
  });

  it("logs the same names every time, a flag beside every part", async () => {
    const parted = reward("parted", ({ completion }) =>
      textOf(completion) === "lost"
        ? unscored("refusal", "no", { correct: unscored("refusal", "no") })
        : scored(2, { parts: { correct: scored(1), manner: scored(0.5, { parts: { clear: scored(0.25) } }) } }),
    );
    const first = JSON.parse((await ask(parted, rollout("a", "b"), { unscored: "value:0" })).text).extra_logs;
    expect(first).toEqual({
      scored: [1],
      unscored: [0],
      "part/correct": [1],
      "part/correct/scored": [1],
      "part/manner": [0.5],
      "part/manner/scored": [1],
      "part/manner/clear": [0.25],
      "part/manner/clear/scored": [1],
    });
    const second = JSON.parse((await post(rollout("a", "lost"))).text).extra_logs;
    expect(Object.keys(second)).toEqual(Object.keys(first));
    expect(second["part/correct"].concat(second["part/correct/scored"])).toEqual([0, 0]);
  });
});
