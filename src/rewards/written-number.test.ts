import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNumber, sameNumber, writtenNumbers } from "./written-number.ts";

describe("writtenNumbers", () => {
  it.each([
    ["The answer is $1,234.50.", ["$1,234.50"]],
    ["-5, −6 and -$7 but $-8", ["-5", "−6", "-$7", "$-8"]],
    ["10-5=5 and (3)-2", ["10", "5", "5", "3", "2"]],
    ["3/4 of 1,000,000 is 750000", ["3/4", "1,000,000", "750000"]],
    ["1,2,3 and 12,34", ["1", "2", "3", "12", "34"]],
    [".5 and -.5, 18%, 2:30", [".5", "-.5", "18", "2", "30"]],
    ["none", []],
  ])("of %j", (text, numbers) => {
    expect(writtenNumbers(text)).toEqual(numbers);
  });
});

describe("readNumber", () => {
  const same = (a: string, b: string) => {
    const [x, y] = [readNumber(a), readNumber(b)];
    return x !== undefined && y !== undefined && sameNumber(x, y);
  };

  it("compares exactly", () => {
    expect(same("$1,234.50", "1234.5")).toBe(true);
    expect(same("3/4", "0.75")).toBe(true);
    expect(same("-0", "0")).toBe(true);
    expect(same("−.5", "-1/2")).toBe(true);
    expect(same("1/3", "0.3333333333333333")).toBe(false);
    expect(same("9007199254740993", "9007199254740992")).toBe(false);
  });

  it("does not read a division by zero or endless digits", () => {
    expect(readNumber("7/0")).toBeUndefined();
    expect(readNumber("7".repeat(401))).toBeUndefined();
  });

  it("reads back every number that can be written", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 999_999 }), (whole, decimals) => {
        const plain = `${whole}.${decimals}`;
        const [sign, size] = whole < 0 ? ["-", -whole] : ["", whole];
        const grouped = `${sign}$${size.toLocaleString("en-US")}.${decimals}00`;
        expect(writtenNumbers(`It costs ${grouped} in all.`)).toEqual([grouped]);
        expect(same(plain, grouped)).toBe(true);
      }),
    );
  });
});
