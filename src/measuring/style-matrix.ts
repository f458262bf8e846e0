/**
 * Substance against style: the 3 × 3 matrix of RM-Bench (Liu et al., 2025, "RM-Bench: Benchmarking Reward
 * Models of Language Models with Subtlety and Style"), for any number of styles.
 */

import { GuerdonError } from "../core/errors.ts";
import { isScored, type Outcome } from "../core/outcome.ts";
import { bootstrapMean, type Estimate } from "../core/statistics/bootstrap.ts";
import type { MeasureOptions } from "./pair-accuracy.ts";
import { correctness } from "./pair-results.ts";

/** A pair in which both sides are written in one style; an item stands in every style. */
export interface StyledPair {
  readonly item: string;
  readonly style: string;
  readonly chosen: Outcome;
  readonly rejected: Outcome;
}

export interface StyleMatrix {
  /** From plain to elaborate. */
  readonly styles: readonly string[];
  /** cells[i][j]: accuracy of chosen in style i against rejected in style j; equal scores count half. */
  readonly cells: readonly (readonly Estimate[])[];
  /** The chosen one is the more elaborate (i > j): style helps. */
  readonly easy: Estimate;
  /** Both in one style (i = j). */
  readonly normal: Estimate;
  /** The rejected one is the more elaborate (i < j): style misleads. */
  readonly hard: Estimate;
  /** Mean of all cells. */
  readonly overall: Estimate;
  /** Items with both sides scored in every style. */
  readonly items: number;
  /** Items left out because a style is missing or a side could not be scored. */
  readonly leftOut: number;
}

/**
 * The matrix over items that are whole; intervals draw whole items.
 * @param styles from plain to elaborate, e.g. `["concise", "plain", "markdown"]`; at least two
 * @returns undefined when no item is whole
 * @throws GuerdonError "style-matrix.styles" for fewer than two styles.
 */
export function styleMatrix(
  pairs: readonly StyledPair[],
  styles: readonly string[],
  { random, ...rest }: MeasureOptions,
): StyleMatrix | undefined {
  if (styles.length < 2) {
    throw new GuerdonError("style-matrix.styles", {
      where: "styles",
      expected: "at least two styles, from plain to elaborate",
      got: `${styles.length}`,
      fix: 'Pass the styles of the data, such as ["concise", "plain", "markdown"].',
    });
  }
  const items = new Map<string, StyledPair[]>();
  for (const pair of pairs) items.set(pair.item, [...(items.get(pair.item) ?? []), pair]);
  const whole = [...items.values()].flatMap((rows) => wholeItem(rows, styles));
  if (whole.length === 0) return undefined;
  const share = (name: string, cell: (i: number, j: number) => boolean) =>
    bootstrapMean(
      whole.map((item) => meanOver(item, styles.length, cell)),
      { random: random.split(name), ...rest },
    );
  return {
    styles,
    cells: styles.map((_, i) =>
      styles.map((_, j) => share(`cell ${i} ${j}`, (row, column) => row === i && column === j)),
    ),
    easy: share("easy", (i, j) => i > j),
    normal: share("normal", (i, j) => i === j),
    hard: share("hard", (i, j) => i < j),
    overall: share("overall", () => true),
    items: whole.length,
    leftOut: items.size - whole.length,
  };
}

interface WholeItem {
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

function wholeItem(rows: readonly StyledPair[], styles: readonly string[]): WholeItem[] {
  const byStyle = new Map(rows.map((row) => [row.style, row]));
  const chosen: number[] = [];
  const rejected: number[] = [];
  for (const style of styles) {
    const row = byStyle.get(style);
    if (!row || !isScored(row.chosen) || !isScored(row.rejected)) return [];
    chosen.push(row.chosen.value);
    rejected.push(row.rejected.value);
  }
  return [{ chosen, rejected }];
}

function meanOver({ chosen, rejected }: WholeItem, size: number, cell: (i: number, j: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (!cell(i, j)) continue;
      sum += correctness(chosen[i] - rejected[j]);
      count++;
    }
  }
  return sum / count;
}
