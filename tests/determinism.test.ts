/** The same seed gives the same bytes, whatever the concurrency and the order in which calls come back. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { evaluateOn, writeReport } from "../src/cli/evaluation.ts";
import { scored, unscored } from "../src/core/outcome.ts";
import { hash128, random } from "../src/core/random.ts";
import { batchReward } from "../src/core/reward.ts";
import { type Sample, textOf } from "../src/core/vocabulary.ts";
import { shippedPath } from "../src/data/shipped.ts";
import { scoreFile } from "../src/serving/score-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-determinism-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Noisy, failing at random, and slow by an amount that scrambles the order of arrival. */
function scrambled(arrival: number) {
  const delays = random(arrival);
  return batchReward<Sample>("scrambled", async (batch) => {
    await new Promise((resolve) => setTimeout(resolve, delays.integer(8)));
    return batch.map(({ id, completion }) => {
      const noise = hash128(id)[0] >>> 0;
      return noise % 17 === 0 ? unscored("timeout", "slow") : scored(textOf(completion).length + noise / 2 ** 24);
    });
  });
}

async function reportAt(concurrency: number): Promise<string[]> {
  const signal = new AbortController().signal;
  const out = join(folder, `report-${concurrency}`);
  const { report } = await evaluateOn(
    { reward: scrambled(concurrency), path: shippedPath(), folds: 5, seed: 7 },
    { signal, onProgress: () => {}, concurrency },
  );
  await writeReport(out, report);
  return Promise.all(["report.html", "report.json", "report.md"].map((name) => readFile(join(out, name), "utf8")));
}

it("writes byte-identical reports at concurrency 1 and 16", async () => {
  expect(await reportAt(16)).toEqual(await reportAt(1));
});

it("writes byte-identical outcomes at concurrency 1 and 16", async () => {
  const files = await Promise.all(
    [1, 16].map(async (concurrency) => {
      const output = join(folder, `outcomes-${concurrency}.jsonl`);
      await scoreFile({ reward: scrambled(concurrency), input: shippedPath(), output, batchSize: 8, concurrency });
      return readFile(output, "utf8");
    }),
  );
  expect(files[0].split("\n").length).toBeGreaterThan(700);
  expect(files[1]).toBe(files[0]);
});
