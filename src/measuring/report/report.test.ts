import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { scored, unscored } from "../../core/outcome.ts";
import { random } from "../../core/random.ts";
import type { Sample } from "../../core/vocabulary.ts";
import { compareRewards } from "../compare.ts";
import type { EvaluationResults } from "../evaluation.ts";
import type { PairResult } from "../pair-results.ts";
import { histogram, thinned } from "./blocks.ts";
import { comparisonReport } from "./comparison-report.ts";
import { drawSvg } from "./drawing.ts";
import { evaluationReport } from "./evaluation-report.ts";
import { reportMarkdown } from "./markdown.ts";
import { type Report, reportJson } from "./model.ts";
import { escapeHtml, reportPage } from "./page.ts";

const hostile = `<script>alert("x")</script> & 'y' | **z**`;
const stream = random(2);
const styles = ["concise", "markdown"];
const pairs = Array.from({ length: 40 }, (_, i): PairResult & { item: string; style: string } => ({
  id: `${i}`,
  prompt: `p${i >> 1}`,
  subset: i % 3 === 0 ? hostile : "plain",
  probability: 1,
  chosen: i === 39 ? unscored("timeout", "late") : scored(stream.normal() + 0.5),
  rejected: scored(stream.normal()),
  lengths: { chosen: 10 + i, rejected: 30 },
  item: `${i >> 1}`,
  style: styles[i % 2],
}));
const results: EvaluationResults = {
  reward: hostile,
  data: "a set",
  pairs,
  swapped: pairs,
  styled: { styles, pairs },
  seed: 1,
};

describe("evaluationReport", () => {
  it("has a section for everything that was measured", () => {
    expect(evaluationReport(results).sections.map(({ title }) => title)).toEqual([
      "Accuracy",
      "Scores",
      "Substance against style",
      "Length",
      "Position",
      "Calibration",
      "What was counted",
    ]);
  });

  it("gives the same bytes for the same results in every form", () => {
    for (const write of [reportPage, reportMarkdown, reportJson]) {
      expect(write(evaluationReport(results))).toBe(write(evaluationReport(results)));
    }
  });

  it("states plainly that nothing could be scored, and why", () => {
    const lost = pairs.map((pair) => ({ ...pair, chosen: unscored("backend-down", "no answer") }));
    const report = evaluationReport({ reward: "r", data: "d", pairs: lost, seed: 1 });
    expect(report.highlights).toEqual([]);
    const text = reportMarkdown(report);
    expect(text).toContain("No pair could be decided");
    expect(text).toContain("| unscored completions: backend-down | 40 |");
    expect(reportPage(report)).not.toContain("NaN");
  });

  it("reads back as the same data", () => {
    const report = evaluationReport(results);
    expect(reportPage(JSON.parse(reportJson(report)))).toBe(reportPage(report));
  });
});

describe("comparisonReport", () => {
  it("shows the samples that the rewards differ on, with their texts", () => {
    const samples: Sample[] = ["one", hostile, "three"].map((text, i) => ({
      id: `${i}`,
      prompt: [{ role: "user", content: "p" }],
      completion: [{ role: "assistant", content: text }],
    }));
    const rows = samples.map(({ id }, i) => ({ id, prompt: "p", a: scored(i), b: scored([0, 5, 1][i]) }));
    const comparison = compareRewards(rows, { random: random(1), resamples: 50 });
    const page = reportPage(comparisonReport({ a: "first", b: "second", samples, rows, comparison }));
    expect(page).toContain(`<dd>${escapeHtml(hostile)}</dd>`);
    expect(page).not.toContain("<script");
  });
});

describe("reportPage", () => {
  const page = reportPage(evaluationReport(results));

  it("lets no text of the data become markup", () => {
    expect(page).not.toContain("<script");
    const { document } = parseHTML(page);
    expect(document.querySelector("h1")?.textContent).toBe(`${hostile} on a set`);
    expect(document.querySelectorAll("script, img, iframe, link").length).toBe(0);
  });

  it("asks for nothing: no address but the SVG's namespace, and a policy that forbids the rest", () => {
    const addresses = [...page.matchAll(/\b(?:https?:)?\/\/[^\s"'<)]+/g)].map(([address]) => address);
    expect(addresses.every((address) => address.startsWith("http://www.w3.org/"))).toBe(true);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/url\(|@import/);
  });

  it("draws every figure", () => {
    const { document } = parseHTML(page);
    expect(document.querySelectorAll("figure").length).toBe(5);
    expect(document.querySelectorAll("figure > svg").length).toBe(5);
  });
});

describe("reportMarkdown", () => {
  const fences: Report = {
    title: "t",
    subtitle: "",
    highlights: [],
    sections: [
      {
        title: "s",
        blocks: [
          { kind: "quotation", title: "q", texts: [{ label: "Completion", text: "```\n<b>\n````" }] },
          { kind: "table", columns: [{ title: "a|b", format: "text" }], rows: [[hostile]] },
        ],
      },
    ],
  };

  it("quotes text in a fence that the text cannot close, and escapes cells", () => {
    const text = reportMarkdown(fences);
    expect(text).toContain("`````text\n```\n<b>\n````\n`````");
    expect(text).toContain("| a\\|b |");
    expect(text).toContain("\\<script\\>");
  });
});

describe("drawing", () => {
  it("draws a dot for each row of intervals and shows percent", () => {
    const estimate = { value: 0.7, low: 0.6, high: 0.8 };
    const svg = drawSvg({
      kind: "intervals",
      title: "accuracy",
      format: "percent",
      rows: [
        { label: "x", estimate },
        { label: "y", estimate },
      ],
      reference: 0.5,
    });
    const { document } = parseHTML(svg);
    expect(document.querySelectorAll("circle").length).toBe(2);
    expect(svg).toContain("80%");
  });

  it("counts every value in a histogram, edges included", () => {
    const { edges, series } = histogram("x", [{ name: "a", values: [0, 1, 1, 3] }]);
    expect([edges[0], edges.at(-1)]).toEqual([0, 3]);
    expect(series[0].counts.reduce((a, b) => a + b)).toBe(4);
    expect(histogram("x", [{ name: "a", values: [2, 2] }]).series[0].counts).toEqual([2]);
  });

  it("thins evenly", () => {
    expect(thinned([0, 1, 2, 3, 4, 5], 3)).toEqual([0, 2, 4]);
    expect(thinned([0, 1], 3)).toEqual([0, 1]);
  });
});
