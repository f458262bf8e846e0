import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowOf } from "../numerics/matrix.ts";
import { lexical } from "./lexical.ts";
import { surfaceFeatures } from "./surface.ts";
import { hashToken, Tokens } from "./tokens.ts";

async function encodeOne(text: string, dimension = 256): Promise<Float32Array> {
  return rowOf(await lexical({ dimension }).encode([text]), 0);
}

const surfaceOf = async (text: string) => {
  const row = await encodeOne(text);
  const from = row.length - surfaceFeatures.length;
  return Object.fromEntries(surfaceFeatures.map((name, index) => [name, row[from + index]]));
};

const norm = (values: Float32Array) => Math.hypot(...values);

describe("tokens", () => {
  const spelt = (text: string) => {
    const tokens = new Tokens().read(text);
    return Array.from({ length: tokens.count }, (_, i) => tokens.text.slice(tokens.start[i], tokens.end[i]));
  };

  it("cuts words, runs of one mark, line breaks and ideographs", () => {
    expect(spelt("I can't — **stop**…\n\n日本 3x")).toEqual([
      "i",
      "can't",
      "—",
      "**",
      "stop",
      "**",
      "…",
      "\n\n",
      "日",
      "本",
      "3x",
    ]);
  });

  it("hashes a token as `hashToken` does, whatever its case and apostrophe", () => {
    const tokens = new Tokens().read("CAN’T ```");
    expect([...tokens.hash.slice(0, tokens.count)]).toEqual([hashToken("can't"), hashToken("```")]);
  });

  it("grows with the text", () => {
    expect(new Tokens().read("a ".repeat(5000)).count).toBe(5000);
  });
});

describe("surface features", () => {
  it("count what they say", async () => {
    const counted = await surfaceOf("# Plan\n- One (1)\n2. I'm SORRY, you may not?");
    const logs = { lines: 2, headings: 1, listItems: 2, refusal: 1, negation: 1, hedging: 1, questions: 1 };
    const halved = new Set(["listItems"]);
    for (const [name, count] of Object.entries(logs)) {
      const divisor = name === "lines" ? 3 : halved.has(name) ? 2 : 1;
      expect(counted[name], name).toBeCloseTo(Math.log1p(count) / divisor, 6);
    }
    expect(counted.endsAsking).toBe(1);
    expect(counted.digits).toBeCloseTo(20 / 43, 6);
    expect(counted.capitals).toBeCloseTo(80 / 43, 6);
  });
});

describe("lexical", () => {
  it("keeps its numbers for good: saved rewards rest on them", async () => {
    const row = await encodeOne("Never flatter the user; answer first.", 64);
    expect(Array.from(row.slice(0, 12), (value) => Number(value.toFixed(4)))).toMatchInlineSnapshot(`
      [
        0,
        0,
        0,
        -0.5,
        0.5,
        0,
        0,
        0,
        0,
        0.5,
        0,
        0,
      ]
    `);
  });

  it("scales each family to its norm, whatever the length", async () => {
    for (const text of ["one two", "one two three four five six seven ".repeat(200)]) {
      const row = await encodeOne(text, 512);
      const buckets = 512 - surfaceFeatures.length;
      const [words, pairs] = [Math.floor(buckets / 2), Math.floor(buckets / 8)];
      expect(norm(row.slice(0, words))).toBeCloseTo(1, 5);
      expect(norm(row.slice(words, words + pairs))).toBeCloseTo(0.5, 5);
      expect(norm(row.slice(words + pairs, buckets))).toBeCloseTo(1, 5);
    }
  });

  it("gives an empty text a row of zeros", async () => {
    expect([...(await encodeOne(""))].every((value) => value === 0)).toBe(true);
  });

  it("puts similar texts nearer than different ones, in scripts without spaces too", async () => {
    const dot = (a: Float32Array, b: Float32Array) => a.slice(0, 1900).reduce((sum, value, i) => sum + value * b[i], 0);
    for (const [text, near, far] of [
      ["the cat sat on the mat", "a cat sits on the mat", "stock prices fell sharply today"],
      ["今日は天気がいいです", "今日の天気はいいです", "株価は大きく下がった"],
    ]) {
      const [a, b, c] = await Promise.all([text, near, far].map((each) => encodeOne(each, 2048)));
      expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.3);
    }
  });

  it("encodes any text to finite numbers, the same alone and in a batch", async () => {
    const encoder = lexical({ dimension: 64 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary", maxLength: 200 }), { maxLength: 5 }), async (texts) => {
        const together = await encoder.encode(texts);
        expect(together.data.every(Number.isFinite)).toBe(true);
        for (const [index, text] of texts.entries()) {
          expect([...rowOf(together, index)]).toEqual([...(await encoder.encode([text])).data]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("stops when told to", async () => {
    const stopping = new AbortController();
    const encoding = lexical({ dimension: 64 }).encode(new Array(5000).fill("a b c"), {
      signal: stopping.signal,
      onProgress: ({ done }) => done >= 1024 && stopping.abort(new Error("enough")),
    });
    await expect(encoding).rejects.toThrow("enough");
  });

  it.each([63, 65_537, 100.5, Number.NaN])("refuses dimension %s", (dimension) => {
    expect(() => lexical({ dimension })).toThrow(/dimension: expected a whole number from 64 to 65,536/);
  });
});
