/** The report of two rewards on the same samples. */

import { isScored } from "../../core/outcome.ts";
import { ranks } from "../../core/statistics/describe.ts";
import { type Sample, textOf } from "../../core/vocabulary.ts";
import type { ComparedSample, RewardComparison } from "../compare.ts";
import { paragraph, table, thinned } from "./blocks.ts";
import type { Block, Report, Section } from "./model.ts";

export interface ComparisonReportInput {
  /** Names of the two rewards. */
  readonly a: string;
  readonly b: string;
  /** What was compared, row by row, and what came of it. */
  readonly samples: readonly Sample[];
  readonly rows: readonly ComparedSample[];
  readonly comparison: RewardComparison;
}

export function comparisonReport({ a, b, samples, rows, comparison }: ComparisonReportInput): Report {
  const { agreement, rankWithin, rankPooled, distance, compared } = comparison;
  return {
    title: `${a} and ${b}`,
    subtitle: `Two rewards on the same ${comparison.samples} samples. Intervals are 95% bootstrap intervals that resample whole prompts.`,
    highlights: [
      { label: "Order pairs alike", value: agreement ?? null, format: "percent" },
      { label: "Rank correlation within prompts", value: rankWithin ?? null, format: "number" },
      { label: "Rank correlation over all", value: rankPooled ?? null, format: "number" },
      { label: "Distance, 0 to 2", value: distance ?? null, format: "number" },
    ],
    sections: [
      ...(compared > 0 ? [scoreSection({ a, b, rows })] : []),
      ...(compared > 0 ? [disagreementSection({ a, b, samples, comparison })] : []),
      {
        title: "What was counted",
        blocks: [
          table(
            [
              ["", "text"],
              ["Count", "count"],
            ],
            [
              ["samples", comparison.samples],
              ["scored by both", compared],
              [`not scored by ${a}`, comparison.unscored.a],
              [`not scored by ${b}`, comparison.unscored.b],
            ],
          ),
        ],
      },
    ],
  };
}

function scoreSection({ a, b, rows }: Pick<ComparisonReportInput, "a" | "b" | "rows">): Section {
  const both = rows.flatMap((row) => (isScored(row.a) && isScored(row.b) ? [[row.a.value, row.b.value] as const] : []));
  const [rankA, rankB] = [ranks(both.map(([x]) => x)), ranks(both.map(([, y]) => y))];
  const share = (rank: number) => Number((rank / both.length).toFixed(4));
  const points = both.map((_, i) => [share(rankA[i]), share(rankB[i])] as const);
  return {
    title: "Scores",
    blocks: [
      paragraph(
        "Scores of different rewards have no common unit, so the samples are drawn by their rank under each. Rewards that order alike lie on the diagonal.",
      ),
      {
        kind: "figure",
        title: "Rank under each reward.",
        caption: "One dot a sample: 0 its lowest score, 1 its highest.",
        drawing: {
          kind: "scatter",
          xTitle: `rank under ${a}`,
          yTitle: `rank under ${b}`,
          points: thinned(points, 1500),
        },
      },
    ],
  };
}

function disagreementSection({ a, b, samples, comparison }: Omit<ComparisonReportInput, "rows">): Section {
  const percentile = (quantile: number) => `${Math.round(100 * quantile)}%`;
  const quotations = comparison.disagreements.map(({ row, id, quantileA, quantileB, ...scores }): Block => {
    const sample = samples[row];
    return {
      kind: "quotation",
      title: `${id}: above ${percentile(quantileA)} of samples for ${a}, above ${percentile(quantileB)} for ${b}`,
      texts: [
        { label: "Scores", text: `${a} ${Number(scores.a.toPrecision(4))}, ${b} ${Number(scores.b.toPrecision(4))}` },
        { label: "Prompt", text: textOf(sample.prompt) },
        { label: "Completion", text: textOf(sample.completion) },
      ],
    };
  });
  return {
    title: "Where they differ most",
    blocks: [paragraph("The samples whose ranks under the two rewards lie furthest apart."), ...quotations],
  };
}
