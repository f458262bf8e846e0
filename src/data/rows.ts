/** Streams the rows of a data file, whatever its format, and tells of each bad one by its number. */

import { streamCsv } from "./csv.ts";
import { streamJson } from "./json.ts";
import { streamParquet } from "./parquet.ts";
import type { Row } from "./row.ts";
import { emptyFile, openSource, type Source, streamBytes } from "./source.ts";

export interface RowOptions {
  readonly signal?: AbortSignal;
  /** A longer line (or CSV record) is skipped and told of. 16 MiB unless told. */
  readonly maxLineBytes?: number;
}

/**
 * The rows of a JSON Lines, CSV, TSV (each plain or gzipped) or Parquet file, one at a time.
 *
 * A row's number is its line in JSON Lines, where blank lines are passed over; in CSV and TSV the
 * header is 1, and Parquet's first row is.
 * Memory stays within one line (one row group of a Parquet file), however long the file or a line is.
 *
 * @throws GuerdonError "data.not-found" | "data.not-a-file" | "data.empty" | "data.unknown-format" | "data.unreadable"
 *   for the file as a whole; a bad row is a value.
 */
export async function* streamRows(
  path: string,
  { signal, maxLineBytes = 1 << 24 }: RowOptions = {},
): AsyncGenerator<Row> {
  let empty = true;
  for await (const row of rowsOf(await openSource(path), maxLineBytes, signal)) {
    signal?.throwIfAborted();
    empty = false;
    yield row;
  }
  if (empty) throw emptyFile(path);
}

function rowsOf(source: Source, maxLineBytes: number, signal?: AbortSignal): AsyncIterable<Row> {
  if (source.format === "parquet") return streamParquet(source.path);
  const bytes = streamBytes(source, signal);
  if (source.format === "jsonl") return streamJson(bytes, maxLineBytes);
  return streamCsv(bytes, { delimiter: source.format === "tsv" ? "\t" : ",", maxLineBytes });
}
