import { expect, it } from "vitest";
import { holds } from "./reproduction.ts";
import { starc } from "./starc.ts";

const open = async (name: string) =>
  name === "rewardmath-scores"
    ? Array.from({ length: 30 }, (_, id) => ({ id, scores: { model: [0, 1, id % 3, id % 5, null] } }))
    : undefined;

it("holds at its quick size, and names the data that was absent", async () => {
  const findings = await starc.run({ seeds: [1], size: "quick", open });
  expect(holds(findings)).toBe(true);
  expect(findings.criteria).toHaveLength(5);
  expect(findings.rows.every((row) => row.low <= row.mean + 1e-12 && row.mean <= row.high + 1e-12)).toBe(true);
  expect(findings.notes.join(" ")).toContain("starc-distances is absent");
});

it("stops when it is told to", async () => {
  const signal = AbortSignal.abort();
  await expect(starc.run({ seeds: [1], size: "quick", open, signal })).rejects.toThrow();
});
