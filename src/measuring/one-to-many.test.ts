import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { reward } from "../core/reward.ts";
import {
  accuracyAgainst,
  firstWithTies,
  measureOneToMany,
  oneToMany,
  oneToManyPairwise,
  reciprocalRank,
  strictlyFirst,
} from "./one-to-many.ts";

const options = () => ({ random: random(1), resamples: 200 });

describe("one right solution against many wrong ones", () => {
  it("matches a case worked by hand: ties go against the right one in the rank", () => {
    const problem = { right: [3], wrong: [5, 3, 3, 1] };
    expect(reciprocalRank(problem)).toBe(1 / 4);
    expect(strictlyFirst({ right: [3], wrong: [3, 1] })).toBe(false);
    expect(firstWithTies({ right: [3], wrong: [3, 1] })).toBe(true);
  });

  it("wants every right solution above every wrong one, and ranks the best right one", () => {
    const problem = { right: [4, 1], wrong: [2] };
    expect(strictlyFirst(problem)).toBe(false);
    expect(reciprocalRank(problem)).toBe(1);
  });

  it("gives a constant 0 strict, 1 with ties, and the last rank", () => {
    const measures = oneToMany([{ right: [7], wrong: Array(9).fill(7) }], options());
    expect(measures.strict.value).toBe(0);
    expect(measures.withTies.value).toBe(1);
    expect(measures.meanReciprocalRank.value).toBe(0.1);
  });

  it("gives random scores 1/10 of problems and Σ 1/k / 10 ≈ 0.293 in mean reciprocal rank", () => {
    const stream = random(3);
    const problems = Array.from({ length: 4000 }, () => ({
      right: [stream.uniform()],
      wrong: Array.from({ length: 9 }, () => stream.uniform()),
    }));
    const { strict, meanReciprocalRank } = oneToMany(problems, options());
    // Standard errors over 4,000 problems: 0.0047 and 0.0043.
    expect(Math.abs(strict.value - 0.1)).toBeLessThan(0.02);
    expect(Math.abs(meanReciprocalRank.value - 0.2929)).toBeLessThan(0.018);
  });

  it("is never better strictly than with ties, and only gets harder with more wrong solutions", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(scores, scores, fc.integer({ min: 0, max: 4 }), (right, wrong, another) => {
        const problem = { right, wrong };
        const harder = { right, wrong: [...wrong, another] };
        expect(Number(strictlyFirst(problem))).toBeLessThanOrEqual(Number(firstWithTies(problem)));
        expect(Number(strictlyFirst(harder))).toBeLessThanOrEqual(Number(strictlyFirst(problem)));
        expect(reciprocalRank(harder)).toBeLessThanOrEqual(reciprocalRank(problem));
      }),
    );
  });

  it("expects against k wrong solutions what counting all choices of k gives", () => {
    const problem = { right: [3], wrong: [1, 2, 3, 4] };
    // Of the 6 pairs of wrong solutions one, {1, 2}, lies below the right one.
    expect(accuracyAgainst(problem, 1)).toBeCloseTo(1 / 2);
    expect(accuracyAgainst(problem, 2)).toBeCloseTo(1 / 6);
    expect(accuracyAgainst(problem, 4)).toBe(0);
    expect(accuracyAgainst({ right: [5], wrong: [1, 2, 3, 4] }, 4)).toBe(1);
  });

  it("reads verdicts of a judge that compares", () => {
    const { strict, meanReciprocalRank } = oneToManyPairwise(
      [
        [true, true, true],
        [true, false, false],
      ],
      options(),
    );
    expect(strict.value).toBe(0.5);
    expect(meanReciprocalRank.value).toBeCloseTo((1 + 1 / 3) / 2);
  });

  it("scores problems whole, and counts those it could not", async () => {
    const picky = reward("picky", (n: number) => (n < 0 ? unscored("invalid-input", "negative") : n));
    const measured = await measureOneToMany(
      picky,
      [
        { right: [3], wrong: [1, 2] },
        { right: [3], wrong: [-1, 2] },
      ],
      options(),
    );
    expect(measured).toMatchObject({ problems: 2, decided: 1, unscored: 1, measures: { strict: { value: 1 } } });
  });

  it("refuses a problem without a wrong solution", () => {
    expect(() => oneToMany([{ right: [1], wrong: [] }], options())).toThrow(/problems\[0\].*1 right and 0 wrong/);
  });
});
