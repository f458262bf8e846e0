import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { readPreferences, readRatings } from "./read.ts";
import { shippedPath } from "./shipped.ts";

test("the data set lies in the package's own folder of data sets", () => {
  const root = join(dirname(shippedPath()), "..");
  expect(relative(root, shippedPath())).toBe(join("datasets", "everyday.jsonl"));
  expect(existsSync(join(root, "package.json"))).toBe(true);
});

test.skipIf(!existsSync(shippedPath()))("every row of it is used", async () => {
  const { report } = await readPreferences(shippedPath());
  expect(report.skipped).toEqual([]);
  expect((await readRatings(shippedPath())).report.skipped).toEqual([]);
});
