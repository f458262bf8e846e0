import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { writeAtomic, writeAtomicFolder } from "./write.ts";

let folder: string;
beforeEach(async () => {
  const made = await mkdtemp(join(tmpdir(), "guerdon-"));
  folder = made;
  onTestFinished(() => rm(made, { recursive: true }));
});

test("a file is written, replaced, and leaves nothing beside it", async () => {
  const path = join(folder, "inner", "file.json");
  await writeAtomic(path, "one");
  await writeAtomic(path, Uint8Array.of(116, 119, 111));
  expect(await readFile(path, "utf8")).toBe("two");
  expect(await readdir(join(folder, "inner"))).toEqual(["file.json"]);
});

test("writers at the same time leave one whole file", async () => {
  const path = join(folder, "file");
  const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(texts.map((text) => writeAtomic(path, text)));
  expect(texts).toContain(await readFile(path, "utf8"));
  expect(await readdir(folder)).toEqual(["file"]);
});

test("what cannot be written is said, and leaves nothing", async () => {
  await mkdir(join(folder, "full", "inner"), { recursive: true });
  await expect(writeAtomic(join(folder, "full"), "text")).rejects.toMatchObject({ code: "data.unwritable" });
  await writeFile(join(folder, "file"), "");
  await expect(writeAtomic(join(folder, "file", "inner"), "text")).rejects.toMatchObject({ code: "data.unwritable" });
  expect(await readdir(folder)).toEqual(["file", "full"]);
});

test.skipIf(process.getuid?.() === 0)("a folder without permission is said", async () => {
  await chmod(folder, 0o500);
  await expect(writeAtomic(join(folder, "file"), "text")).rejects.toMatchObject({ code: "data.unwritable" });
});

const model = { "reward.json": "{}", "weights.safetensors": Uint8Array.of(1, 2) };

async function contents(path: string) {
  const names = (await readdir(path)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), "utf8")])),
  );
}

test("a folder is written, and replaced whole", async () => {
  const path = join(folder, "reward");
  await writeAtomicFolder(path, model);
  await writeAtomicFolder(path, { "reward.json": "[]", "weights.safetensors": "" });
  expect(await contents(path)).toEqual({ "reward.json": "[]", "weights.safetensors": "" });
  expect(await readdir(folder)).toEqual(["reward"]);
});

test("an empty folder is taken over", async () => {
  await mkdir(join(folder, "reward"));
  await writeAtomicFolder(join(folder, "reward"), model);
  expect(await readdir(join(folder, "reward"))).toHaveLength(2);
});

test("a folder that holds something else is left alone", async () => {
  await writeFile(join(folder, "thesis.tex"), "years of work");
  await expect(writeAtomicFolder(folder, model)).rejects.toMatchObject({
    code: "data.would-overwrite",
    message: expect.stringContaining("thesis.tex"),
  });
  expect(await contents(folder)).toEqual({ "thesis.tex": "years of work" });
});

test("a file in the folder's place is left alone", async () => {
  await writeFile(join(folder, "reward"), "text");
  await expect(writeAtomicFolder(join(folder, "reward"), model)).rejects.toMatchObject({ code: "data.unwritable" });
  expect(await readdir(folder)).toEqual(["reward"]);
});

test.each(["../outside", "inner/file", ".."])("%s is no name of a file in a folder", async (name) => {
  await expect(writeAtomicFolder(join(folder, "reward"), { [name]: "" })).rejects.toMatchObject({
    code: "data.unwritable",
  });
  expect(await readdir(folder)).toEqual([]);
});
