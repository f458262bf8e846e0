import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RunJournal } from "./run-journal.ts";

it("remembers the last commit, and begins anew when the output is gone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "guerdon-journal-"));
  const output = join(folder, "out.jsonl");
  const first = await RunJournal.open(output, { input: "i" });
  await first.commit([
    { lines: ["one"], counts: { scored: 1 } },
    { lines: ["two"], counts: { scored: 2 } },
  ]);
  await first.close();

  const second = await RunJournal.open(output, { input: "i" });
  expect(second.last).toMatchObject({ rows: 2, bytes: 8, counts: { scored: 2 } });
  await second.commit([{ lines: ["three"], counts: { scored: 3 } }]);
  await second.close();
  expect(await readFile(output, "utf8")).toBe("one\ntwo\nthree\n");

  await rm(output);
  const third = await RunJournal.open(output, { input: "other" });
  expect(third.last.rows).toBe(0);
  await third.close();
  await rm(`${output}.run.jsonl`);
  await expect(RunJournal.open(output, { input: "other" })).rejects.toMatchObject({ code: "run.output-exists" });

  await writeFile(`${output}.run.jsonl`, '{"torn');
  await expect(RunJournal.open(output, { input: "other" })).rejects.toMatchObject({ code: "run.damaged" });
  await rm(folder, { recursive: true });
});
