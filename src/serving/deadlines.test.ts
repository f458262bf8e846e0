import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Deadlines } from "./deadlines.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const until = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve(signal.reason.name)));

it("aborts within a hundredth of a second after the deadline, and never before", async () => {
  const deadlines = new Deadlines();
  vi.advanceTimersByTime(3);
  let seen: AbortSignal | undefined;
  const work = deadlines.within(1000, (signal) => {
    seen = signal;
    return until(signal);
  });
  vi.advanceTimersByTime(999);
  expect(seen?.aborted).toBe(false);
  vi.advanceTimersByTime(11);
  expect(await work).toBe("TimeoutError");
});

it("shares a signal among deadlines that lie together, and keeps it for those still waiting", async () => {
  const deadlines = new Deadlines();
  const signals: AbortSignal[] = [];
  const note = (signal: AbortSignal) => signals.push(signal);
  await deadlines.within(1001, async (signal) => note(signal));
  const waiting = deadlines.within(1002, (signal) => {
    note(signal);
    return until(signal);
  });
  await deadlines.within(5000, async (signal) => note(signal));
  expect(signals[0]).toBe(signals[1]);
  expect(signals[2]).not.toBe(signals[1]);
  vi.advanceTimersByTime(1010);
  expect(await waiting).toBe("TimeoutError");
  expect(signals[2].aborted).toBe(false);
});

it("cuts everything at once", async () => {
  const deadlines = new Deadlines();
  const works = [100, 10_000].map((ms) => deadlines.within(ms, until));
  deadlines.cut("stopping");
  expect(await Promise.all(works)).toEqual(["AbortError", "AbortError"]);
});
