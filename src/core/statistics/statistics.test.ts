import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../random.ts";
import { bootstrap, bootstrapMean } from "./bootstrap.ts";
import { pairedComparison, permutationTest, signTest } from "./comparison.ts";
import { kendall, pearson, spearman } from "./correlation.ts";
import { mean, quantile, ranks, standardDeviation } from "./describe.ts";
import { expectedCalibrationError, logistic, logLogistic, logLoss } from "./probability.ts";

const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
const y = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8];

describe("golden values", () => {
  it("agrees with SciPy 1 on correlations with ties", () => {
    expect(pearson(x, y)).toBeCloseTo(0.10492284287735876, 12);
    expect(spearman(x, y)).toBeCloseTo(0.13471506281091267, 12);
    expect(kendall(x, y)).toBeCloseTo(0.13041013273932525, 12);
  });

  it("describes by hand", () => {
    expect(mean([1, 2, 4, 8])).toBe(3.75);
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect([0.1, 0.5, 0.9].map((q) => quantile([8, 1, 2, 4], q))).toEqual([1.3, 3, expect.closeTo(6.8, 12)]);
    expect([...ranks([10, 20, 10, 5])]).toEqual([2.5, 4, 2.5, 1]);
  });

  it("scores probabilities by hand", () => {
    expect(logLoss([0.9, 0.2, 0.6], [1, 0, 1])).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.6)) / 3, 12);
    // Bin [.8,.9): stated .85, observed .5; bin [.1,.2): stated .15, observed 0.
    expect(expectedCalibrationError([0.85, 0.85, 0.15, 0.15], [1, 0, 0, 0])).toBeCloseTo(0.5 * 0.35 + 0.5 * 0.15, 12);
    expect(logistic(-800)).toBe(0);
    expect(logLogistic(-800)).toBe(-800);
    expect(logLogistic(2)).toBeCloseTo(Math.log(logistic(2)), 12);
  });

  it("tests signs exactly", () => {
    expect(signTest(3, 12)).toBeCloseTo(0.03515625, 12);
    expect(signTest(5, 5)).toBe(1);
  });
});

it("computes Kendall's τ_b as the quadratic definition does", () => {
  const values = fc.integer({ min: 0, max: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(values, values), { minLength: 2, maxLength: 30 }), (pairs) => {
      const xs = pairs.map(([a]) => a);
      const ys = pairs.map(([, b]) => b);
      let agreement = 0;
      let untiedX = 0;
      let untiedY = 0;
      for (let i = 0; i < pairs.length; i++) {
        for (let j = 0; j < i; j++) {
          agreement += Math.sign(xs[i] - xs[j]) * Math.sign(ys[i] - ys[j]);
          untiedX += Number(xs[i] !== xs[j]);
          untiedY += Number(ys[i] !== ys[j]);
        }
      }
      const expected = untiedX && untiedY ? agreement / Math.sqrt(untiedX * untiedY) : Number.NaN;
      if (Number.isNaN(expected)) expect(kendall(xs, ys)).toBeNaN();
      else expect(kendall(xs, ys)).toBeCloseTo(expected, 12);
    }),
  );
});

describe("bootstrap", () => {
  it("covers the mean of a normal sample about as often as it says", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const stream = random(trial);
      const values = Array.from({ length: 60 }, () => stream.normal());
      const { low, high } = bootstrapMean(values, { random: stream.split("bootstrap"), resamples: 400 });
      covered += Number(low <= 0 && 0 <= high);
    }
    expect(covered / 200).toBeGreaterThan(0.89);
    expect(covered / 200).toBeLessThan(0.99);
  });

  it("widens when rows come in clusters: ten copies of a row are one row", () => {
    const values = Array.from({ length: 30 }, (_, i) => i % 3);
    const copies = values.flatMap((value) => Array.from({ length: 10 }, () => value));
    const clusters = values.flatMap((_, i) => Array.from({ length: 10 }, () => `prompt ${i}`));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const honest = width(bootstrapMean(copies, { random: random(1), clusters }));
    expect(honest).toBeCloseTo(width(bootstrapMean(values, { random: random(1) })), 10);
    expect(honest).toBeGreaterThan(2.5 * width(bootstrapMean(copies, { random: random(1) })));
  });

  it("gives the mean the same interval by either road", () => {
    const statistic = (rows: Int32Array) => mean(Array.from(rows, (row) => x[row]));
    const general = bootstrap(x.length, statistic, { random: random(3) });
    const special = bootstrapMean(x, { random: random(3) });
    expect(general.low).toBeCloseTo(special.low, 10);
    expect(general.high).toBeCloseTo(special.high, 10);
  });

  it("refuses labels that do not match the rows", () => {
    expect(() => bootstrapMean([1, 2], { random: random(1), clusters: ["a"] })).toThrow(
      /one cluster label for every row/,
    );
  });
});

describe("comparison", () => {
  it("finds a real difference and no imagined one", () => {
    const stream = random(5);
    const a = Array.from({ length: 100 }, () => stream.normal());
    const better = a.map((value) => value + 0.5 + 0.5 * stream.normal());
    const same = a.map((value) => value + 0.5 * stream.normal());
    const real = pairedComparison(better, a, { random: random(1) });
    expect(real.low).toBeGreaterThan(0.3);
    expect(real.pValue).toBeLessThan(0.001);
    expect(pairedComparison(same, a, { random: random(1) }).pValue).toBeGreaterThan(0.01);
    expect(permutationTest(better, a, { random: random(1) })).toBeLessThan(0.01);
  });

  it("gives p = 1 where nothing differs", () => {
    expect(permutationTest([1, 1, 1], [1, 1], { random: random(1) })).toBe(1);
    expect(pairedComparison([1, 2], [1, 2], { random: random(1) }).pValue).toBe(1);
  });
});
