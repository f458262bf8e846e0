import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scoreBatch } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { lexical } from "../language/lexical.ts";
import { learnedReward } from "../learning/learned-reward.ts";
import { linearHead } from "../learning/linear-head.ts";
import { openReward, saveReward } from "./reward-source.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const sample = (completion: string): Sample => ({
  id: "a",
  prompt: [{ role: "user", content: "p" }],
  completion: [{ role: "assistant", content: completion }],
});

describe("openReward", () => {
  it("opens a TypeScript file that imports guerdon, others of its kind, and awaits", async () => {
    await file("length.ts", "export const length = (text: string): number => text.length;");
    const path = await file(
      "reward.ts",
      `import { reward, textOf, type Sample } from "guerdon";
       import { scored } from "guerdon/core";
       import { length } from "./length.ts";
       const bonus: number = await Promise.resolve(1);
       export default reward("length", (sample: Sample) => scored(length(textOf(sample.completion)) + bonus));`,
    );
    const opened = await openReward(path);
    expect(opened.name).toBe("length");
    expect(await opened.score([sample("four")])).toEqual([{ value: 5 }]);
  });

  it("opens a JavaScript file, and knows by the fingerprint when it has changed", async () => {
    const text = 'export default { name: "plain", score: async (batch) => batch.map(() => ({ value: 1 })) };';
    const path = await file("reward.mjs", text);
    const opened = await openReward(path);
    expect(await opened.score([sample("x")])).toEqual([{ value: 1 }]);
    const same = await openReward(await file("other.mjs", text));
    const changed = await openReward(await file("changed.mjs", `${text}\n`));
    expect(same.fingerprint).toBe(opened.fingerprint);
    expect(changed.fingerprint).not.toBe(opened.fingerprint);
  });

  it("opens an instance of a class", async () => {
    const path = await file(
      "class.ts",
      `class Constant {
         readonly name = "constant";
         readonly value = 3;
         async score(batch: readonly unknown[]) { return batch.map(() => ({ value: this.value })); }
       }
       export default new Constant();`,
    );
    expect(await scoreBatch(await openReward(path), [sample("x")])).toEqual([{ value: 3 }]);
  });

  it.each([
    ["throws.ts", 'throw new TypeError("no key");', "reward.import-failed", "TypeError: no key"],
    ["syntax.ts", "export default {", "reward.import-failed", "syntax.ts"],
    ["lacks.ts", 'import "not-installed-anywhere";', "reward.import-failed", "not-installed-anywhere"],
    ["none.ts", "export const reward = 1;", "reward.no-default-export", "no default export"],
    ["function.ts", "export default () => 1;", "reward.not-a-reward", "a function"],
    ["object.mjs", "export default { score: 1 };", "reward.not-a-reward", "an object without these"],
    ["reward.py", "", "reward.unknown-source", '".py"'],
  ])("refuses %s and says why", async (name, text, code, got) => {
    const opening = openReward(await file(name, text));
    await expect(opening).rejects.toMatchObject({ code });
    await expect(opening).rejects.toThrow(got);
  });

  it("refuses what is not there, and a folder that holds no reward", async () => {
    await expect(openReward(join(folder, "nowhere"))).rejects.toMatchObject({ code: "reward.not-found" });
    await expect(openReward(folder)).rejects.toMatchObject({ code: "reward.damaged" });
  });

  it("reads back what saveReward wrote: the same scores", async () => {
    const encoder = lexical({ dimension: 64 });
    const head = linearHead({ weights: Float64Array.from({ length: 64 }, (_, i) => Math.sin(i)), bias: 0.5, l2: 0 });
    const reward = learnedReward("saved", encoder, head, {
      learner: { name: "test" },
      data: { rows: 1, used: 1, fingerprint: "f" },
      reference: { mean: 0, standardDeviation: 1 },
      metrics: {},
    });
    const target = join(folder, "saved");
    await saveReward(reward, target);
    const opened = await openReward(target);
    expect(opened.name).toBe("saved");
    expect(await opened.score([sample("some text")])).toEqual(await reward.score([sample("some text")]));
    await mkdir(join(folder, "damaged"));
    await file("damaged/reward.json", (await readFile(join(target, "reward.json"), "utf8")).slice(0, 50));
    await file("damaged/weights.safetensors", "");
    await expect(openReward(join(folder, "damaged"))).rejects.toMatchObject({ code: "reward.damaged" });
  });
});
