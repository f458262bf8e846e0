/** The report of one reward on one set of preferences. */

import type { Cause } from "../../core/outcome.ts";
import { isScored } from "../../core/outcome.ts";
import type { LengthBias, PositionBias } from "../bias.ts";
import type { Calibration } from "../calibration.ts";
import { type EvaluationResults, evaluate } from "../evaluation.ts";
import type { PairAccuracy } from "../pair-accuracy.ts";
import { decidedPairs, type PairResult } from "../pair-results.ts";
import type { StyleMatrix } from "../style-matrix.ts";
import { histogram, paragraph, table, thinned } from "./blocks.ts";
import type { Block, Cell, Figure, Report, Section } from "./model.ts";

/** Equal results give the same bytes, however the report is then written. */
export function evaluationReport(results: EvaluationResults, evaluation = evaluate(results)): Report {
  const { accuracy, calibration, fitted, style, position } = evaluation;
  return {
    title: `${evaluation.reward} on ${evaluation.data}`,
    subtitle: "Preference evaluation. Intervals are 95% bootstrap intervals that resample whole prompts.",
    highlights: accuracy.measures
      ? [
          { label: "Pair accuracy", value: accuracy.measures.accuracy, format: "percent" },
          { label: "Above longest wins", value: accuracy.measures.baselines[1].advantage, format: "points" },
          { label: "Log loss, nats", value: accuracy.measures.logLoss, format: "number" },
          ...(calibration
            ? [{ label: "Calibration error", value: calibration.error, format: "percent" } as const]
            : []),
        ]
      : [],
    sections: [
      accuracySection(accuracy),
      ...(accuracy.measures ? [scoreSection(results.pairs)] : []),
      ...(style ? [styleSection(style)] : []),
      ...(accuracy.measures ? [lengthSection(results.pairs, evaluation.length)] : []),
      ...(position?.measures ? [positionSection(position.measures, position.compared)] : []),
      ...(calibration ? [calibrationSection(calibration, fitted)] : []),
      countSection(accuracy),
    ],
  };
}

function accuracySection({ measures, subsets, decided }: PairAccuracy): Section {
  if (!measures)
    return { title: "Accuracy", blocks: [paragraph("No pair could be decided, so there is no accuracy to state.")] };
  const accuracies = table(
    [
      ["Prefers", "text"],
      ["Accuracy", "percent"],
      ["Reward's advantage, points", "points"],
      ["p", "number"],
    ],
    [
      ["this reward", measures.accuracy, null, null],
      ...measures.baselines.map(({ name, accuracy, advantage }): Cell[] => [
        name,
        name === "chance" ? accuracy.value : accuracy,
        advantage,
        advantage.pValue,
      ]),
    ],
  );
  const blocks: Block[] = [
    paragraph(
      `How often the better of two completions gets the higher score, over ${decided} decided pairs. Equal scores count half. "Longest wins" prefers the longer completion: a reward that does not beat it may have learned nothing else.`,
    ),
    accuracies,
  ];
  if (subsets.length > 1) blocks.push(...subsetBlocks(subsets));
  return { title: "Accuracy", blocks };
}

function subsetBlocks(subsets: PairAccuracy["subsets"]): Block[] {
  const ordered = subsets.toSorted((a, b) => b.accuracy.value - a.accuracy.value);
  return [
    {
      kind: "figure",
      title: "Accuracy by subset.",
      caption: "Dots are accuracies, lines their intervals; the dashed rule is chance.",
      drawing: {
        kind: "intervals",
        title: "accuracy",
        format: "percent",
        rows: ordered.map(({ subset, accuracy }) => ({ label: subset, estimate: accuracy })),
        reference: 0.5,
      },
    },
    table(
      [
        ["Subset", "text"],
        ["Pairs", "count"],
        ["Accuracy", "percent"],
      ],
      ordered.map(({ subset, decided, accuracy }) => [subset, decided, accuracy]),
    ),
  ];
}

function scoreSection(pairs: readonly PairResult[]): Section {
  const values = (side: "chosen" | "rejected") =>
    pairs.flatMap((pair) => (isScored(pair[side]) ? pair[side].value : []));
  return {
    title: "Scores",
    blocks: [
      {
        kind: "figure",
        title: "Scores of chosen and rejected completions.",
        caption:
          "Where the two lie on top of each other, the score alone says little about which side a completion was on.",
        drawing: histogram("score", [
          { name: "chosen", values: values("chosen") },
          { name: "rejected", values: values("rejected") },
        ]),
      },
    ],
  };
}

function styleSection({ styles, cells, easy, normal, hard, overall, items, leftOut }: StyleMatrix): Section {
  const skipped =
    leftOut > 0 ? ` ${leftOut} items are left out: a style is missing or a side could not be scored.` : "";
  return {
    title: "Substance against style",
    blocks: [
      paragraph(
        `${items} items, each written in ${styles.length} styles. Easy: the better one is also the more elaborate. Hard: the worse one is. A reward that judges substance is as good in both.${skipped}`,
      ),
      table(
        ["Easy", "Normal", "Hard", "All"].map((title) => [title, "percent"]),
        [[easy, normal, hard, overall]],
      ),
      {
        kind: "figure",
        title: "Accuracy by style.",
        caption: "The better completion in the row's style against the worse one in the column's.",
        drawing: {
          kind: "heat-map",
          rowTitle: "chosen",
          columnTitle: "rejected",
          rows: styles,
          columns: styles,
          values: cells.map((row) => row.map(({ value }) => value)),
        },
      },
    ],
  };
}

function lengthSection(pairs: readonly PairResult[], { correlation, ...parts }: LengthBias): Section {
  const drawn = thinned(
    decidedPairs(pairs).map(({ difference, lengthDifference }): [number, number] => [lengthDifference, difference]),
    1500,
  );
  const figure: Figure = {
    kind: "figure",
    title: "Score difference against length difference.",
    caption: `One dot a pair, better side minus worse side${drawn.length < pairs.length ? ` (${drawn.length} of the pairs, evenly taken)` : ""}. A slope through the middle is a preference for length; dots below the line are mistakes.`,
    drawing: { kind: "scatter", xTitle: "characters, better − worse", yTitle: "score, better − worse", points: drawn },
  };
  return {
    title: "Length",
    blocks: [
      paragraph(
        "An unbiased reward is as accurate when the shorter completion is the better one as when the longer one is.",
      ),
      table(
        [
          ["Better side is", "text"],
          ["Pairs", "count"],
          ["Accuracy", "percent"],
        ],
        [
          ["longer", parts.longerIsBetter.decided, parts.longerIsBetter.accuracy ?? null],
          ["shorter", parts.shorterIsBetter.decided, parts.shorterIsBetter.accuracy ?? null],
          ["as long", parts.sameLength.decided, parts.sameLength.accuracy ?? null],
        ],
      ),
      table(
        [
          ["", "text"],
          ["Value", "number"],
        ],
        [["correlation of score and length difference", correlation ?? null]],
      ),
      figure,
    ],
  };
}

function positionSection(measures: NonNullable<PositionBias["measures"]>, compared: number): Section {
  return {
    title: "Position",
    blocks: [
      paragraph(
        `${compared} pairs were scored in both orders. A reward that ignores position never flips, and prefers the first half the time.`,
      ),
      table(
        [
          ["Verdict flips when swapped", "percent"],
          ["First one preferred", "percent"],
        ],
        [[measures.flipRate, measures.firstWins]],
      ),
    ],
  };
}

function calibrationSection(raw: Calibration, fitted: Calibration | undefined): Section {
  const after = fitted
    ? ` With the temperature ${Number(fitted.temperature.toPrecision(3))}, fitted on these same pairs, it is as below.`
    : " No finite temperature is best for these pairs: the reward is never wrong, or no better than chance.";
  return {
    title: "Calibration",
    blocks: [
      paragraph(
        `The score difference states a probability σ(Δ/τ) that the preferred side is the better one. At τ = 1 the curve shows what came of it.${after}`,
      ),
      table(
        [
          ["Temperature τ", "number"],
          ["Calibration error", "percent"],
        ],
        [raw, ...(fitted ? [fitted] : [])].map(({ temperature, error }) => [temperature, error]),
      ),
      {
        kind: "figure",
        title: "Reliability at τ = 1.",
        caption:
          "On the dashed line, stated and observed agree; below it the reward is too sure. Larger dots hold more pairs.",
        drawing: { kind: "reliability", bins: raw.bins },
      },
    ],
  };
}

function countSection({ pairs, decided, labelTies, unscored, rewardTies, causes }: PairAccuracy): Section {
  const rows: (readonly Cell[])[] = [
    ["pairs given", pairs],
    ["decided", decided],
    ["of these with equal scores", rewardTies],
    ["left out: the label is a tie", labelTies],
    ["left out: a side could not be scored", unscored],
    ...(Object.entries(causes) as [Cause, number][]).map(([cause, count]) => [`unscored completions: ${cause}`, count]),
  ];
  return {
    title: "What was counted",
    blocks: [
      table(
        [
          ["", "text"],
          ["Count", "count"],
        ],
        rows,
      ),
    ],
  };
}
