/** Which item and style a row belongs to, where the rows of a data set stand in several styles (RM-Bench). */

import { type RowOptions, streamRows } from "./rows.ts";

export interface StyledRow {
  readonly item: string;
  readonly style: string;
}

/** By row id; empty where the rows have no `item` and `style`. Throws as `streamRows`. */
export async function readStyles(path: string, options: RowOptions = {}): Promise<ReadonlyMap<string, StyledRow>> {
  const styles = new Map<string, StyledRow>();
  for await (const row of streamRows(path, options)) {
    if ("problem" in row) continue;
    const { id, item, style } = row.value;
    if (typeof id === "string" && typeof item === "string" && typeof style === "string")
      styles.set(id, { item, style });
  }
  return styles;
}
