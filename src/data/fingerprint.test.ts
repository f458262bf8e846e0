import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

test("equal content has an equal fingerprint, whatever the order of the fields", () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (items) => {
      const turned = items.map((item) => Object.fromEntries(Object.entries(item).reverse()));
      expect(fingerprint(turned)).toBe(fingerprint(items));
    }),
  );
});

test("it is 32 hexadecimal digits and stays what it was", () => {
  expect(fingerprint([])).toMatch(/^[0-9a-f]{32}$/);
  expect(fingerprint([{ id: "a", chosen: "x" }])).toBe("3c2592adca6799956cca90d61467e6b6");
});

test.each([
  ["another value", [{ a: 1 }], [{ a: 2 }]],
  ["another order", [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]],
  ["one item less", [{ a: 1 }, { a: 1 }], [{ a: 1 }]],
  ["one item instead of two", [[{ a: 1 }, { a: 2 }]], [{ a: 1 }, { a: 2 }]],
])("%s, another fingerprint", (_, a, b) => {
  expect(fingerprint(a)).not.toBe(fingerprint(b));
});
