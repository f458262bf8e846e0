import { describe, expect, it } from "vitest";
import { promptKey, textOf } from "../core/vocabulary.ts";
import { readPreferences, readRatings } from "./read.ts";
import { shippedPath } from "./shipped.ts";

describe("the data set that ships", async () => {
  const { preferences, report } = await readPreferences(shippedPath());
  const { ratings } = await readRatings(shippedPath());

  it("is read without a loss", () => {
    expect(report.used).toBe(report.rows);
    expect(report.rows).toBeGreaterThanOrEqual(240);
    expect(new Set(preferences.map(({ chosen }) => promptKey(chosen.prompt))).size).toBe(report.rows);
  });

  it("spans at least eight kinds of task", () => {
    expect(new Set(preferences.map(({ subset }) => subset)).size).toBeGreaterThanOrEqual(8);
  });

  it("has two to four completions a prompt, rated 0 to 4 on five attributes", () => {
    const perPrompt = new Map<string, number>();
    for (const { item, ratings: rated } of ratings) {
      const key = promptKey(item.prompt);
      perPrompt.set(key, (perPrompt.get(key) ?? 0) + 1);
      expect(Object.keys(rated).sort()).toEqual(["coherence", "complexity", "correctness", "helpfulness", "verbosity"]);
      for (const value of Object.values(rated)) expect([0, 1, 2, 3, 4]).toContain(value);
    }
    for (const count of perPrompt.values()) expect([2, 3, 4]).toContain(count);
  });

  it("does not give the answer away by length: the longer one is preferred in 45 to 55% of pairs", () => {
    const longer = preferences.filter(
      ({ chosen, rejected }) => textOf(chosen.completion).length > textOf(rejected.completion).length,
    );
    expect(longer.length / preferences.length).toBeGreaterThan(0.45);
    expect(longer.length / preferences.length).toBeLessThan(0.55);
  });

  it("states how strong each preference is", () => {
    for (const { strength } of preferences) expect([1, 2, 3]).toContain(strength);
  });
});
