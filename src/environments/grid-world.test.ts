import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { gridReward, gridWorld, moves, randomGrid, things } from "./grid-world.ts";
import { policyIteration, valueIteration } from "./planning.ts";
import { replay } from "./rollout.ts";
import { expectedReward, type TabularMdp } from "./tabular-mdp.ts";

interface Recorded {
  readonly id: string;
  readonly board: number[][];
  readonly moves: number[][];
  readonly reward_weights: number[];
  readonly rewards: number[][][];
}

interface RecordedPair {
  readonly segments: readonly { readonly start: readonly [number, number]; readonly moves: readonly number[][] }[];
  readonly partial_return_diff: number;
  readonly start_value_diff: number;
  readonly end_value_diff: number;
}

const folder = process.env.GUERDON_DATA ?? join(import.meta.dirname, "../../../shared/data");

function recorded<Row>(name: string): Row[] | undefined {
  const path = join(folder, `${name}.jsonl.gz`);
  if (!existsSync(path)) return undefined;
  const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

describe("gridWorld", () => {
  // Row 0: blank, coin, goal. Row 1: mud, house, road block on mud.
  const world = gridWorld([
    [0, 4, 1],
    [6, 2, 11],
  ]);
  const weights = [-1, 50, -50, 1, -10, -2];

  it("moves, bumps, pays and ends, by hand", () => {
    const table = expectedReward(world.mdp, gridReward(world, weights));
    expect([...table.subarray(0, 4)]).toEqual([-1, -2, -1, 0]);
    expect([...table.subarray(4, 8)]).toEqual([-1, -1, -1, 50]);
    expect([...table.subarray(8, 12)]).toEqual([0, 0, 0, 0]);
    expect([...table.subarray(12, 16)]).toEqual([-1, -2, -2, -1]);
    expect([...table.subarray(20, 24)]).toEqual([50, -2, -1, -2]);
    expect([...world.mdp.terminal]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...world.mdp.start]).toEqual([0.25, 0.25, 0, 0.25, 0, 0.25]);
  });

  it("replays actions up to the end", () => {
    const reward = gridReward(world, weights);
    const walk = replay(world.mdp, reward, [0, 3, 3, 3], { start: 0 });
    expect(walk.steps.map((step) => step.reward)).toEqual([-1, 0, 50]);
    expect([walk.final, walk.ended]).toEqual([2, "terminated"]);
    expect(() => replay(world.mdp, reward, [7], { start: 0 })).toThrow("no such action");
  });

  it("refuses a board that is not one", () => {
    expect(() => gridWorld([])).toThrow(expect.objectContaining({ code: "grid.board" }));
    expect(() => gridWorld([[0, 1], [0]])).toThrow("board[1]");
    expect(() => gridWorld([[0, 12]])).toThrow("board[0][1]: expected a code from 0 to 11, got 12");
    expect(() => gridReward(world, [1])).toThrow("one weight each");
  });
});

describe("randomGrid", () => {
  it("draws boards with one goal that can be planned in", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { board, weights } = randomGrid(random(seed));
      const codes = board.flat();
      expect(codes.filter((code) => things[code] === "goal")).toHaveLength(1);
      const world = gridWorld(board, 0.99);
      expect(policyIteration(world.mdp, gridReward(world, weights)).values.every(Number.isFinite)).toBe(true);
    }
    expect(randomGrid(random(1))).toEqual(randomGrid(random(1)));
  });
});

describe("the published processes", () => {
  it("have our rewards in every cell", ({ skip }) => {
    const processes = [
      ...(recorded<Recorded>("delivery-mdp") ?? skip("delivery-mdp is absent")),
      ...(recorded<Recorded>("random-mdps") ?? skip("random-mdps is absent")),
    ];
    expect(processes.length).toBeGreaterThan(1);
    for (const { board, rewards, reward_weights: weights, moves: order, id } of processes) {
      expect(order).toEqual(moves);
      const world = gridWorld(board);
      expect([...expectedReward(world.mdp, gridReward(world, weights))], id).toEqual(rewards.flat(2));
    }
  });

  it("give the recorded statistics of the human preferences at γ = 1", ({ skip }) => {
    const [delivery] = recorded<Recorded>("delivery-mdp") ?? skip("delivery-mdp is absent");
    const pairs = recorded<RecordedPair>("delivery-preferences") ?? skip("delivery-preferences is absent");
    const world = gridWorld(delivery.board);
    const reward = gridReward(world, delivery.reward_weights);
    const { values } = valueIteration(world.mdp, reward);
    let sameReturn = 0;
    for (const pair of pairs) {
      const [first, second] = pair.segments.map((segment) =>
        statistics(world.mdp, reward, values, segment, world.width),
      );
      if (second.total - first.total === pair.partial_return_diff) sameReturn++;
      expect(second.start - first.start).toBe(pair.start_value_diff);
      expect(second.end - first.end).toBe(pair.end_value_diff);
    }
    // The source charges mud for a bump at the house beside it in its segments, gas in its reward table.
    expect(sameReturn / pairs.length).toBeGreaterThan(0.997);
  });
});

function statistics(
  mdp: TabularMdp,
  reward: Float64Array,
  values: Float64Array,
  segment: RecordedPair["segments"][number],
  width: number,
) {
  const start = segment.start[0] * width + segment.start[1];
  const actions = segment.moves.map(([row, column]) =>
    row === 0 && column === 0 ? 1 : moves.findIndex((move) => move[0] === row && move[1] === column),
  );
  const walk = replay(mdp, reward, actions, { start });
  const total = walk.steps.reduce((sum, step) => sum + (step.reward ?? Number.NaN), 0);
  return { total, start: values[start], end: values[walk.final] };
}
