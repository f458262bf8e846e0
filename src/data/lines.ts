/** Cuts a stream of bytes into lines of text without ever holding more than one line and one piece. */

import { isUtf8 } from "node:buffer";
import type { Row } from "./row.ts";

const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines numbered from 1 as an editor numbers them; blank ones are passed over.
 * `endOfLine` finds where a line ends in a piece, or -1; it sees every piece in order.
 * A line of more than `maxLineBytes` is thrown away as it arrives and becomes a problem.
 */
export async function* streamLines(
  pieces: AsyncIterable<Buffer>,
  maxLineBytes: number,
  endOfLine = (piece: Buffer, from: number) => piece.indexOf(newline, from),
): AsyncGenerator<Row<string>> {
  let row = 1;
  let held: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer) => {
    length += bytes.length;
    if (length <= maxLineBytes) held.push(bytes);
    else held = [];
  };
  const finish = () => {
    const line = length > maxLineBytes ? tooLong(row, maxLineBytes) : decoded(row, held);
    row++;
    held = [];
    length = 0;
    return line;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = endOfLine(piece, 0); end >= 0; end = endOfLine(piece, start)) {
      take(piece.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (line) yield line;
    }
    if (start < piece.length) take(piece.subarray(start));
  }
  const last = finish();
  if (last) yield last;
}

function tooLong(row: number, maxLineBytes: number): Row<string> {
  return { row, problem: `the line is longer than ${maxLineBytes.toLocaleString("en")} bytes` };
}

function decoded(row: number, pieces: readonly Buffer[]): Row<string> | undefined {
  let bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  if (row === 1 && bytes.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3);
  if (!isUtf8(bytes)) return { row, problem: "the line is not valid UTF-8" };
  const text = bytes.toString();
  const value = text.endsWith("\r") ? text.slice(0, -1) : text;
  if (value.trim() === "") return undefined;
  return value.includes("\0") ? { row, problem: "the line holds NUL bytes" } : { row, value };
}
