/** How two lists of numbers move together. Each returns NaN where a list does not vary. */

import { assertSameLength } from "./checks.ts";
import { mean, ranks } from "./describe.ts";

/** Pearson's r = cov(x, y) / (sd(x) sd(y)). */
export function pearson(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  assertSameLength("pearson", xs, ys);
  const meanX = mean(xs);
  const meanY = mean(ys);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < xs.length; i++) {
    const dx = xs[i] - meanX;
    const dy = ys[i] - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/** Spearman's ρ: Pearson's r of the ranks, ties sharing their mean rank. */
export function spearman(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  return pearson(ranks(xs), ranks(ys));
}

/**
 * Kendall's τ_b = (concordant − discordant) / √((n₀ − ties in x)(n₀ − ties in y)), n₀ = n(n−1)/2.
 *
 * O(n log n): sort by x, count the swaps that a merge sort by y makes (Knight, 1966).
 */
export function kendall(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  assertSameLength("kendall", xs, ys);
  const n = xs.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => xs[a] - xs[b] || ys[a] - ys[b]);
  const pairs = (n * (n - 1)) / 2;
  const tiedX = tiedPairs(n, (i, j) => xs[order[i]] === xs[order[j]]);
  const tiedBoth = tiedPairs(n, (i, j) => xs[order[i]] === xs[order[j]] && ys[order[i]] === ys[order[j]]);
  const sorted = Float64Array.from(order, (index) => ys[index]);
  const discordant = sortCountingSwaps(sorted);
  const tiedY = tiedPairs(n, (i, j) => sorted[i] === sorted[j]);
  const scale = Math.sqrt((pairs - tiedX) * (pairs - tiedY));
  return scale > 0 ? (pairs - tiedX - tiedY + tiedBoth - 2 * discordant) / scale : Number.NaN;
}

function tiedPairs(n: number, equal: (i: number, j: number) => boolean): number {
  let pairs = 0;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && equal(start, end)) end++;
    pairs += ((end - start) * (end - start - 1)) / 2;
    start = end;
  }
  return pairs;
}

function sortCountingSwaps(values: Float64Array): number {
  let from = values;
  let to: Float64Array = new Float64Array(values.length);
  let swaps = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let low = 0; low < values.length; low += 2 * width) {
      const middle = Math.min(low + width, values.length);
      const high = Math.min(low + 2 * width, values.length);
      let left = low;
      let right = middle;
      for (let out = low; out < high; out++) {
        if (left < middle && (right >= high || from[left] <= from[right])) to[out] = from[left++];
        else {
          to[out] = from[right++];
          swaps += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return swaps;
}
