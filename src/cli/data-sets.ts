/** Data sets by name or path: a file that is there, the set that ships, or one in the folder of real data. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { streamRows } from "../data/rows.ts";
import { shippedPath } from "../data/shipped.ts";

/** The path of a data set: `text` itself if such a file exists, "everyday", or a name in $GUERDON_DATA or ../shared/data. */
export function dataSetPath(text: string): string {
  if (existsSync(text)) return text;
  if (text === "everyday") return shippedPath();
  return namedPath(text) ?? text;
}

/** All rows of a named data set, or undefined where it is absent. */
export async function openDataSet(name: string): Promise<readonly Record<string, unknown>[] | undefined> {
  const path = name === "everyday" ? shippedPath() : namedPath(name);
  if (!path) return undefined;
  const rows: Record<string, unknown>[] = [];
  for await (const row of streamRows(path)) if ("value" in row) rows.push(row.value);
  return rows;
}

function namedPath(name: string): string | undefined {
  const path = join(process.env.GUERDON_DATA ?? join("..", "shared", "data"), `${name}.jsonl.gz`);
  return /^[\w-]+$/.test(name) && existsSync(path) ? path : undefined;
}
