/** Sizes of tabular rewards: the norms in which STARC distances (Skalse et al. 2024) standardise and measure. */

import type { TabularMdp } from "../environments/tabular-mdp.ts";

/** The size of R(s,a,s') over all S·A·S entries. */
type Norm = (mdp: TabularMdp, values: Float64Array) => number;

/**
 * `l1` Σ|R|, `l2` (ΣR²)^½, `l-infinity` max|R|; weighted by the process: (Στ(s'|s,a)|R|^p)^(1/p) and max τ|R|.
 */
export const norms = {
  l1: (_, values) => sumOf(values.length, (i) => Math.abs(values[i])),
  l2: (_, values) => Math.sqrt(sumOf(values.length, (i) => values[i] * values[i])),
  "l-infinity": (_, values) => mostOf(values.length, (i) => Math.abs(values[i])),
  "weighted-l1": ({ transition }, values) => sumOf(values.length, (i) => transition[i] * Math.abs(values[i])),
  "weighted-l2": ({ transition }, values) =>
    Math.sqrt(sumOf(values.length, (i) => transition[i] * values[i] * values[i])),
  "weighted-l-infinity": ({ transition }, values) => mostOf(values.length, (i) => transition[i] * Math.abs(values[i])),
} as const satisfies Record<string, Norm>;

export type NormName = keyof typeof norms;

function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum;
}

function mostOf(count: number, term: (index: number) => number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, term(i));
  return most;
}
