/** `npm run check`: format, lint, types, floors and circles, browser bundle, house law, unused exports, package. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

const browserSafe = ["core", "numerics", "environments", "rewards", "learning", "shaping", "measuring", "optimizing"];
const clockless = [...browserSafe, "data", "papers"];

// esbuild would only warn when a package asks for a built-in behind a condition; here it is an error.
const refuseBuiltins = {
  name: "refuse-node-built-ins",
  setup(bundler) {
    const builtins = new RegExp(`^(node:.*|${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`);
    bundler.onResolve({ filter: builtins }, ({ path, importer }) => ({
      errors: [{ text: `${importer} reaches the Node built-in "${path}"; the browser-safe rooms may not` }],
    }));
  },
};

const steps = [
  ["format and lint", () => command("biome", "ci", "--colors=off", ".")],
  ["types", () => command("tsc", "-p", ".")],
  ["floors and circles", () => command("depcruise", "--config", ".dependency-cruiser.mjs", "src")],
  ["browser bundle", bundleForBrowser],
  ["no ambient clock or randomness", findAmbientState],
  ["unused exports and dependencies", () => command("knip", "--no-progress")],
  ["package", () => command("publint", "--strict")],
];

let failed = 0;
for (const [name, run] of steps) {
  const complaint = await run();
  console.log(`${complaint ? "✗" : "✓"} ${name}`);
  if (complaint) {
    console.log(complaint.replace(/^/gm, "    "));
    failed++;
  }
}
process.exit(failed ? 1 : 0);

function command(name, ...args) {
  const { status, stdout, stderr, error } = spawnSync(join("node_modules", ".bin", name), args, {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  if (error) return String(error);
  return status === 0 ? "" : `${stdout}\n${stderr}`.trim() || `${name} exited with ${status}`;
}

async function bundleForBrowser() {
  const rooms = roomsPresent(browserSafe);
  try {
    await build({
      stdin: {
        contents: rooms.map((room) => `export * as ${room} from "./src/${room}/index.ts";`).join("\n"),
        resolveDir: ".",
      },
      bundle: true,
      platform: "browser",
      format: "esm",
      write: false,
      logLevel: "silent",
      plugins: [refuseBuiltins],
    });
    return "";
  } catch (error) {
    return error.message;
  }
}

function findAmbientState() {
  const pattern = /\b(Math\.random|Date\.now|new Date\(\)|performance\.now|process\.hrtime)\b/;
  return roomsPresent(clockless)
    .flatMap((room) => sourceFiles(join("src", room)))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    )
    .join("\n");
}

function roomsPresent(rooms) {
  const present = new Set(readdirSync("src"));
  return rooms.filter((room) => present.has(room));
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
}
