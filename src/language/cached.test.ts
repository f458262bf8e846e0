import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { matrix32 } from "../numerics/matrix.ts";
import { cached } from "./cached.ts";
import type { Encoder } from "./encoder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-cache-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Encodes a text as its length and first letter, and remembers what it was asked. */
function counting({ model = "small", failAt = "none" } = {}): Encoder & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    name: "counting",
    dimension: 2,
    reads: "completion",
    config: { kind: "counting", model },
    async encode(texts) {
      if (texts.includes(failAt)) throw new Error("down");
      asked.push(...texts);
      return matrix32(texts.length, 2, Float32Array.from(texts.flatMap((text) => [text.length, text.charCodeAt(0)])));
    },
  };
}

const entries = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("cached", () => {
  it("asks for a text once, in one batch and ever after", async () => {
    const inner = counting();
    const texts = ["one", "three", "one"];
    const expected = [3, 111, 5, 116, 3, 111];
    expect([...(await cached(inner, folder).encode(texts)).data]).toEqual(expected);
    expect([...(await cached(inner, folder).encode(texts)).data]).toEqual(expected);
    expect(inner.asked).toEqual(["one", "three"]);
  });

  it("is the same encoder otherwise", () => {
    const inner = counting();
    expect(cached(inner, folder)).toMatchObject({ name: "counting", dimension: 2, config: inner.config });
  });

  it("never gives what another configuration left", async () => {
    const other = counting({ model: "large" });
    await cached(counting(), folder).encode(["one"]);
    await cached(other, folder).encode(["one"]);
    expect(other.asked).toEqual(["one"]);
  });

  it("takes any damage for a miss, tells of it and mends it", async () => {
    await cached(counting(), folder).encode(["one"]);
    const [path] = await entries();
    const sound = await readFile(path);
    const cuts = Array.from(sound.keys(), (length) => sound.subarray(0, length));
    const flips = Array.from(sound.keys(), (at) => sound.map((byte, index) => (index === at ? byte ^ 1 : byte)));
    for (const damaged of [...cuts, ...flips]) {
      await writeFile(path, damaged);
      const inner = counting();
      const messages: (string | undefined)[] = [];
      const { data } = await cached(inner, folder).encode(["one"], {
        onProgress: ({ message }) => messages.push(message),
      });
      expect([...data]).toEqual([3, 111]);
      expect(inner.asked).toEqual(["one"]);
      expect(messages[0]).toBe("1 damaged entries count as absent");
      expect(await readFile(path)).toEqual(sound);
    }
  });

  it("keeps what was encoded before a failure and nothing of the failure", async () => {
    const texts = Array.from({ length: 600 }, (_, index) => `text ${index}`);
    const failing = cached(counting({ failAt: "text 599" }), folder);
    await expect(failing.encode(texts)).rejects.toThrow("down");
    const inner = counting();
    await cached(inner, folder).encode(texts);
    expect(inner.asked).toEqual(texts.slice(512));
  });

  it("does not keep what is not finite", async () => {
    const broken: Encoder = { ...counting(), encode: async () => matrix32(1, 2, Float32Array.of(1, Number.NaN)) };
    await cached(broken, folder).encode(["one"]);
    expect(await entries()).toEqual([]);
  });

  it("lets several write at once", async () => {
    const texts = Array.from({ length: 50 }, (_, index) => "x".repeat(index + 1));
    const results = await Promise.all(Array.from({ length: 4 }, () => cached(counting(), folder).encode(texts)));
    for (const { data } of results) expect(data).toEqual(results[0].data);
    expect((await entries()).length).toBe(50);
    const late = counting();
    await cached(late, folder).encode(texts);
    expect(late.asked).toEqual([]);
  });
});
