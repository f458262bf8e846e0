import { describe, expect, test } from "vitest";
import { GuerdonError } from "../core/errors.ts";
import { isScored } from "../core/outcome.ts";
import { ensemble } from "./ensemble.ts";
import { preferencesBy, sample, spelled } from "./fixtures.ts";
import { encodedText } from "./learned-reward.ts";
import { bradleyTerry } from "./learners.ts";
import { linear } from "./linear-head.ts";
import { mlp } from "./perceptron-head.ts";
import { learnedRewardFrom } from "./restore.ts";

const preferences = preferencesBy(([a, b]) => a + b, 80, 2);
const items = preferences.map(({ chosen }) => chosen);
const restoreEncoder = () => spelled(2);
const trained = bradleyTerry({ encoder: spelled(2), head: ensemble(linear(), 3) }).fit(preferences, { seed: 1 });

describe("a learned reward", () => {
  test.each([
    ["linear", linear()],
    ["mlp", mlp([8, 4], { epochs: 2 })],
    ["an ensemble", ensemble(linear(), 3)],
    ["an ensemble of mlps", ensemble(mlp([4], { epochs: 1 }), 2)],
  ])("saved and read again gives the same scores, bit for bit (%s)", async (_, head) => {
    const reward = await bradleyTerry({ encoder: spelled(2), head }).fit(preferences, { seed: 3 });
    const again = await learnedRewardFrom(reward.artefact(), restoreEncoder);
    expect(await again.score(items)).toEqual(await reward.score(items));
    expect(again.artefact()).toEqual(reward.artefact());
    expect(again.name).toBe("bradley-terry on spelled");
  });

  test("an item's score does not depend on what else is in the batch, nor on how often it is", async () => {
    const reward = await trained;
    const together = await reward.score([...items, ...items]);
    const alone = await Promise.all(items.map(async (item) => (await reward.score([item]))[0]));
    expect(together).toEqual([...alone, ...alone]);
  });

  test("encodes each distinct text once", async () => {
    const seen: number[] = [];
    const counting = spelled(2, {
      encode: (texts, context) => {
        seen.push(texts.length);
        return spelled(2).encode(texts, context);
      },
    });
    const reward = await learnedRewardFrom((await trained).artefact(), () => counting);
    await reward.score([items[0], items[1], items[0], items[0]]);
    expect(seen).toEqual([2]);
  });

  test("a batch given up before it is scored has outcomes that say so", async () => {
    const outcomes = await (await trained).score(items.slice(0, 2), { signal: AbortSignal.abort() });
    expect(outcomes.map((outcome) => "unscored" in outcome && outcome.unscored)).toEqual(["aborted", "aborted"]);
  });

  test("an encoder that is out of reach leaves samples unscored; one that is broken throws", async () => {
    const failing = async (code: string) => {
      const encode = async () => {
        throw new GuerdonError(code, { expected: "vectors", got: "no answer", fix: "Wait." });
      };
      return learnedRewardFrom((await trained).artefact(), () => spelled(2, { encode }));
    };
    const [outcome] = await (await failing("embeddings.unavailable")).score([items[0]]);
    expect(outcome).toMatchObject({ unscored: "backend-down", message: expect.stringMatching(/no answer/) });
    await expect((await failing("embeddings.malformed")).score([items[0]])).rejects.toThrow(/no answer/);
  });

  test("an encoder of the wrong shape is told so", async () => {
    const { encode } = spelled(3);
    const reward = bradleyTerry({ encoder: spelled(2, { encode: () => encode(["[1, 2, 3]"]) }) });
    await expect(reward.fit(preferences, { seed: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "encoder.wrong-shape", message: expect.stringMatching(/× 2, got 1 × 3/) }),
    );
  });

  test("what an encoder reads: the completion, or the conversation", () => {
    const item = sample("two numbers", [1, 2]);
    expect(encodedText(spelled(2), item)).toBe("[1,2]");
    expect(encodedText(spelled(2, { reads: "conversation" }), item)).toBe("two numbers\n\n[1,2]");
  });
});

describe("an ensemble's confidence", () => {
  test("is in [0, 1], and lower far from what the members have seen", async () => {
    const confidence = async (vector: number[]) => {
      const [outcome] = await (await trained).score([sample("p", vector)]);
      return isScored(outcome) ? outcome.confidence! : Number.NaN;
    };
    const [near, far] = [await confidence([0, 0]), await confidence([50, -50])];
    expect(near).toBeLessThanOrEqual(1);
    expect(near).toBeGreaterThan(0.9);
    expect(far).toBeLessThan(near);
    expect(far).toBeGreaterThanOrEqual(0);
  });

  test("needs a member", () => {
    expect(() => ensemble(linear(), 0)).toThrow(/at least 1, got 0/);
  });

  test("one member agrees with itself", async () => {
    const reward = await bradleyTerry({ encoder: spelled(2), head: ensemble(linear(), 1) }).fit(preferences, {
      seed: 1,
    });
    expect((await reward.score(items)).every((outcome) => isScored(outcome) && outcome.confidence === 1)).toBe(true);
  });
});

describe("learnedRewardFrom refuses", () => {
  const change = async (edit: (json: Record<string, unknown>) => unknown, weights?: Uint8Array) => {
    const artefact = (await trained).artefact();
    const json = JSON.stringify(edit(JSON.parse(artefact["reward.json"])));
    return learnedRewardFrom(
      { "reward.json": json, "weights.safetensors": weights ?? artefact["weights.safetensors"] },
      restoreEncoder,
    );
  };

  test.each<[string, (json: Record<string, unknown>) => unknown, string]>([
    ["another version", (json) => ({ ...json, version: 99 }), "reward.version"],
    ["no version", ({ version: _, ...json }) => json, "reward.version"],
    ["no object", () => 7, "reward.version"],
    ["a missing head", ({ head: _, ...json }) => json, "reward.damaged"],
    ["a head of an unknown kind", (json) => ({ ...json, head: { kind: "oracle", dimension: 2 } }), "reward.damaged"],
    [
      "a kind that every object has",
      (json) => ({ ...json, head: { kind: "toString", dimension: 2 } }),
      "reward.damaged",
    ],
    ["weights of another head", (json) => ({ ...json, head: { kind: "linear", dimension: 2 } }), "reward.damaged"],
    [
      "weights of another size",
      (json) => ({ ...json, head: { kind: "mlp", dimension: 2, hidden: [4] } }),
      "reward.damaged",
    ],
    [
      "another dimension",
      (json) => ({ ...json, encoder: { ...(json.encoder as object), dimension: 3 } }),
      "reward.damaged",
    ],
  ])("%s", async (_, edit, code) => {
    await expect(change(edit)).rejects.toThrow(expect.objectContaining({ code }));
  });

  test("a cut file, or one that is no JSON", async () => {
    const artefact = (await trained).artefact();
    await expect(change((json) => json, artefact["weights.safetensors"].slice(0, -1))).rejects.toThrow(
      expect.objectContaining({ code: "reward.damaged" }),
    );
    await expect(learnedRewardFrom({ ...artefact, "reward.json": "{" }, restoreEncoder)).rejects.toThrow(
      expect.objectContaining({ code: "reward.damaged" }),
    );
  });

  test("an encoder of another dimension than it was trained on", async () => {
    const artefact = (await trained).artefact();
    await expect(learnedRewardFrom(artefact, () => spelled(3))).rejects.toThrow(/encoder's dimension, 3/);
  });
});
