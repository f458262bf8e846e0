import { expect, it } from "vitest";
import { IdempotentAnswers } from "./idempotency.ts";

it("forgets failures, expired answers and the least recently asked", async () => {
  let now = 0;
  let calls = 0;
  const answers = new IdempotentAnswers({ maximumCharacters: 25, lifetimeMs: 100, now: () => now });
  const ask = (key: string) => answers.answer(key, "d", async () => `answer ${++calls}`);

  await expect(answers.answer("a", "d", () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(await ask("a")).toBe("answer 1");
  expect(await ask("b")).toBe("answer 2");
  expect(await ask("a")).toBe("answer 1");
  expect(await ask("c")).toBe("answer 3");
  expect(await ask("a")).toBe("answer 1");
  expect(await ask("b")).toBe("answer 4");
  now = 100;
  expect(await ask("a")).toBe("answer 5");
  await expect(answers.answer("a", "other", async () => "x")).rejects.toThrow("Make a new key");
});
