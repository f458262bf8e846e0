/** Figures as SVG text, drawn by Observable Plot on a document of its own: the same bytes in Node and the browser. */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Drawing, HeatMap, Histogram, Intervals, ReliabilityCurve, Scatter } from "./model.ts";

const width = 688;
// Colours come from the page, so that one drawing suits light and dark; a drawing on its own has these.
const accent = "var(--accent, #2c6e8f)";
const contrast = "var(--contrast, #c8742b)";
const faint = "var(--faint, #a9a69d)";

export function drawSvg(drawing: Drawing): string {
  const { document } = parseHTML("<html><body></body></html>");
  const plot = Plot.plot({
    document: document as unknown as Document,
    width,
    marginTop: 34,
    marginBottom: 44,
    ...optionsFor(drawing),
  });
  plot.setAttribute("role", "img");
  return plot.outerHTML;
}

function optionsFor(drawing: Drawing): Plot.PlotOptions {
  switch (drawing.kind) {
    case "reliability":
      return reliabilityOptions(drawing);
    case "intervals":
      return intervalOptions(drawing);
    case "heat-map":
      return heatMapOptions(drawing);
    case "histogram":
      return histogramOptions(drawing);
    case "scatter":
      return scatterOptions(drawing);
  }
}

function reliabilityOptions({ bins }: ReliabilityCurve): Plot.PlotOptions {
  const most = Math.max(...bins.map(({ count }) => count));
  return {
    height: 400,
    marginLeft: 50,
    x: { domain: [0.5, 1], label: "stated probability", tickFormat: "%", ticks: 6 },
    y: {
      domain: [Math.min(0.4, ...bins.map(({ observed }) => observed)), 1],
      label: "observed",
      tickFormat: "%",
      ticks: 6,
      grid: true,
    },
    r: { type: "identity" },
    marks: [
      Plot.line(
        [
          [0.5, 0.5],
          [1, 1],
        ],
        { stroke: faint, strokeDasharray: "4 4" },
      ),
      Plot.line(bins, { x: "stated", y: "observed", stroke: accent, strokeWidth: 1.5 }),
      Plot.dot(bins, {
        x: "stated",
        y: "observed",
        r: ({ count }) => 2.5 + 6 * Math.sqrt(count / most),
        fill: accent,
        fillOpacity: 0.85,
      }),
    ],
  };
}

function intervalOptions({ title, format, rows, reference }: Intervals): Plot.PlotOptions {
  const longest = Math.max(...rows.map(({ label }) => label.length));
  const flat = rows.map(({ label, estimate }) => ({ label, ...estimate }));
  const percent = format === "percent";
  const shares = percent ? { domain: [Math.min(0.4, ...flat.map(({ low }) => low)), 1], tickFormat: "%" } : {};
  return {
    height: 66 + 24 * rows.length,
    marginTop: 12,
    marginLeft: Math.min(260, 24 + 6.2 * longest),
    x: { label: title, grid: true, nice: true, ...shares },
    y: { domain: rows.map(({ label }) => label), label: null, tickSize: 0 },
    marks: [
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: faint, strokeDasharray: "4 4" })]),
      Plot.ruleY(flat, { y: "label", x1: "low", x2: "high", stroke: accent, strokeWidth: 2 }),
      Plot.dot(flat, { y: "label", x: "value", r: 4.5, fill: accent }),
    ],
  };
}

function heatMapOptions({ rowTitle, columnTitle, rows, columns, values }: HeatMap): Plot.PlotOptions {
  const cells = rows.flatMap((row, i) => columns.map((column, j) => ({ row, column, value: values[i][j] })));
  return {
    width: 440,
    height: 64 + 58 * rows.length,
    marginLeft: 110,
    marginTop: 54,
    marginBottom: 10,
    x: { axis: "top", domain: columns, label: columnTitle, labelAnchor: "center", labelArrow: "none", tickSize: 0 },
    y: { domain: rows, label: rowTitle, labelAnchor: "top", labelArrow: "none", tickSize: 0 },
    opacity: { type: "identity" },
    marks: [
      Plot.cell(cells, {
        x: "column",
        y: "row",
        fill: accent,
        fillOpacity: ({ value }) => 0.06 + 0.7 * value ** 2,
        inset: 1.5,
        rx: 4,
      }),
      Plot.text(cells, {
        x: "column",
        y: "row",
        text: ({ value }) => `${(100 * value).toFixed(1)}%`,
        fill: "currentColor",
        fontSize: 14,
        fontWeight: 600,
      }),
    ],
  };
}

function histogramOptions({ title, edges, series }: Histogram): Plot.PlotOptions {
  const colours = [accent, contrast];
  return {
    height: 260,
    marginLeft: 50,
    x: { label: title },
    y: { label: "completions", grid: true, ticks: 5 },
    marks: [
      ...series.map(({ counts }, index) =>
        Plot.rect(
          counts.map((count, bin) => ({ x1: edges[bin], x2: edges[bin + 1], count })),
          {
            x1: "x1",
            x2: "x2",
            y1: 0,
            y2: "count",
            fill: colours[index],
            fillOpacity: 0.45,
            insetLeft: 0.5,
            insetRight: 0.5,
          },
        ),
      ),
      Plot.ruleY([0], { stroke: "currentColor" }),
      ...series.map(({ name }, index) =>
        Plot.text([name], {
          text: [name],
          frameAnchor: "top-right",
          dy: 16 * index,
          fill: colours[index],
          fontWeight: 600,
          fontSize: 12,
        }),
      ),
    ],
  };
}

function scatterOptions({ xTitle, yTitle, points }: Scatter): Plot.PlotOptions {
  return {
    height: 380,
    marginLeft: 55,
    x: { label: xTitle, nice: true },
    y: { label: yTitle, nice: true, grid: true },
    marks: [
      Plot.ruleX([0], { stroke: faint }),
      Plot.ruleY([0], { stroke: faint }),
      Plot.dot(points, {
        x: ([x]) => x,
        y: ([, y]) => y,
        r: 2.2,
        fill: accent,
        fillOpacity: points.length > 500 ? 0.35 : 0.6,
      }),
    ],
  };
}
