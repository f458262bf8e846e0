import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/*/index.ts", "src/cli/main.ts"],
  format: "esm",
  platform: "node",
  target: "node20.19",
  dts: true,
  unbundle: true,
  clean: true,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
});
