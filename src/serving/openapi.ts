/** What `/docs` says about the endpoints. Documentation only: requests are checked by hand where they are read. */

const message = {
  type: "object",
  required: ["role", "content"],
  properties: { role: { enum: ["system", "user", "assistant", "tool"] }, content: { type: "string" } },
};
const text = { oneOf: [{ type: "string" }, { type: "array", items: message }] };
const texts = { type: "array", items: { type: "string" } };
const numbers = { type: "array", items: { type: "number" } };
const error = {
  description: "Refused. `path` names the field.",
  type: "object",
  properties: {
    error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" }, path: { type: "string" } },
    },
  },
};

export const scoreSchema = {
  summary: "Score a batch",
  description: "One outcome a sample, in order. asked = scored + unscored; a failure is never a number.",
  headers: {
    type: "object",
    properties: {
      "idempotency-key": { type: "string", description: "Same key and body: the same answer, computed once." },
      "guerdon-deadline-ms": { type: "integer", description: "What has no score by then is Unscored 'timeout'." },
    },
  },
  body: {
    type: "object",
    required: ["samples"],
    properties: {
      samples: {
        type: "array",
        items: {
          type: "object",
          required: ["id", "prompt", "completion"],
          properties: {
            id: { type: "string" },
            prompt: text,
            completion: text,
            reference: { type: "string", description: "What a verifier compares with." },
            group: { type: "string", description: "Samples that compete with each other." },
            steps: texts,
            features: { type: "object", additionalProperties: { type: "number" } },
          },
        },
      },
    },
  },
  response: {
    200: {
      description:
        "Outcomes: { id, value, parts?, steps?, confidence?, reason? } or { id, unscored, message, parts? }.",
      type: "object",
      properties: {
        reward: { type: "string" },
        outcomes: { type: "array", items: { type: "object", additionalProperties: true } },
        asked: { type: "integer" },
        scored: { type: "integer" },
        unscored: { type: "integer" },
      },
    },
    "4xx": error,
    503: error,
  },
};

export const openrlhfSchema = {
  summary: "Remote reward of OpenRLHF (--reward.remote_url)",
  description: "Unscored samples are answered by the policy that the server was started with.",
  body: {
    type: "object",
    required: ["query", "prompts"],
    properties: { query: texts, prompts: texts, labels: texts },
  },
  response: {
    200: {
      description: "One number a query.",
      type: "object",
      properties: {
        rewards: numbers,
        scores: numbers,
        extra_logs: { type: "object", additionalProperties: numbers },
      },
    },
    "4xx": error,
    503: error,
  },
};
