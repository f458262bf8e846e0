import { expect, it } from "vitest";
import { matrix32 } from "../numerics/matrix.ts";
import type { Encoder } from "./encoder.ts";
import { lexical } from "./lexical.ts";
import { remembering } from "./remembering.ts";

function counting(encoder: Encoder): { encoder: Encoder; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    encoder: {
      ...encoder,
      encode: (texts, context) => {
        asked.push(...texts);
        return encoder.encode(texts, context);
      },
    },
  };
}

it("gives what the encoder gives, and asks it once a text", async () => {
  const { encoder, asked } = counting(lexical({ dimension: 64 }));
  const remembered = remembering(encoder);
  await remembered.encode(["one", "two"]);
  const texts = ["two", "three", "two", "one"];
  expect(await remembered.encode(texts)).toEqual(await lexical({ dimension: 64 }).encode(texts));
  expect(asked).toEqual(["one", "two", "three"]);
});

it("does not hide a wrong shape", async () => {
  const wrong: Encoder = { ...lexical({ dimension: 64 }), encode: async (texts) => matrix32(texts.length, 3) };
  expect((await remembering(wrong).encode(["a", "b"])).columns).toBe(3);
});
