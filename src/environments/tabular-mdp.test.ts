import { describe, expect, it } from "vitest";
import { expectedReward, type TabularMdpParts, tabularMdp, uniformPolicy } from "./tabular-mdp.ts";

const twoStates: TabularMdpParts = {
  states: 2,
  actions: 2,
  transition: Float64Array.of(1, 0, 0, 1, 0.5, 0.5, 1, 0),
  discount: 0.5,
};

describe("tabularMdp", () => {
  it("keeps the tables, starts uniformly and lists the successors", () => {
    const mdp = tabularMdp(twoStates);
    expect([...mdp.start]).toEqual([0.5, 0.5]);
    expect([...mdp.terminal]).toEqual([0, 0]);
    expect([...mdp.successors.offsets]).toEqual([0, 1, 2, 4, 5]);
    expect([...mdp.successors.state]).toEqual([0, 1, 0, 1, 0]);
    expect([...uniformPolicy(mdp)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it("starts where an episode is not over", () => {
    const transition = Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0);
    const mdp = tabularMdp({ ...twoStates, transition, discount: 1, terminal: Uint8Array.of(0, 1) });
    expect([...mdp.start]).toEqual([1, 0]);
  });

  it.each<[string, Partial<TabularMdpParts>, string, string]>([
    ["no states", { states: 0 }, "mdp.size", "states"],
    ["a short table", { transition: new Float64Array(3) }, "mdp.size", "S·A·S = 8"],
    ["γ = 1 without an end", { discount: 1 }, "mdp.discount", "terminal state"],
    ["γ that is not a number", { discount: Number.NaN }, "mdp.discount", "NaN"],
    ["a row that sums to 1.1", { transition: Float64Array.of(1, 0, 0, 1, 0.6, 0.5, 1, 0) }, "mdp.transition", "[1, 0]"],
    [
      "a negative probability",
      { transition: Float64Array.of(1, 0, 0, 1, 1.5, -0.5, 1, 0) },
      "mdp.transition",
      "transition[1, 0][1]",
    ],
    ["a terminal state that is left", { terminal: Uint8Array.of(0, 1) }, "mdp.transition", "zeros"],
    ["a start that sums to 2", { start: Float64Array.of(1, 1) }, "mdp.start", "start"],
  ])("refuses %s", (_, change, code, words) => {
    expect(() => tabularMdp({ ...twoStates, ...change })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });
});

describe("expectedReward", () => {
  it("averages over the next state, by hand", () => {
    const reward = Float64Array.of(1, 9, 9, 2, 3, 4, 5, 9);
    expect([...expectedReward(tabularMdp(twoStates), reward)]).toEqual([1, 2, 3.5, 5]);
  });

  it("names the place of what is not finite", () => {
    const reward = new Float64Array(8);
    reward[5] = Number.NaN;
    expect(() => expectedReward(tabularMdp(twoStates), reward)).toThrow("reward[1, 0, 1]: expected a finite number");
    expect(() => expectedReward(tabularMdp(twoStates), new Float64Array(4))).toThrow("2·2·2");
  });
});
