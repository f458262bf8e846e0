/** Reads the rows of a JSON Lines file: one object a line. */

import { streamLines } from "./lines.ts";
import { type Fields, type Row, rowProblem } from "./row.ts";

const surrogateEscape = /\\u[dD][89a-fA-F]/;

/** Rows numbered by their line. */
export async function* streamJson(pieces: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<Row> {
  for await (const line of streamLines(pieces, maxLineBytes))
    yield "problem" in line ? line : parsed(line.row, line.value);
}

function parsed(row: number, text: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { row, problem: `not valid JSON${parserSays(cause as Error)}` };
  }
  const problem = rowProblem(value, surrogateEscape.test(text));
  return problem ? { row, problem } : { row, value: value as Fields };
}

// Without the position and the snippet, so that a report can count rows that fail alike.
function parserSays({ message }: Error): string {
  return ` (${message.replace(/( in JSON)? at position.*|, (\.\.\.)?".*/s, "")})`;
}
