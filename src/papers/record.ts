/** A reproduction's outcome as a record: kept as JSON, read as a report, drawn as a figure. */

import { paragraph, table } from "../measuring/report/blocks.ts";
import { drawSvg } from "../measuring/report/drawing.ts";
import type { Report } from "../measuring/report/model.ts";
import { type Findings, holds, type Reproduction, type Row, type Size } from "./reproduction.ts";

export interface PaperRecord extends Findings, Omit<Reproduction, "run"> {
  readonly size: Size;
  readonly seeds: readonly number[];
  readonly holds: boolean;
}

export function recordOf(
  { run: _, ...paper }: Reproduction,
  findings: Findings,
  { size, seeds }: { size: Size; seeds: readonly number[] },
): PaperRecord {
  return { ...paper, size, seeds, holds: holds(findings), ...findings };
}

export function paperReport(record: PaperRecord): Report {
  const { title, year, link, claim, parts, data, size, rows, criteria, notes } = record;
  return {
    title: `${title} (${year})`,
    subtitle: `${claim} ${link}`,
    highlights: [{ label: "The claim", value: record.holds ? "holds" : "does not hold", format: "text" }],
    sections: [
      {
        title: "What was demanded",
        blocks: [
          table(
            [
              ["Demand", "text"],
              ["Found", "text"],
              ["", "text"],
            ],
            criteria.map(({ demand, found, holds }) => [demand, found, holds ? "holds" : "does not hold"]),
          ),
        ],
      },
      {
        title: "What was measured",
        blocks: [
          table(
            [
              ["Method", "text"],
              ["Metric", "text"],
              ["Mean (95% interval)", "number"],
              ["Seeds", "count"],
            ],
            rows.map(({ method, metric, mean, low, high, seeds }) => [
              method,
              metric,
              { value: mean, low, high },
              seeds,
            ]),
          ),
        ],
      },
      {
        title: "How",
        blocks: [
          paragraph(`Size: ${size}. Parts: ${parts.join(", ")}. Real data: ${data.length ? data.join(", ") : "none"}.`),
          ...notes.map(paragraph),
        ],
      },
    ],
  };
}

/** One drawing a metric, below one another: every method's mean with its interval. Stands alone as an SVG file. */
export function paperFigure({ rows }: PaperRecord): string {
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  const drawings = metrics.map((metric) =>
    drawSvg({
      kind: "intervals",
      title: metric,
      format: "number",
      rows: rows.filter((row) => row.metric === metric).map(intervalRow),
    }),
  );
  return stacked(drawings);
}

function intervalRow({ method, mean, low, high }: Row) {
  return { label: method, estimate: { value: mean, low, high } };
}

// The page gives drawings their colours; alone they need some.
const colours = "--accent:#2c6e8f;--contrast:#c8742b;--faint:#a9a69d;color:#22252a;background:#fff";

function stacked(drawings: readonly string[]): string {
  const sizes = drawings.map((svg) => ({ width: attribute(svg, "width"), height: attribute(svg, "height") }));
  const width = Math.max(0, ...sizes.map((size) => size.width));
  let top = 0;
  const placed = drawings.map((svg, index) => {
    const at = top;
    top += sizes[index].height;
    return svg.replace("<svg", `<svg y="${at}"`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" style="${colours}" font-family="system-ui, sans-serif" font-size="10">\n${placed.join("\n")}\n</svg>\n`;
}

function attribute(svg: string, name: string): number {
  return Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0);
}
