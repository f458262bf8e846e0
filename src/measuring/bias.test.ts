import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { accuracyByPosition, lengthBias, positionBias } from "./bias.ts";
import type { PairResult } from "./pair-results.ts";

const options = () => ({ random: random(1), resamples: 200 });
const pair = (id: string, scores: [number, number], lengths: [number, number] = [1, 1]): PairResult => ({
  id,
  prompt: id,
  probability: 1,
  chosen: scored(scores[0]),
  rejected: scored(scores[1]),
  lengths: { chosen: lengths[0], rejected: lengths[1] },
});

describe("lengthBias", () => {
  it("is 1 for a reward that is the length, and its accuracy follows which side is longer", () => {
    const bias = lengthBias(
      [pair("a", [5, 2], [5, 2]), pair("b", [1, 9], [1, 9]), pair("c", [4, 4], [4, 4])],
      options(),
    );
    expect(bias.correlation?.value).toBeCloseTo(1, 12);
    expect(bias.longerIsBetter).toMatchObject({ decided: 1, accuracy: { value: 1 } });
    expect(bias.shorterIsBetter).toMatchObject({ decided: 1, accuracy: { value: 0 } });
    expect(bias.sameLength).toMatchObject({ decided: 1, accuracy: { value: 0.5 } });
  });

  it("does not depend on which side is called chosen", () => {
    const rows = [pair("a", [3, 1], [10, 4]), pair("b", [2, 1], [3, 9]), pair("c", [0, 4], [2, 8])];
    const turned = rows.map((row) => ({
      ...row,
      probability: 0,
      chosen: row.rejected,
      rejected: row.chosen,
      lengths: { chosen: row.lengths.rejected, rejected: row.lengths.chosen },
    }));
    expect(lengthBias(turned, options())).toEqual(lengthBias(rows, options()));
    // Σ ΔsΔℓ = 12 − 6 + 24 = 30; Σ Δs² = 4 + 1 + 16; Σ Δℓ² = 36 + 36 + 36
    expect(lengthBias(rows, options()).correlation?.value).toBeCloseTo(30 / Math.sqrt(21 * 108), 12);
  });

  it("has no correlation where nothing differs", () => {
    expect(lengthBias([pair("a", [1, 0])], options()).correlation).toBeUndefined();
    expect(lengthBias([], options())).toEqual({
      longerIsBetter: { decided: 0 },
      shorterIsBetter: { decided: 0 },
      sameLength: { decided: 0 },
    });
  });
});

describe("positionBias", () => {
  it("finds a judge that always prefers the first, and one that does not care", () => {
    const forward = [pair("a", [1, 0]), pair("b", [1, 0])];
    const backward = [pair("a", [0, 1]), pair("b", [0, 1])];
    expect(positionBias(forward, backward, options()).measures).toMatchObject({
      flipRate: { value: 1 },
      firstWins: { value: 1 },
    });
    expect(positionBias(forward, forward, options()).measures).toMatchObject({
      flipRate: { value: 0 },
      firstWins: { value: 0.5 },
    });
  });

  it("compares only pairs that have all four scores", () => {
    const lost = { ...pair("a", [0, 1]), rejected: unscored("refusal", "no") };
    expect(positionBias([pair("a", [1, 0]), pair("b", [1, 0])], [lost], options())).toEqual({
      compared: 0,
      unscored: 2,
    });
  });
});

describe("accuracyByPosition", () => {
  it("splits by where the chosen side stood", () => {
    const parts = accuracyByPosition([pair("a", [1, 0]), pair("b", [0, 1]), pair("c", [1, 0])], [1, 2, 2], options());
    expect(parts).toMatchObject({
      first: { decided: 1, accuracy: { value: 1 } },
      second: { decided: 2, accuracy: { value: 0.5 } },
    });
  });
});
