/** Where the data set lies that comes with the package. */

import { fileURLToPath } from "node:url";

/** The path of `datasets/everyday.jsonl`: preferences, rankings and ratings in everyday words, to start with. */
export function shippedPath(): string {
  return fileURLToPath(new URL("../../datasets/everyday.jsonl", import.meta.url));
}
