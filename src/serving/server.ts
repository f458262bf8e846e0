/** Any reward over HTTP: the native batch endpoint, a trainer's dialect, health, metrics and a page about them. */

import { createHash } from "node:crypto";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { GuerdonError } from "../core/errors.ts";
import type { Reward } from "../core/reward.ts";
import { assertGuarded, tokenCheck } from "./access.ts";
import { badRequest, HttpError } from "./http-error.ts";
import { IdempotentAnswers } from "./idempotency.ts";
import { parseJson } from "./json.ts";
import { Metrics } from "./metrics.ts";
import { answerNative, readDeadline } from "./native-endpoint.ts";
import { openrlhfSchema, scoreSchema } from "./openapi.ts";
import { Openrlhf } from "./openrlhf.ts";
import { Scorer } from "./scorer.ts";
import { unscoredPolicy } from "./unscored-policy.ts";

export interface ServeOptions {
  /** Default 127.0.0.1; any address beyond this machine needs a token. */
  readonly host?: string;
  /** Default 8000; 0 takes a free one. */
  readonly port?: number;
  /** At least 16 characters; asked of every request but `GET /health`. */
  readonly token?: string;
  /** A trainer's own protocol beside the native one. */
  readonly dialect?: "openrlhf";
  /** What the dialect answers for a sample without a score; default "hold,error". See `unscoredPolicy`. */
  readonly unscored?: string;
  /** The longest a request is worked on; default 144,000 (80 % of OpenRLHF's limit). */
  readonly deadlineMs?: number;
  /** Samples worked on at once; beyond it requests are answered 429. Default 4,096. */
  readonly maximumInFlight?: number;
  /** Default 10 MiB. */
  readonly bodyLimit?: number;
  /** How long `close` waits for work in flight; default 10,000. */
  readonly stopWithinMs?: number;
}

export interface Server {
  readonly url: string;
  /** Refuses new work, lets what is in flight end or cuts it, and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves a reward until `close`.
 * @throws GuerdonError "serving.token-required" | "serving.port-in-use" | "serving.unscored-policy".
 */
export async function serveReward(reward: Reward, options: ServeOptions = {}): Promise<Server> {
  const { host = "127.0.0.1", port = 8000, token, dialect, stopWithinMs = 10_000 } = options;
  assertGuarded(host, token);
  const policy = unscoredPolicy(options.unscored ?? "hold,error");
  const metrics = new Metrics();
  const scorer = new Scorer(reward, {
    metrics,
    maximumInFlight: options.maximumInFlight ?? 4096,
    deadlineMs: options.deadlineMs ?? 144_000,
  });
  const state = { stopping: false };
  const app = createApp(options.bodyLimit ?? 10 << 20);
  guard(app, token, state);
  answerErrors(app, metrics);
  await addDocumentation(app);
  addOperations(app, reward, metrics);
  addNative(app, scorer, metrics);
  if (dialect === "openrlhf") {
    const openrlhf = new Openrlhf(scorer, policy, metrics);
    app.post("/get_reward", { schema: openrlhfSchema }, ({ body }) => openrlhf.answer(body));
  }
  const url = await listen(app, host, port);

  return {
    url,
    async close() {
      state.stopping = true;
      const cut = setTimeout(() => scorer.cut(), 0.9 * stopWithinMs);
      const disconnect = setTimeout(() => app.server.closeAllConnections(), stopWithinMs);
      // A connection that is kept alive would hold `close` up after its last answer.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      await app.close();
      clearInterval(idle);
      clearTimeout(cut);
      clearTimeout(disconnect);
    },
  };
}

function createApp(bodyLimit: number): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
  });
  // Requests are checked by hand; the routes' schemas are there to be read at /docs.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.decorateRequest("bodyDigest", "");
  app.removeAllContentTypeParsers();
  const parser = (request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
    if (request.headers["idempotency-key"] !== undefined) {
      request.bodyDigest = createHash("sha256").update(body).digest("base64");
    }
    let value: unknown;
    try {
      value = parseJson(body);
    } catch (error) {
      return done(error as Error);
    }
    done(null, value);
  };
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, parser);
  return app;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Of the body's bytes, where the request carries an idempotency key. */
    bodyDigest: string;
  }
}

function guard(app: FastifyInstance, token: string | undefined, state: { readonly stopping: boolean }): void {
  const allowed = token === undefined ? undefined : tokenCheck(token);
  app.addHook("onRequest", (request, reply, done) => {
    if (allowed && request.routeOptions.url !== "/health" && !allowed(request.headers.authorization)) {
      reply.header("www-authenticate", "Bearer");
      return done(
        new HttpError(401, "serving.unauthorized", {
          expected: "the server's token in the header `Authorization: Bearer <token>`",
          got: request.headers.authorization === undefined ? "no such header" : "another token",
          fix: "Ask whoever runs the server for its token.",
        }),
      );
    }
    if (state.stopping) {
      reply.header("connection", "close");
      return done(stoppingError());
    }
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") return done(encodedError(encoding));
    done();
  });
}

function stoppingError(): HttpError {
  return new HttpError(503, "serving.stopping", {
    expected: "a server that takes new work",
    got: "one that is stopping",
    fix: "Try again after the time in the retry-after header.",
  });
}

function encodedError(encoding: string): HttpError {
  return new HttpError(415, "serving.encoded-body", {
    where: "content-encoding",
    expected: "a body that is not compressed",
    got: encoding,
    fix: "Send plain JSON.",
  });
}

/** Every error leaves as `{ error: { code, message, path } }`. */
function answerErrors(app: FastifyInstance, metrics: Metrics): void {
  const send = (reply: FastifyReply, status: number, code: string, message: string, path: string) => {
    metrics.rejected.inc({ code });
    if (status === 429 || status === 503) reply.header("retry-after", "1");
    return reply.code(status).send({ error: { code, message, path } });
  };
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    if (error instanceof HttpError) return send(reply, error.status, error.code, error.message, error.path);
    const status = error.statusCode ?? 500;
    return send(reply, status, status < 500 ? (error.code ?? "serving.refused") : "serving.bug", error.message, "");
  });
  app.setNotFoundHandler((request, reply) => {
    const { message, code } = new HttpError(404, "serving.no-such-route", {
      where: `${request.method} ${request.url.slice(0, 100)}`,
      expected: "POST /v1/score, the path of the dialect that the server was started with, or GET /health",
      got: "another route",
      fix: "See /docs.",
    });
    return send(reply, 404, code, message, "");
  });
}

async function addDocumentation(app: FastifyInstance): Promise<void> {
  await app.register(swagger, { openapi: { info: { title: "Guerdon reward server", version: "1" } } });
  await app.register(swaggerUi, { routePrefix: "/docs" });
}

function addOperations(app: FastifyInstance, reward: Reward, metrics: Metrics): void {
  app.get("/health", { schema: { summary: "Whether the server takes work" } }, async () => ({
    status: "ok",
    reward: reward.name,
  }));
  app.get("/metrics", { schema: { summary: "Counters for Prometheus" } }, async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}

function addNative(app: FastifyInstance, scorer: Scorer, metrics: Metrics): void {
  const answers = new IdempotentAnswers();
  app.post("/v1/score", { schema: scoreSchema }, async ({ body, bodyDigest, headers }, reply) => {
    const deadlineMs = readDeadline(headers["guerdon-deadline-ms"]);
    const key = headers["idempotency-key"];
    const compute = () => answerNative(scorer, body, deadlineMs, (count) => metrics.unknownFields.inc(count));
    reply.type("application/json; charset=utf-8");
    if (key === undefined) return compute();
    if (typeof key !== "string" || key.length > 255)
      throw badRequest("idempotency-key", "at most 255 characters", `${key.length}`);
    return answers.answer(key, bodyDigest, compute);
  });
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new GuerdonError("serving.port-in-use", {
      where: "port",
      expected: "a free port",
      got: `${port}, which another process listens on`,
      fix: "Stop that process, or choose another port (0 takes a free one).",
      cause,
    });
  }
}
