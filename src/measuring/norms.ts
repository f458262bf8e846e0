/** Sizes of tabular rewards: the norms in which STARC distances (Skalse et al. 2024) standardise and measure. */

import type { TabularMdp } from "../environments/tabular-mdp.ts";

/** The size over all S·A·S entries of x, or of αx − βy, which is then never laid out in memory. */
type Norm = (mdp: TabularMdp, x: Float64Array, alpha?: number, y?: Float64Array, beta?: number) => number;

/**
 * `l1` Σ|x|, `l2` (Σx²)^½, `l-infinity` max|x|; weighted by the process: (Στ(s'|s,a)|x|^p)^(1/p) and max τ|x|.
 */
export const norms = {
  l1(_, x, alpha = 1, y = x, beta = 0) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.abs(alpha * x[i] - beta * y[i]);
    return sum;
  },
  l2(_, x, alpha = 1, y = x, beta = 0) {
    // Even and odd terms apart: one running sum would wait for itself at every term.
    let [even, odd] = [0, 0];
    const last = x.length - (x.length % 2);
    for (let i = 0; i < last; i += 2) {
      even += (alpha * x[i] - beta * y[i]) ** 2;
      odd += (alpha * x[i + 1] - beta * y[i + 1]) ** 2;
    }
    if (last < x.length) even += (alpha * x[last] - beta * y[last]) ** 2;
    return Math.sqrt(even + odd);
  },
  "l-infinity"(_, x, alpha = 1, y = x, beta = 0) {
    let most = 0;
    for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(alpha * x[i] - beta * y[i]));
    return most;
  },
  "weighted-l1"({ transition }, x, alpha = 1, y = x, beta = 0) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += transition[i] * Math.abs(alpha * x[i] - beta * y[i]);
    return sum;
  },
  "weighted-l2"({ transition }, x, alpha = 1, y = x, beta = 0) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += transition[i] * (alpha * x[i] - beta * y[i]) ** 2;
    return Math.sqrt(sum);
  },
  "weighted-l-infinity"({ transition }, x, alpha = 1, y = x, beta = 0) {
    let most = 0;
    for (let i = 0; i < x.length; i++) most = Math.max(most, transition[i] * Math.abs(alpha * x[i] - beta * y[i]));
    return most;
  },
} as const satisfies Record<string, Norm>;

export type NormName = keyof typeof norms;
