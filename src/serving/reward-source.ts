/** Rewards kept as files: a saved model's folder, or a module whose default export is a reward. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { GuerdonError } from "../core/errors.ts";
import type { Reward } from "../core/reward.ts";
import { writeAtomicFolder } from "../data/write.ts";
import { restoreEncoder } from "../language/restore-encoder.ts";
import type { LearnedReward } from "../learning/learned-reward.ts";
import { learnedRewardFrom } from "../learning/restore.ts";

/** A reward that came from a file, and the hash by which that file can be known again (not of what it imports). */
export interface OpenedReward extends Reward {
  readonly fingerprint: string;
}

/**
 * Opens a folder that `saveReward` wrote, or a `.ts`, `.mts`, `.js` or `.mjs` file with a reward as its default export.
 * Such a file is code and runs with all the rights of this process. It may import "guerdon", wherever it lies.
 *
 * @throws GuerdonError "reward.not-found" | "reward.unknown-source" | "reward.import-failed" | "reward.no-default-export" |
 *   "reward.not-a-reward" | "reward.version" | "reward.damaged".
 */
export async function openReward(source: string): Promise<OpenedReward> {
  const path = resolve(source);
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new GuerdonError("reward.not-found", {
      where: source,
      expected: "a saved reward's folder, or a file with a reward as its default export",
      got: "nothing there",
      fix: "Check the path, or make a reward with `guerdon train`.",
    });
  }
  if (found.isDirectory()) return openSaved(path, source);
  if (moduleExtensions.has(extname(path))) return openModule(path, source);
  throw new GuerdonError("reward.unknown-source", {
    where: source,
    expected: "a folder with reward.json and weights.safetensors, or a .ts, .mts, .js or .mjs file",
    got: `a file that ends in "${extname(path)}"`,
    fix: "Give the folder that a reward was saved to, or a module that exports one.",
  });
}

/**
 * Saves a learned reward into a folder, whole or not at all; `openReward` reads it back.
 * @throws GuerdonError "data.unwritable" | "data.would-overwrite".
 */
export async function saveReward(reward: LearnedReward, folder: string): Promise<void> {
  await writeAtomicFolder(folder, { ...reward.artefact() });
}

async function openSaved(folder: string, source: string): Promise<OpenedReward> {
  const files = ["reward.json", "weights.safetensors"] as const;
  const [description, weights] = await Promise.all(
    files.map((name) =>
      readFile(join(folder, name)).catch((cause) => {
        throw new GuerdonError("reward.damaged", {
          where: source,
          expected: files.join(" and "),
          got: `no readable ${name}`,
          fix: "Give the folder that a reward was saved to, or save the reward again.",
          cause,
        });
      }),
    ),
  );
  const reward = await learnedRewardFrom(
    { "reward.json": description.toString("utf8"), "weights.safetensors": weights },
    restoreEncoder,
  );
  return { ...reward, fingerprint: fingerprintOf(description, weights) };
}

const moduleExtensions: ReadonlySet<string> = new Set([".ts", ".mts", ".js", ".mjs"]);

async function openModule(path: string, source: string): Promise<OpenedReward> {
  // "guerdon" is the very package that runs, so that a reward file needs no install of its own.
  const jiti = createJiti(import.meta.url, {
    alias: { guerdon: packageFolder },
    fsCache: false,
    interopDefault: false,
  });
  let exported: unknown;
  try {
    exported = ((await jiti.import(path)) as { default?: unknown }).default;
  } catch (cause) {
    throw new GuerdonError("reward.import-failed", {
      where: source,
      expected: "a module that can be imported",
      got: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
      fix: "Run the file alone to see where it fails, and install what it imports.",
      cause,
    });
  }
  if (exported === undefined) {
    throw new GuerdonError("reward.no-default-export", {
      where: source,
      expected: "a reward as the default export",
      got: "no default export",
      fix: 'Add one: `export default reward("name", (sample) => …)`.',
    });
  }
  if (!isReward(exported)) {
    throw new GuerdonError("reward.not-a-reward", {
      where: `${source}, default export`,
      expected: "a reward: { name, score(batch) }",
      got: typeof exported === "object" ? "an object without these" : `a ${typeof exported}`,
      fix: 'Build it with `reward("name", (sample) => …)`; a function alone has no name.',
    });
  }
  const reward = exported;
  return {
    name: reward.name,
    score: (batch, context) => reward.score(batch, context),
    fingerprint: fingerprintOf(await readFile(path)),
  };
}

const packageFolder = fileURLToPath(new URL("..", import.meta.url));

function isReward(value: unknown): value is Reward {
  if (typeof value !== "object" || value === null) return false;
  const { name, score } = value as Partial<Reward>;
  return typeof name === "string" && typeof score === "function";
}

function fingerprintOf(...contents: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex");
}
