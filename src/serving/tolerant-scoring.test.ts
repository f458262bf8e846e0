import { describe, expect, it } from "vitest";
import { scored } from "../core/outcome.ts";
import { batchReward, type Reward } from "../core/reward.ts";
import type { Sample } from "../core/vocabulary.ts";
import { scoreTolerantly } from "./tolerant-scoring.ts";

const samples = (...ids: string[]): Sample[] =>
  ids.map((id) => ({ id, prompt: [], completion: [], ...(id.includes("/") ? { group: id.split("/")[0] } : {}) }));

describe("scoreTolerantly", () => {
  it("keeps groups whole when it asks again", async () => {
    const batches: string[] = [];
    const groupwise = batchReward("groupwise", async (batch) => {
      batches.push(batch.map(({ id }) => id).join(" "));
      if (batch.some(({ id }) => id === "g/bad")) throw new Error("bad");
      return batch.map(() => scored(batch.length));
    });
    const outcomes = await scoreTolerantly(
      groupwise,
      samples("g/1", "h/1", "alone", "g/bad", "h/2"),
      new AbortController().signal,
    );
    const failure = { unscored: "reward-error", message: "Error: bad" };
    expect(outcomes).toEqual([failure, { value: 2 }, { value: 1 }, failure, { value: 2 }]);
    expect(batches).toEqual(["g/1 h/1 alone g/bad h/2", "g/1 g/bad", "h/1 h/2", "alone"]);
  });

  it("makes reward-error of a broken contract", async () => {
    const short: Reward = { name: "short", score: async () => [] };
    const [outcome] = await scoreTolerantly(short, samples("a"), new AbortController().signal);
    expect(outcome).toMatchObject({ unscored: "reward-error" });
  });

  it("keeps what was scored before the deadline when it scores one by one", async () => {
    const controller = new AbortController();
    const partly = batchReward("partly", async (batch) => {
      if (batch.length > 1) throw new Error("one at a time");
      return batch[0].id === "slow" ? new Promise(() => {}) : [scored(1)];
    });
    const work = scoreTolerantly(partly, samples("quick", "slow"), controller.signal);
    setTimeout(() => controller.abort(new DOMException("late", "TimeoutError")), 20);
    expect(await work).toMatchObject([{ value: 1 }, { unscored: "timeout" }]);
  });
});
