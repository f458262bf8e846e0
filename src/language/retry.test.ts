import { describe, expect, it, vi } from "vitest";
import { random } from "../core/random.ts";
import { Passing, retryAfterSeconds, withRetries } from "./retry.ts";

/** Runs against a clock that jumps, and tells when each attempt was made, in seconds. */
async function attemptsOf(failures: readonly Error[], { budget = 100, seed = 1 } = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const start = performance.now();
    const at: number[] = [];
    const left: number[] = [];
    const result = withRetries(
      async (secondsLeft) => {
        at.push((performance.now() - start) / 1000);
        left.push(secondsLeft);
        const failure = failures[at.length - 1];
        if (failure) throw failure;
        return "done";
      },
      { budget, random: random(seed) },
    ).catch((error: Error) => error);
    await vi.runAllTimersAsync();
    return { at, left, result: await result };
  } finally {
    vi.useRealTimers();
  }
}

describe("withRetries", () => {
  it("gives the first value and repeats only what may pass", async () => {
    expect(await attemptsOf([])).toMatchObject({ at: [0], result: "done" });
    expect(await attemptsOf([new Error("bug"), new Error("bug")])).toMatchObject({
      at: [0],
      result: { message: "bug" },
    });
    expect((await attemptsOf([new Passing("busy"), new Passing("busy")])).at.length).toBe(3);
  });

  it("waits at most twice as long each time", async () => {
    const { at } = await attemptsOf(new Array(5).fill(new Passing("busy")));
    const waits = at.slice(1).map((time, index) => time - at[index]);
    for (const [tries, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(0.5 * 2 ** tries + 0.001);
  });

  it("never comes back before Retry-After, and not all at once after it", async () => {
    const busy = new Passing("busy", { retryAfter: 2 });
    const first: number[] = [];
    for (let seed = 0; seed < 100; seed++) first.push((await attemptsOf([busy], { seed })).at[1]);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.2 * 2);
  });

  it("ends within its budget, with the last failure", async () => {
    const { at, left, result } = await attemptsOf(new Array(1000).fill(new Passing("busy")), { budget: 60 });
    expect(result).toMatchObject({ name: "Passing", message: "busy" });
    expect(at.at(-1)).toBeLessThan(60);
    for (const [tries, time] of at.entries()) expect(left[tries]).toBeCloseTo(60 - time, 6);
    expect((await attemptsOf([new Passing("busy", { retryAfter: 61 })], { budget: 60 })).at).toEqual([0]);
  });

  it("stops waiting when told to", async () => {
    const stopping = new AbortController();
    const waiting = withRetries(
      async () => {
        setTimeout(() => stopping.abort(new Error("enough")), 5);
        throw new Passing("busy", { retryAfter: 50 });
      },
      { budget: 100, random: random(1), signal: stopping.signal },
    );
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("retryAfterSeconds", () => {
  it("reads seconds and dates", () => {
    expect(retryAfterSeconds("7")).toBe(7);
    expect(retryAfterSeconds("0.5")).toBe(0.5);
    expect(retryAfterSeconds(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(57);
    for (const nothing of [null, "", "soon", "-3", new Date(0).toUTCString()])
      expect(retryAfterSeconds(nothing)).toBe(0);
  });
});
