/** Blocks that more than one report is built from. */

import type { Cell, Format, Histogram, Paragraph, Table } from "./model.ts";

export function paragraph(text: string): Paragraph {
  return { kind: "paragraph", text };
}

/** A table from columns written as [title, format]. */
export function table(
  columns: readonly (readonly [title: string, format: Format])[],
  rows: readonly (readonly Cell[])[],
): Table {
  return { kind: "table", columns: columns.map(([title, format]) => ({ title, format })), rows };
}

/** Thirty equal bins over the range of all series. */
export function histogram(
  title: string,
  series: readonly { readonly name: string; readonly values: readonly number[] }[],
): Histogram {
  const all = series.flatMap(({ values }) => values);
  const low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const bins = high > low ? 30 : 1;
  const size = high > low ? (high - low) / bins : 1;
  return {
    kind: "histogram",
    title,
    edges: Array.from({ length: bins + 1 }, (_, i) => low + i * size),
    series: series.map(({ name, values }) => {
      const counts: number[] = Array(bins).fill(0);
      for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / size))]++;
      return { name, counts };
    }),
  };
}

/** At most `most` of the items, at even distances. */
export function thinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]);
}
