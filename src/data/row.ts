/** What a row of a data file is, and what no row may hold whichever format it came in. */

/** The named values of a row. */
export type Fields = Readonly<Record<string, unknown>>;

/** What stood at a place in a file: a value, or why there is none. Rows count from 1. */
export type Row<Value = Fields> =
  | { readonly row: number; readonly value: Value }
  | { readonly row: number; readonly problem: string };

const maxDepth = 64;
const loneSurrogate = /\p{Surrogate}/u;

/** What keeps a value from being a row: not an object, too deep, not finite, not text. */
export function rowProblem(value: unknown, surrogatesPossible = false): string | undefined {
  if (Array.isArray(value)) {
    return "expected an object on each line, got a list (turn a file that is one list into lines: jq -c '.[]')";
  }
  if (typeof value !== "object" || value === null) return `expected an object, got ${kindOf(value)}`;
  return problemWithin(value, "", 0, surrogatesPossible);
}

/** A value's kind in a reader's words. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return (
    { object: "an object", string: "text", number: "a number", boolean: "a boolean" }[typeof value as string] ??
    typeof value
  );
}

function problemWithin(value: unknown, path: string, depth: number, surrogatesPossible: boolean): string | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : `${path}: expected a finite number, got ${value}`;
  }
  if (typeof value === "string") {
    return surrogatesPossible && loneSurrogate.test(value)
      ? `${path}: the text holds half a surrogate pair`
      : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === maxDepth) return `nested deeper than ${maxDepth} levels`;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = problemWithin(value[i], `${path}[${i}]`, depth + 1, surrogatesPossible);
      if (problem) return problem;
    }
    return undefined;
  }
  for (const key in value) {
    const inner = (value as Fields)[key];
    const problem = problemWithin(inner, path === "" ? key : `${path}.${key}`, depth + 1, surrogatesPossible);
    if (problem) return problem;
  }
  return undefined;
}
