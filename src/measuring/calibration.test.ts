import { describe, expect, it } from "vitest";
import { scored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { expectedCalibrationError, logistic } from "../core/statistics/probability.ts";
import { calibration, fitTemperature } from "./calibration.ts";
import type { PairResult } from "./pair-results.ts";

const options = () => ({ random: random(1), resamples: 100 });
const pair = (id: number, difference: number, probability = 1): PairResult => ({
  id: `${id}`,
  prompt: `${id}`,
  probability,
  chosen: scored(difference),
  rejected: scored(0),
  lengths: { chosen: 1, rejected: 1 },
});
const logit = (p: number) => Math.log(p / (1 - p));

describe("calibration", () => {
  it("bins what is stated of the preferred side against how often it is right", () => {
    const rows = [pair(0, logit(0.82)), pair(1, logit(0.82)), pair(2, -logit(0.82)), pair(3, 0)];
    const result = calibration(rows, options());
    expect(result?.bins.map(({ low, count, observed }) => [low, count, observed])).toEqual([
      [0.5, 1, 0.5],
      [0.8, 3, 2 / 3],
    ]);
    expect(result?.error.value).toBeCloseTo((3 / 4) * (0.82 - 2 / 3), 12);
  });

  it("is nearly nothing for pairs drawn from σ(Δ), and mends with temperature what was scaled", () => {
    const stream = random(5);
    const rows = Array.from({ length: 4000 }, (_, id) => {
      const difference = 2 * stream.normal();
      return pair(id, 3 * difference, Number(stream.bernoulli(logistic(difference))));
    });
    const temperature = fitTemperature(rows);
    expect(temperature).toBeGreaterThan(2.7);
    expect(temperature).toBeLessThan(3.3);
    expect(calibration(rows, { ...options(), temperature: 3 })?.error.value).toBeLessThan(0.03);
    const raw = calibration(rows, options())?.error.value;
    expect(raw).toBeGreaterThan(0.1);
    const bothOrders = rows.flatMap(({ chosen, probability }) => {
      const stated = logistic("value" in chosen ? chosen.value : Number.NaN);
      return [
        [stated, probability],
        [1 - stated, 1 - probability],
      ];
    });
    const [stated, labels] = [bothOrders.map(([p]) => p), bothOrders.map(([, y]) => y)];
    expect(raw).toBeCloseTo(expectedCalibrationError(stated, labels, 20), 12);
  });

  it("has nothing to say about no pairs", () => {
    expect(calibration([pair(0, 1, 0.5)], options())).toBeUndefined();
  });
});

describe("fitTemperature", () => {
  it("meets the closed form: Δ = ±1, right with share q, gives τ = 1 / logit q", () => {
    const rows = [pair(0, 1), pair(1, 1), pair(2, 1), pair(3, -1)];
    expect(fitTemperature(rows)).toBeCloseTo(1 / Math.log(3), 9);
  });

  it("has no finite answer for a perfect reward, a useless one, a constant one or none", () => {
    expect(fitTemperature([pair(0, 1)])).toBeUndefined();
    expect(fitTemperature([pair(0, -1)])).toBeUndefined();
    expect(fitTemperature([pair(0, 0)])).toBeUndefined();
    expect(fitTemperature([])).toBeUndefined();
  });
});
