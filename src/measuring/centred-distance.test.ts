import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { pearson } from "../core/statistics/correlation.ts";
import { tabularMdp } from "../environments/tabular-mdp.ts";
import { centredDistance, type ScoredTwice } from "./centred-distance.ts";
import { starcDistance } from "./reward-distance.ts";

const options = () => ({ random: random(1), resamples: 200 });

/** `prompts` × 4 answers; `b` by `second` from a's score and the prompt's number. */
function answers(prompts: number, second: (a: number, prompt: number) => number): Required<ScoredTwice>[] {
  const source = random(2);
  return Array.from({ length: prompts * 4 }, (_, i) => {
    const a = source.normal();
    return { prompt: `p${i >> 2}`, a, b: second(a, i >> 2) };
  });
}

describe("centredDistance", () => {
  it("is √2 for orthogonal centred scores, by hand", () => {
    const rows = [
      { prompt: "p", a: 1, b: 5 },
      { prompt: "p", a: 3, b: 5 },
      { prompt: "q", a: 7, b: -1 },
      { prompt: "q", a: 7, b: 1 },
    ];
    expect(centredDistance(rows, options()).value).toBeCloseTo(Math.SQRT2, 12);
  });

  it("is 0 for a copy shifted by prompt, where Pearson's r is far from 1", () => {
    const rows = answers(50, (a, prompt) => 2 * a + 10 * Math.sin(prompt));
    const { value, low, high } = centredDistance(rows, options());
    expect(Math.max(value, low, high)).toBeLessThan(1e-9);
    expect(
      pearson(
        rows.map((row) => row.a),
        rows.map((row) => row.b),
      ),
    ).toBeLessThan(0.6);
  });

  it("is 2 for opposites and has an interval that holds it for noise", () => {
    expect(
      centredDistance(
        answers(20, (a) => -a),
        options(),
      ).value,
    ).toBeCloseTo(2, 12);
    const noise = random(3);
    const { value, low, high, prompts } = centredDistance(
      answers(200, (a) => a + noise.normal()),
      options(),
    );
    // ρ = 1/√2 in expectation, so d = √(2 − 2ρ) = 0.765.
    expect(Math.abs(value - Math.sqrt(2 - Math.SQRT2))).toBeLessThan(0.1);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(prompts).toBe(200);
  });

  it("equals the tabular distance of a one-step process", () => {
    // Each prompt is a state from which every answer leads to the end.
    const rows = answers(3, (a, prompt) => a * a + prompt);
    const transition = new Float64Array(4 * 4 * 4);
    for (let pair = 0; pair < 12; pair++) transition[pair * 4 + 3] = 1;
    const mdp = tabularMdp({ states: 4, actions: 4, transition, discount: 0, terminal: Uint8Array.of(0, 0, 0, 1) });
    const table = (score: "a" | "b") => {
      const reward = new Float64Array(64);
      for (const [pair, row] of rows.entries()) reward[pair * 4 + 3] = row[score];
      return reward;
    };
    expect(centredDistance(rows, options()).value).toBeCloseTo(starcDistance(mdp, table("a"), table("b")), 12);
  });

  it("leaves unscored answers out pairwise and counts them", () => {
    const rows = answers(10, (a) => a ** 3);
    const withGaps: ScoredTwice[] = rows.map((row, i) => (i % 5 === 0 ? { prompt: row.prompt, a: row.a } : row));
    const kept = rows.filter((_, i) => i % 5 !== 0);
    const found = centredDistance(withGaps, options());
    expect(found.leftOut).toBe(8);
    expect(found.scored + found.leftOut).toBe(40);
    expect(found.value).toBe(centredDistance(kept, options()).value);
  });

  it("a reward without an opinion is at 1 from any other, at 0 from another such", () => {
    expect(
      centredDistance(
        answers(10, (_, prompt) => prompt / 3),
        options(),
      ).value,
    ).toBeCloseTo(1, 12);
    const flat = answers(10, () => 4).map((row) => ({ ...row, a: 1 }));
    expect(centredDistance(flat, options()).value).toBe(0);
  });

  it("is symmetric and within [0, 2]", () => {
    const score = fc.float({ min: -100, max: 100, noNaN: true });
    const row = fc.record({ prompt: fc.constantFrom("p", "q", "r"), a: score, b: score });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const { value } = centredDistance(rows, { random: random(1), resamples: 1 });
        const turned = rows.map(({ prompt, a, b }) => ({ prompt, a: b, b: a }));
        expect(value).toBeCloseTo(centredDistance(turned, { random: random(1), resamples: 1 }).value, 6);
        expect(value).toBeLessThanOrEqual(2 + 1e-12);
        expect(value).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  it("refuses nothing to compare and scores that are not finite", () => {
    expect(() => centredDistance([], options())).toThrow("got none");
    expect(() => centredDistance([{ prompt: "p", a: 1 }], options())).toThrow("got none");
    expect(() => centredDistance([{ prompt: "p", a: Number.NaN, b: 1 }], options())).toThrow("a = NaN");
  });
});
