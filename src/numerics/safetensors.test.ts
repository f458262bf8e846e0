import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSafetensors, type Tensors, writeSafetensors } from "./safetensors.ts";

const sample: Tensors = {
  half: { shape: [3], data: Float32Array.of(0.5, -0, 3e38) },
  whole: { shape: [2, 2], data: Float64Array.of(1, Number.MIN_VALUE, -2.5, 1 / 3) },
};

describe("safetensors", () => {
  test("what is written is read again, bit for bit", () => {
    const floats = fc.float32Array({ maxLength: 20 });
    const doubles = fc.float64Array({ maxLength: 20 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(floats, doubles)), (arrays) => {
        fc.pre(!Object.hasOwn(arrays, "__metadata__") && !Object.hasOwn(arrays, "__proto__"));
        const tensors = Object.fromEntries(
          Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
        );
        expect(readSafetensors(writeSafetensors(tensors))).toEqual(tensors);
      }),
    );
  });

  test("the data start at a multiple of eight, metadata or not", () => {
    for (const metadata of [{}, { maker: "é" }] as Record<string, string>[]) {
      const bytes = writeSafetensors(sample, metadata);
      expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
      expect(readSafetensors(bytes)).toEqual(sample);
    }
  });

  test("a file cut short anywhere is refused", () => {
    const bytes = writeSafetensors(sample);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.slice(0, length))).toThrow(
        expect.objectContaining({ code: "safetensors.damaged" }),
      );
    }
    expect(() => readSafetensors(Uint8Array.of(...bytes, 0))).toThrow(/bytes, as the header says/);
  });

  test.each([
    ["offsets past the end", { a: { dtype: "F32", shape: [4], data_offsets: [0, 16] } }],
    ["offsets that overlap the header", { a: { dtype: "F32", shape: [1], data_offsets: [-4, 0] } }],
    ["a shape that does not fit its bytes", { a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }],
    ["a gap", { a: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }],
    ["a type that it does not know", { a: { dtype: "BF16", shape: [4], data_offsets: [0, 8] } }],
    ["no object", []],
  ])("%s: refused", (_, header) => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + 8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: "safetensors.damaged" }));
  });

  test("data that do not fill their shape are not written", () => {
    expect(() => writeSafetensors({ a: { shape: [2], data: new Float32Array(3) } })).toThrow(/2 numbers.*got 3/);
  });

  const python = (code: string) => spawnSync("python3", ["-c", code], { encoding: "utf8" });
  const reference = python("import safetensors.numpy").status === 0;

  test.skipIf(!reference)("agrees with the reference implementation both ways (needs python3 with safetensors)", () => {
    const folder = mkdtempSync(join(tmpdir(), "safetensors-"));
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    writeFileSync(ours, writeSafetensors(sample, { maker: "guerdon" }));
    const run = python(`
from safetensors.numpy import load_file, save_file
tensors = load_file(${JSON.stringify(ours)})
print({k: (str(v.dtype), v.shape, v.ravel().tolist()) for k, v in sorted(tensors.items())})
save_file(tensors, ${JSON.stringify(theirs)}, {"maker": "reference"})`);
    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("'half': ('float32', (3,), [0.5, -0.0, 3");
    expect(run.stdout).toContain("'whole': ('float64', (2, 2), [1.0, 5e-324, -2.5, 0.3333333333333333])");
    expect(readSafetensors(readFileSync(theirs))).toEqual(sample);
  });
});
