import { describe, expect, it } from "vitest";
import { scored, unscored } from "../core/outcome.ts";
import { random } from "../core/random.ts";
import { reward } from "../core/reward.ts";
import { bestOfN, type RankingResult, scoreRankings } from "./best-of-n.ts";

const options = () => ({ random: random(1), resamples: 200 });
const result = (labels: number[], scores: number[]): RankingResult => ({
  id: "r",
  labels,
  outcomes: scores.map((value) => scored(value)),
});

describe("bestOfN", () => {
  it("wants a best candidate above every loser, and states both tie policies", () => {
    const measured = bestOfN(
      [
        result([1, 0, 0], [3, 2, 1]),
        result([1, 0, 0], [2, 2, 1]),
        result([0, 1, 0], [3, 2, 1]),
        result([0, 2, 2], [1, 0, 2]),
      ],
      options(),
    );
    expect(measured).toMatchObject({ rankings: 4, decided: 4, labelTies: 0, unscored: 0 });
    expect(measured.measures?.strict.value).toBe(0.5);
    expect(measured.measures?.withTies.value).toBe(0.75);
    expect(measured.measures?.chance).toBeCloseTo((1 + 2 / 3) / 4);
  });

  it("leaves out rankings with an unscored candidate or nothing to get right, and counts them", () => {
    const broken = { id: "b", labels: [1, 0], outcomes: [scored(1), unscored("refusal", "no")] };
    const measured = bestOfN([broken, result([1, 1], [0, 1])], options());
    expect(measured).toEqual({ rankings: 2, decided: 0, labelTies: 1, unscored: 1, causes: { refusal: 1 } });
  });

  it("scores rankings of any item", async () => {
    const rankings = [{ id: "a", candidates: [4, 7], scores: [0, 1], subset: "s" }];
    const results = await scoreRankings(
      reward("self", (n: number) => n),
      rankings,
    );
    expect(results).toEqual([{ id: "a", subset: "s", labels: [0, 1], outcomes: [{ value: 4 }, { value: 7 }] }]);
  });
});
