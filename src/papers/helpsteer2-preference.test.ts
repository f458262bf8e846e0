import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { helpsteer2Preference } from "./helpsteer2-preference.ts";
import { holds, type RunOptions } from "./reproduction.ts";

const shipped = new URL("../../datasets/everyday.jsonl", import.meta.url);

async function open(name: string): Promise<Record<string, unknown>[] | undefined> {
  if (name !== "everyday") return undefined;
  const lines = (await readFile(shipped, "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

const options: RunOptions = { seeds: [1], size: "quick", open };

describe("helpsteer2-preference", () => {
  test("without HANNA, simulates annotators on the shipped answers and says so; same seed, same findings", async () => {
    const findings = await helpsteer2Preference.run(options);
    expect(findings.rows).toHaveLength(16);
    for (const { mean, low, high } of findings.rows) {
      expect(low).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThanOrEqual(high);
      expect(mean).toBeGreaterThan(0.5);
    }
    expect(findings.criteria).toHaveLength(3);
    expect(findings.notes.join(" ")).toMatch(/hanna is absent.*shipped answers/);
    expect(await helpsteer2Preference.run(options)).toEqual(findings);
  });

  test("with no data at all shows nothing, and does not hold", async () => {
    const findings = await helpsteer2Preference.run({ ...options, open: async () => undefined });
    expect(findings.rows).toEqual([]);
    expect(holds(findings)).toBe(false);
    expect(findings.notes.join(" ")).toMatch(/nothing was shown/);
  });

  test("stops when told to", async () => {
    await expect(helpsteer2Preference.run({ ...options, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
