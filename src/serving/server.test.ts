import { afterEach, describe, expect, it } from "vitest";
import type { GuerdonError } from "../core/errors.ts";
import { scored, unscored } from "../core/outcome.ts";
import { batchReward, type Reward, reward } from "../core/reward.ts";
import { textOf } from "../core/vocabulary.ts";
import { type ServeOptions, type Server, serveReward } from "./server.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const length = reward("length", (sample) => textOf(sample.completion).length);
const hanging = reward("hanging", () => new Promise<number>(() => {}));

async function serve(served: Reward = length, options: ServeOptions = {}): Promise<Server> {
  const server = await serveReward(served, { port: 0, ...options });
  servers.push(server);
  return server;
}

async function post(server: Server, body: unknown, headers: Record<string, string> = {}, path = "/v1/score") {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answers' shapes are what the tests are about
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const sample = (id: string, completion = "four") => ({ id, prompt: "2 + 2?", completion });

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: GuerdonError) => error.code,
  );
}

describe("POST /v1/score", () => {
  it("answers an outcome a sample, in order, with the counts", async () => {
    const parts = batchReward("parts", async (batch) =>
      batch.map(({ reference, group, steps, features }) =>
        scored(2, {
          parts: { known: scored(Number(reference === "4")), lost: unscored("refusal", "no") },
          steps: [features?.x ?? 0, 1],
          confidence: 0.5,
          reason: `${group} ${steps?.length}`,
        }),
      ),
    );
    const server = await serve(parts);
    const { status, headers, body } = await post(server, {
      samples: [
        {
          id: "a",
          prompt: [{ role: "user", content: "2 + 2?" }],
          completion: [{ role: "assistant", content: "4", refusal: null }],
          reference: "4",
          group: "g",
          steps: ["one", "two"],
          features: { x: 3 },
        },
        { id: "b", prompt: "2 + 2?" },
      ],
    });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(body).toEqual({
      reward: "parts",
      outcomes: [
        {
          id: "a",
          value: 2,
          parts: { known: { value: 1 }, lost: { unscored: "refusal", message: "no" } },
          steps: [3, 1],
          confidence: 0.5,
          reason: "g 2",
        },
        {
          id: "b",
          unscored: "invalid-input",
          message: "samples[1].completion: expected a text or a list of messages { role, content }, got nothing",
        },
      ],
      asked: 2,
      scored: 1,
      unscored: 1,
    });
  });

  it("answers an empty batch, duplicate rows, lone surrogates and a text of 1 MB", async () => {
    const server = await serve();
    expect((await post(server, { samples: [] })).body).toEqual({
      reward: "length",
      outcomes: [],
      asked: 0,
      scored: 0,
      unscored: 0,
    });
    const { body } = await post(server, { samples: [sample("a"), sample("a"), sample("\ud800", "x".repeat(1 << 20))] });
    expect(body.outcomes).toEqual([
      { id: "a", value: 4 },
      { id: "a", value: 4 },
      { id: "\ud800", value: 1 << 20 },
    ]);
  });

  it("costs a bad sample only itself when the reward throws", async () => {
    const throwing = batchReward("throwing", async (batch) => {
      if (batch.some(({ id }) => id === "bad")) throw new TypeError("cannot read it");
      return batch.map(() => scored(1));
    });
    const server = await serve(throwing);
    const { status, body } = await post(server, { samples: [sample("a"), sample("bad"), sample("c")] });
    expect(status).toBe(200);
    expect(body.outcomes).toEqual([
      { id: "a", value: 1 },
      { id: "bad", unscored: "reward-error", message: "TypeError: cannot read it" },
      { id: "c", value: 1 },
    ]);
  });

  it("answers at the caller's deadline, capped by its own", async () => {
    const server = await serve(hanging, { deadlineMs: 100 });
    const message = "the deadline passed before this item was scored";
    const own = await post(server, { samples: [sample("a")] }, { "guerdon-deadline-ms": "3600000" });
    expect(own.body.outcomes).toEqual([{ id: "a", unscored: "timeout", message }]);
    const bad = await post(server, { samples: [] }, { "guerdon-deadline-ms": "soon" });
    expect(bad).toMatchObject({ status: 400, body: { error: { path: "guerdon-deadline-ms" } } });
    const patient = await serve(hanging);
    const callers = await post(patient, { samples: [sample("a")] }, { "guerdon-deadline-ms": "50" });
    expect(callers.body.outcomes).toEqual([{ id: "a", unscored: "timeout", message }]);
  });

  it("writes no number that is not finite", async () => {
    const wild = batchReward("wild", async () => [
      { value: 1, parts: { deep: { value: 1, parts: { deeper: { value: Number.NaN } } } } },
      { value: 1, confidence: Number.POSITIVE_INFINITY },
      { value: 1, steps: [0, Number.NaN] },
      { value: Number.NEGATIVE_INFINITY },
    ]);
    const server = await serve(wild);
    const { body } = await post(server, { samples: ["a", "b", "c", "d"].map((id) => sample(id)) });
    expect(body.outcomes[0].parts.deep.parts.deeper.unscored).toBe("not-finite");
    expect(body.outcomes.slice(1).map((outcome: { unscored: string }) => outcome.unscored)).toEqual(
      Array(3).fill("not-finite"),
    );
    expect(JSON.stringify(body)).not.toContain("null");
  });

  it.each([
    ["[]", ""],
    ["{}", "samples"],
    ['{"samples": {}}', "samples"],
    ['{"samples": [1]}', "samples[0]"],
    ['{"samples": [{"prompt": "p"}]}', "samples[0].id"],
    ['{"samples": [{"id": "a", "features": {"x": 1e999}}]}', "samples[0].features.x"],
    ["{", ""],
    ["", ""],
  ])("refuses %s with 400 and the path", async (text, path) => {
    const { status, body } = await post(await serve(), text);
    expect(status).toBe(400);
    expect(body.error).toEqual({ code: expect.any(String), message: expect.any(String), path });
  });

  it("treats __proto__, constructor and toString as data", async () => {
    const names = batchReward("names", async (batch) =>
      batch.map(({ id }) => scored(1, { parts: Object.fromEntries([[id, scored(2)]]) })),
    );
    const server = await serve(names, { dialect: "openrlhf" });
    const ids = ["__proto__", "constructor", "toString"];
    const { body } = await post(
      server,
      `{"__proto__": {"polluted": 1}, "samples": [${ids.map((id) => `{"id": "${id}", "__proto__": {"polluted": 1}, "prompt": "", "completion": "c"}`)}]}`,
    );
    expect(body.outcomes.map(({ id }: { id: string }) => id)).toEqual(ids);
    for (const outcome of body.outcomes) expect(Object.entries(outcome.parts)).toEqual([[outcome.id, { value: 2 }]]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("idempotency", () => {
  it("computes a repeated request once, also while it is in flight", async () => {
    let calls = 0;
    const counting = reward("counting", async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return ++calls;
    });
    const server = await serve(counting);
    const ask = () => post(server, { samples: [sample("a")] }, { "idempotency-key": "k" });
    const [first, second] = await Promise.all([ask(), ask()]);
    const third = await ask();
    expect([first, second, third].map(({ body }) => body.outcomes[0].value)).toEqual([1, 1, 1]);
    const other = await post(server, { samples: [sample("b")] }, { "idempotency-key": "k" });
    expect(other).toMatchObject({ status: 422, body: { error: { path: "idempotency-key" } } });
    expect((await post(server, { samples: [sample("b")] }, { "idempotency-key": "l" })).status).toBe(200);
    const long = await post(server, { samples: [] }, { "idempotency-key": "k".repeat(256) });
    expect(long.status).toBe(400);
  });
});

describe("limits", () => {
  it("answers 429 when full and 413 when the batch alone is too large", async () => {
    const server = await serve(hanging, { maximumInFlight: 2, deadlineMs: 300 });
    const first = post(server, { samples: [sample("a"), sample("b")] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await post(server, { samples: [sample("c")] });
    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toBe("1");
    expect(second.body.error.code).toBe("serving.overloaded");
    expect((await post(server, { samples: [sample("a"), sample("b"), sample("c")] })).status).toBe(413);
    await first;
    expect((await post(server, { samples: [sample("c")] })).status).toBe(200);
  });

  it("refuses bodies that are too large, compressed or no JSON", async () => {
    const server = await serve(length, { bodyLimit: 1000 });
    expect((await post(server, { samples: [sample("a", "x".repeat(1000))] })).status).toBe(413);
    expect((await post(server, "{}", { "content-encoding": "gzip" })).status).toBe(415);
    expect((await post(server, "a=1", { "content-type": "text/plain" })).status).toBe(415);
  });

  it("refuses a port in use and says what to do", async () => {
    const { url } = await serve();
    const work = serveReward(length, { port: Number(new URL(url).port) });
    await expect(work).rejects.toThrow("choose another port");
    expect(await codeOf(work)).toBe("serving.port-in-use");
  });
});

describe("access", () => {
  const token = "0123456789abcdef0123456789abcdef";
  const routes = [
    ["POST", "/v1/score"],
    ["POST", "/get_reward"],
    ["GET", "/metrics"],
    ["GET", "/docs"],
    ["GET", "/docs/"],
    ["GET", "/docs/json"],
    ["GET", "/docs/yaml"],
    ["GET", "/docs/static/index.html"],
    ["GET", "/nowhere"],
    ["DELETE", "/health"],
  ] as const;

  it("asks for the token on every route but /health", async () => {
    const server = await serve(length, { token, dialect: "openrlhf" });
    for (const [method, path] of routes) {
      for (const authorization of [undefined, "Bearer wrong", `Basic ${token}`, `Bearer ${token}x`]) {
        const response = await fetch(server.url + path, { method, headers: authorization ? { authorization } : {} });
        expect([method, path, response.status]).toEqual([method, path, 401]);
      }
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const held = await post(server, { samples: [sample("a")] }, { authorization: `Bearer ${token}` });
    expect(held.body.scored).toBe(1);
  });

  it("knows of no route beyond those that the test above enumerates", async () => {
    const server = await serve(length, { dialect: "openrlhf" });
    const { paths } = (await (await fetch(`${server.url}/docs/json`)).json()) as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(["GET /health", "GET /metrics", "POST /get_reward", "POST /v1/score"]);
  });

  it("refuses to listen beyond this machine without a token", async () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org"]) {
      expect(await codeOf(serveReward(length, { port: 0, host }))).toBe("serving.token-required");
    }
    expect(await codeOf(serveReward(length, { port: 0, token: "short" }))).toBe("serving.token-too-short");
    const open = await serve(length, { host: "0.0.0.0", token });
    expect((await fetch(`${open.url}/metrics`)).status).toBe(401);
  });
});

describe("operations", () => {
  it("counts asked = scored + unscored, causes, refusals and unknown fields", async () => {
    const picky = reward("picky", ({ id }) => (id === "no" ? unscored("refusal", "will not") : 1));
    const server = await serve(picky);
    await post(server, { shuffle: true, samples: [sample("a"), { ...sample("no"), colour: 1 }, { id: "c" }] });
    await post(server, "[]");
    const text = await (await fetch(`${server.url}/metrics`)).text();
    for (const line of [
      "guerdon_samples_asked_total 3",
      "guerdon_samples_scored_total 1",
      'guerdon_samples_unscored_total{cause="refusal"} 1',
      'guerdon_samples_unscored_total{cause="invalid-input"} 1',
      'guerdon_requests_rejected_total{code="serving.bad-request"} 1',
      "guerdon_unknown_fields_total 2",
      "guerdon_samples_in_flight 0",
      "guerdon_scoring_seconds_count 1",
    ]) {
      expect(text.split("\n")).toContain(line);
    }
  });

  it("lets work in flight end, cuts what hangs, and refuses the rest while stopping", async () => {
    const slow = reward("slow", async ({ id }, { signal }) => {
      await new Promise((resolve) => {
        signal?.addEventListener("abort", resolve);
        if (id === "a") setTimeout(resolve, 100);
      });
      return 1;
    });
    const server = await serveReward(slow, { port: 0, stopWithinMs: 500 });
    const quick = post(server, { samples: [sample("a")] });
    const hung = post(server, { samples: [sample("b")] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.close();
    expect((await quick).body.outcomes).toEqual([{ id: "a", value: 1 }]);
    expect((await hung).body.outcomes[0].unscored).toBe("aborted");
    await closed;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
