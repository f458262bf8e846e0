import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./json.ts";

const parse = (text: string) => parseJson(Buffer.from(text));

describe("parseJson", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
    expect(parse('"\\ud800 \\" [[["')).toBe('\ud800 " [[[');
  });

  it("refuses depth, and a number of values that would take long", () => {
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(parse(deep(64))).toBeDefined();
    expect(() => parse(deep(65))).toThrow("nested at most 64 deep");
    expect(() => parse(deep(8000))).toThrow("nested at most 64 deep");
    expect(() => parse(`${" ".repeat(20_000)}${deep(65)}`)).toThrow("nested at most 64 deep");
    expect(() => parse("[".repeat(1_000_000))).toThrow("nested at most 64 deep");
    const keys = `{${Array.from({ length: 1_000_000 }, (_, i) => `"key${i}":1`)}}`;
    expect(() => parse(keys)).toThrow("at most 250000 values");
    expect(parse(`[${Array(250_000).fill(0)}]`)).toHaveLength(250_000);
  });

  it("counts no brackets inside texts", () => {
    expect(parse(JSON.stringify({ text: '{[\\"'.repeat(5000) }))).toEqual({ text: '{[\\"'.repeat(5000) });
  });

  it.each([
    ["1e999", ""],
    ["[0, -1e999]", "[1]"],
    ['{"a": {"b": [{"c": 1e400}]}}', "a.b[0].c"],
  ])("refuses %s and names its place", (text, path) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, path }));
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow("UTF-8");
  });

  it("keeps __proto__ as plain data", () => {
    const value = parse('{"__proto__": {"polluted": 1}}') as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
