import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { rowOf } from "../numerics/matrix.ts";
import { type EmbeddingsOptions, embeddings } from "./embeddings.ts";
import { restoreEncoder } from "./restore-encoder.ts";

interface Call {
  readonly input: readonly string[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** How many requests came before. */
  readonly before: number;
  /** Answers as a sound server does: backwards, to see that `index` counts. */
  answer(): void;
}

const servers: Server[] = [];

async function serve(handle: (call: Call) => void): Promise<string> {
  let count = 0;
  const server = createServer(async (request, response) => {
    const before = count++;
    const { input } = JSON.parse(await readText(request));
    const data = input.map((text: string, index: number) => ({ index, embedding: vectorOf(text) })).reverse();
    handle({ input, request, response, before, answer: () => respond(response, 200, { data }) });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  vi.unstubAllEnvs();
});

function respond(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function vectorOf(text: string): number[] {
  return [text.length, text.charCodeAt(0), 0.5];
}

const texts = Array.from({ length: 10 }, (_, index) => String.fromCharCode(97 + index).repeat(index + 1));

const encoderAt = (url: string, options: Partial<EmbeddingsOptions> = {}) =>
  embeddings({ url, model: "small", dimension: 3, totalSeconds: 10, ...options });

describe("embeddings", () => {
  it("sends batches, a few at a time, and puts each vector in its place", async () => {
    let open = 0;
    let most = 0;
    const sizes: number[] = [];
    const url = await serve(({ input, answer }) => {
      sizes.push(input.length);
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        answer();
      }, 10);
    });
    const progress: number[] = [];
    const { rows, columns, data } = await encoderAt(url, { batchSize: 3, concurrency: 2 }).encode(texts, {
      onProgress: ({ done }) => progress.push(done),
    });
    expect([rows, columns, most]).toEqual([10, 3, 2]);
    expect(sizes.sort()).toEqual([1, 3, 3, 3]);
    expect([...data]).toEqual(texts.flatMap(vectorOf));
    expect(progress.at(-1)).toBe(10);
  });

  it("asks as the API wants it, with the key from the environment and nowhere else", async () => {
    vi.stubEnv("TEST_EMBEDDINGS_KEY", "sk-secret");
    const asked: unknown[] = [];
    const url = await serve(({ request, input, answer }) => {
      asked.push(request.method, request.url, request.headers.authorization, input);
      answer();
    });
    const encoder = encoderAt(`${url}/`, { apiKeyVariable: "TEST_EMBEDDINGS_KEY" });
    await encoder.encode(["a", ""]);
    expect(asked).toEqual(["POST", "/v1/embeddings", "Bearer sk-secret", ["a", " "]]);
    expect(JSON.stringify(encoder)).not.toContain("sk-secret");
    vi.stubEnv("TEST_EMBEDDINGS_KEY", "");
    await expect(encoder.encode(["a"])).rejects.toThrow("environment variable TEST_EMBEDDINGS_KEY");
  });

  it.each([408, 409, 425, 429, 500, 503])("tries again after %s", async (status) => {
    const url = await serve(({ before, response, answer }) =>
      before === 0 ? respond(response, status, "busy") : answer(),
    );
    expect([...(await encoderAt(url).encode(["ab"])).data]).toEqual(vectorOf("ab"));
  });

  it("tries again when the connection breaks or the answer takes too long", async () => {
    const url = await serve(({ before, request, answer }) => {
      if (before === 0) request.socket.destroy();
      else if (before > 1) answer();
    });
    expect([...(await encoderAt(url, { requestSeconds: 0.2 }).encode(["ab"])).data]).toEqual(vectorOf("ab"));
  });

  it("waits for Retry-After", async () => {
    const times: number[] = [];
    const url = await serve(({ before, response, answer }) => {
      times.push(performance.now());
      if (before === 0) respond(response, 429, "slow down", { "retry-after": "0.3" });
      else answer();
    });
    await encoderAt(url).encode(["ab"]);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(295);
  });

  it.each([400, 401, 404, 413, 301])("takes %s for an answer, once, and keeps the key out of it", async (status) => {
    vi.stubEnv("TEST_EMBEDDINGS_KEY", "sk-secret");
    let asked = 0;
    const url = await serve(({ response }) => {
      asked++;
      respond(response, status, "bad key sk-secret", { location: "http://127.0.0.1:1/" });
    });
    const encoding = encoderAt(url, { apiKeyVariable: "TEST_EMBEDDINGS_KEY" }).encode(["a"]);
    await expect(encoding).rejects.toMatchObject({
      code: "embeddings.rejected",
      message: expect.stringMatching(`HTTP ${status}: bad key \\[key\\]`),
    });
    expect(asked).toBe(1);
  });

  it("does not wait for a spent quota to come back", async () => {
    const url = await serve(({ response }) => respond(response, 429, { error: { code: "insufficient_quota" } }));
    await expect(encoderAt(url).encode(["a"])).rejects.toMatchObject({ code: "embeddings.rejected" });
  });

  it("gives up when the time is up, and sends nothing more", async () => {
    let asked = 0;
    const url = await serve(({ response }) => {
      asked++;
      respond(response, 503, "down");
    });
    const encoding = encoderAt(url, { totalSeconds: 0.3, batchSize: 1, concurrency: 1 }).encode(texts);
    await expect(encoding).rejects.toMatchObject({
      code: "embeddings.unavailable",
      message: expect.stringContaining("HTTP 503: down"),
    });
    const askedByThen = asked;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(askedByThen);
  });

  it("names a server that is not there", async () => {
    const encoding = encoderAt("http://127.0.0.1:1/v1", { totalSeconds: 0.1 }).encode(["a"]);
    await expect(encoding).rejects.toThrow(/http:\/\/127.0.0.1:1\/v1: .*got no answer/);
  });

  it.each([
    ["{ data", "JSON"],
    [{ data: [{ index: 0 }] }, "embedding"],
    [{ data: [] }, "expected 2 vectors, got 0"],
    [{ data: [0, 1].map((index) => ({ index, embedding: [1, 2] })) }, "expected 3 numbers a text, got 2"],
    [{ data: [0, 0].map((index) => ({ index, embedding: [1, 2, 3] })) }, "each index below 2 once, got index 0"],
    [{ data: [0, 2].map((index) => ({ index, embedding: [1, 2, 3] })) }, "each index below 2 once, got index 2"],
    ['{"data":[{"index":0,"embedding":[1,2,1e999]},{"index":1,"embedding":[1,2,3]}]}', ""],
    [{ data: [0, 1].map((index) => ({ index, embedding: [1, 2, 1e300] })) }, "others at index 0"],
  ])("refuses %j", async (body, message) => {
    const url = await serve(({ response }) => respond(response, 200, body));
    const encoding = encoderAt(url).encode(["a", "b"]);
    await expect(encoding).rejects.toMatchObject({
      code: "embeddings.malformed",
      message: expect.stringContaining(message),
    });
  });

  it("stops when told to", async () => {
    const stopping = new AbortController();
    const url = await serve(() => stopping.abort(new Error("enough")));
    await expect(encoderAt(url).encode(texts, { signal: stopping.signal })).rejects.toThrow("enough");
  });

  it("is made again from its configuration", async () => {
    const url = await serve(({ answer }) => answer());
    const encoder = encoderAt(url, { reads: "completion", batchSize: 2 });
    const restored = restoreEncoder(JSON.parse(JSON.stringify(encoder.config)));
    expect(restored.config).toEqual(encoder.config);
    expect(restored.reads).toBe("completion");
    expect([...rowOf(await restored.encode(["abc"]), 0)]).toEqual(vectorOf("abc"));
  });

  it.each([
    [{ url: "file:///etc" }, "url"],
    [{ url: "http://me:secret@host/v1" }, "credentials"],
    [{ dimension: 0 }, "dimension"],
    [{ apiKey: "sk-secret" }, "apiKey"],
  ])("refuses %j", (options, message) => {
    expect(() => encoderAt("http://host/v1", options as Partial<EmbeddingsOptions>)).toThrow(message);
  });
});

describe("restoreEncoder", () => {
  it("makes a lexical encoder and refuses what it does not know", () => {
    expect(restoreEncoder({ kind: "lexical", dimension: 256 }).dimension).toBe(256);
    expect(() => restoreEncoder({ kind: "toString" })).toThrow('one of lexical, embeddings, got "toString"');
  });
});
