/** Reads the records of a CSV or TSV file; the first one names the fields. */

import { pipeline, Readable } from "node:stream";
import { type CsvError, parse } from "csv-parse";
import { type Fields, type Row, rowProblem } from "./row.ts";

/**
 * Records numbered from 1, the header not counted. Every value is text.
 * A record that breaks the rules (quotes, number of fields, length) becomes a problem.
 */
export async function* streamCsv(
  pieces: AsyncIterable<Buffer>,
  { delimiter, maxLineBytes }: { delimiter: string; maxLineBytes: number },
): AsyncGenerator<Row> {
  let row = 0;
  const problems: Row[] = [];
  const records = parse({
    bom: true,
    columns: true,
    delimiter,
    max_record_size: maxLineBytes,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_record: (record: Fields) => checked(++row, record),
    on_skip: (error) => {
      problems.push({ row: ++row, problem: csvProblem(error) });
      return undefined;
    },
  });
  // Not `.pipe`, which would leave the reader waiting for ever when the bytes fail.
  pipeline(Readable.from(pieces), records, () => {});
  for await (const record of records as AsyncIterable<Row>) {
    while (problems.length > 0 && problems[0].row < record.row) yield problems.shift()!;
    yield record;
  }
  yield* problems;
}

function checked(row: number, value: Fields): Row {
  for (const field in value) {
    const text = value[field] as string;
    if (text.includes("\0")) return { row, problem: `${field}: the text holds NUL bytes` };
    if (text.includes("\ufffd")) return { row, problem: `${field}: the text is not valid UTF-8` };
  }
  const problem = rowProblem(value);
  return problem ? { row, problem } : { row, value };
}

function csvProblem(error: CsvError | undefined): string {
  return `not valid CSV (${error?.code ?? "unknown"})`;
}
