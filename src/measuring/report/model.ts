/** What a report is before it is drawn: sections of text, numbers, tables and figures, all plain data. */

import type { Estimate } from "../../core/statistics/bootstrap.ts";
import type { ReliabilityBin } from "../../core/statistics/probability.ts";

export interface Report {
  readonly title: string;
  readonly subtitle: string;
  readonly highlights: readonly Highlight[];
  readonly sections: readonly Section[];
}

/** A number that a reader should see first. */
export interface Highlight {
  readonly label: string;
  readonly value: Cell;
  readonly format: Format;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Paragraph | Table | Figure | Quotation;

export interface Paragraph {
  readonly kind: "paragraph";
  readonly text: string;
}

export interface Table {
  readonly kind: "table";
  readonly columns: readonly { readonly title: string; readonly format: Format }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Text of a sample, shown as it is. */
export interface Quotation {
  readonly kind: "quotation";
  readonly title: string;
  readonly texts: readonly { readonly label: string; readonly text: string }[];
}

export interface Figure {
  readonly kind: "figure";
  readonly title: string;
  readonly caption: string;
  readonly drawing: Drawing;
}

/** A text, a number, a number with its interval, or nothing to say. */
export type Cell = string | number | Estimate | null;

/** How numbers read: 0.719 is `71.9%` as a percent, `+71.9` as points, `0.719` as a number, `1` as a count. */
export type Format = "text" | "count" | "number" | "percent" | "points";

export type Drawing = ReliabilityCurve | Intervals | HeatMap | Histogram | Scatter;

/** Stated against observed probability. */
export interface ReliabilityCurve {
  readonly kind: "reliability";
  readonly bins: readonly ReliabilityBin[];
}

/** One number with its interval a row, and a rule at `reference`. */
export interface Intervals {
  readonly kind: "intervals";
  /** Of the axis. */
  readonly title: string;
  readonly format: "percent" | "number";
  readonly rows: readonly { readonly label: string; readonly estimate: Estimate }[];
  readonly reference?: number;
}

/** Shares in [0, 1]: values[row][column]. */
export interface HeatMap {
  readonly kind: "heat-map";
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/** Counts between edges (bins + 1), at most two series. */
export interface Histogram {
  readonly kind: "histogram";
  readonly title: string;
  readonly edges: readonly number[];
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

export interface Scatter {
  readonly kind: "scatter";
  readonly xTitle: string;
  readonly yTitle: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The report as data, two spaces deep. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
