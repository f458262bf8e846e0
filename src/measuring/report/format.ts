/** Numbers as a reader should see them. */

import type { Estimate } from "../../core/statistics/bootstrap.ts";
import type { Cell, Format } from "./model.ts";

export interface FormattedCell {
  readonly value: string;
  /** The interval, where there is one. */
  readonly interval?: string;
}

export function formatCell(cell: Cell, format: Format): FormattedCell {
  if (cell === null) return { value: "–" };
  if (typeof cell === "string") return { value: cell };
  if (typeof cell === "number") return { value: formatNumber(cell, format) };
  return { value: formatNumber(cell.value, format), interval: formatInterval(cell, format) };
}

function formatInterval({ low, high }: Estimate, format: Format): string {
  const edge = (value: number) => formatNumber(value, format).replace("%", "");
  return `${edge(low)} to ${edge(high)}`;
}

function formatNumber(value: number, format: Format): string {
  switch (format) {
    case "percent":
      return `${(100 * value).toFixed(1)}%`;
    case "points": {
      const points = (100 * value).toFixed(1);
      return Number(points) > 0 ? `+${points}` : points.replace("-", "−");
    }
    case "count":
      return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
    case "number":
    case "text":
      return `${Number(value.toPrecision(3))}`.replace("-", "−");
  }
}
