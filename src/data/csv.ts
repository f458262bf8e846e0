/** Reads the records of a CSV or TSV file; the first one names the fields. */

import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { streamLines } from "./lines.ts";
import { type Fields, type Row, rowProblem } from "./row.ts";

const quote = 0x22;
const newline = 0x0a;

/**
 * Records numbered as a spreadsheet numbers them: the header is 1. Every value is text.
 * A record that breaks the rules (quotes, number of fields, length) becomes a problem.
 *
 * Records are cut apart before they are parsed, so that a bad one cannot take others with it.
 */
export async function* streamCsv(
  pieces: AsyncIterable<Buffer>,
  { delimiter, maxLineBytes }: { delimiter: string; maxLineBytes: number },
): AsyncGenerator<Row> {
  let header: readonly string[] | undefined;
  for await (const record of streamLines(pieces, maxLineBytes, recordEnds(delimiter.charCodeAt(0)))) {
    if ("problem" in record) {
      yield record;
      continue;
    }
    const { row } = record;
    const fields = fieldsOf(record.value, delimiter);
    if (typeof fields === "string") yield { row, problem: fields };
    else if (!header) header = fields;
    else yield named(row, header, fields);
  }
}

function fieldsOf(record: string, delimiter: string): readonly string[] | string {
  try {
    return parse(record, { delimiter })[0];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    return `not valid CSV (${cause.code})`;
  }
}

function named(row: number, header: readonly string[], fields: readonly string[]): Row {
  if (fields.length !== header.length) {
    return { row, problem: `expected ${header.length} fields as in the header, got ${fields.length}` };
  }
  const value: Fields = Object.fromEntries(header.map((name, i) => [name, fields[i]]));
  const problem = rowProblem(value);
  return problem ? { row, problem } : { row, value };
}

// A line break inside quotes ends no record; a quote opens only where a field begins.
function recordEnds(delimiter: number): (piece: Buffer, from: number) => number {
  let quoted = false;
  let mayOpen = true;
  return (piece, from) => {
    for (let i = from; i < piece.length; i++) {
      const byte = piece[i];
      if (byte === quote && (quoted || mayOpen)) {
        quoted = !quoted;
        // A second quote right after a closing one stands for itself, and the field goes on.
        mayOpen = !quoted;
      } else if (!quoted) {
        mayOpen = byte === delimiter || byte === newline;
        if (byte === newline) return i;
      }
    }
    return -1;
  };
}
