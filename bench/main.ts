/** `npm run bench [name …]`: what is on a hot path, beside what a user would pick instead, as a ratio in one run. */

import type { BenchRow } from "./row.ts";

const benches: Record<string, () => Promise<{ run: () => Promise<BenchRow[]> }>> = {
  data: () => import("./data.ts"),
  encoding: () => import("./encoding.ts"),
  learning: () => import("./learning.ts"),
  distances: () => import("./distances.ts"),
  serving: () => import("./serving.ts"),
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
let missed = 0;
console.log("| benchmark | ours | peer | ratio | target | |\n|---|---|---|---|---|---|");
for (const name of names) {
  const load = benches[name];
  if (!load) {
    console.error(`bench: expected one of ${Object.keys(benches).join(", ")}, got "${name}"`);
    process.exit(2);
  }
  for (const row of await (await load()).run()) {
    if (row.ratio !== undefined && row.target !== undefined && row.ratio < row.target) missed++;
    console.log(tableLine(row));
  }
}
console.log(`\n${missed === 0 ? "every target met" : `${missed} target(s) missed`}`);
process.exitCode = missed ? 1 : 0;

function tableLine({ name, ours, peer = "", ratio, target, note = "" }: BenchRow): string {
  const times = (value: number | undefined) => (value === undefined ? "" : `${value.toFixed(2)}x`);
  return `| ${name} | ${ours} | ${peer} | ${times(ratio)} | ${times(target)} | ${note} |`;
}
