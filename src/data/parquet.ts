/** Reads the rows of a Parquet file, one row group at a time. */

import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { GuerdonError } from "../core/errors.ts";
import { type Fields, type Row, rowProblem } from "./row.ts";
import { unreadable } from "./source.ts";

/**
 * Rows numbered from 1. Whole numbers of 64 bits become numbers, timestamps ISO texts.
 * @throws GuerdonError "data.unreadable" when the file is damaged.
 */
export async function* streamParquet(path: string): AsyncGenerator<Row> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
      for (let i = 0; i < rows.length; i++) yield checked(rowStart + i + 1, rows[i]);
      rowStart = rowEnd;
    }
  } catch (cause) {
    if (cause instanceof GuerdonError) throw cause;
    throw unreadable(path, "a whole Parquet file", `a damaged one (${(cause as Error).message})`, cause);
  }
}

function checked(row: number, record: unknown): Row {
  const value = plain(record);
  const problem = rowProblem(value);
  return problem ? { row, problem } : { row, value: value as Fields };
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
