/** Tensors as bytes in the safetensors format: 8-byte little-endian header length, JSON header, aligned data. */

import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";

/** Row-major. Float32Array is F32 in the file, Float64Array F64. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export type Tensors = Readonly<Record<string, Tensor>>;

const headerLengthBytes = 8;
// The reference implementation's own limit: what is larger is damage, not a header.
const longestHeader = 100_000_000;

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.enum(["F32", "F64"]),
    shape: z.array(z.int().nonnegative()),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  }),
);

/**
 * @param metadata texts to keep beside the tensors.
 * @throws GuerdonError "safetensors.shape" when a tensor's data do not fill its shape.
 */
export function writeSafetensors(tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  // Wide tensors first: then every tensor is aligned to its own width.
  const entries = Object.entries(tensors).sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  for (const [name, { shape, data }] of entries) {
    if (data.length !== count(shape)) throw shapeError(name, shape, data.length);
    header[name] = {
      dtype: data instanceof Float32Array ? "F32" : "F64",
      shape,
      data_offsets: [end, end + data.byteLength],
    };
    end += data.byteLength;
  }
  const text = JSON.stringify(header);
  const unpadded = new TextEncoder().encode(text).length;
  const headerBytes = new TextEncoder().encode(text + " ".repeat((8 - (unpadded % 8)) % 8));
  const start = headerLengthBytes + headerBytes.length;
  const bytes = new Uint8Array(start + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes.length), true);
  bytes.set(headerBytes, headerLengthBytes);
  let at = start;
  for (const [, { data }] of entries) {
    for (const value of data) {
      if (data instanceof Float32Array) view.setFloat32(at, value, true);
      else view.setFloat64(at, value, true);
      at += data.BYTES_PER_ELEMENT;
    }
  }
  return bytes;
}

/** @throws GuerdonError "safetensors.damaged" for anything that is not a whole file of F32 and F64 tensors. */
export function readSafetensors(bytes: Uint8Array): Tensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerLengthBytes) throw damaged("a header length of 8 bytes", `${bytes.length} bytes in all`);
  const headerLength = Number(view.getBigUint64(0, true));
  const start = headerLengthBytes + headerLength;
  if (headerLength > longestHeader || start > bytes.length) {
    throw damaged(`a header within the ${bytes.length} bytes of the file`, `a header of ${headerLength} bytes`);
  }
  const header = parseHeader(bytes.subarray(headerLengthBytes, start));
  const entries = Object.entries(header).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  const tensors: Record<string, Tensor> = {};
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
    const [from, to] = offsets;
    const width = dtype === "F32" ? 4 : 8;
    const size = count(shape);
    if (from !== end || to - from !== size * width || start + to > bytes.length) {
      throw damaged(
        `tensor "${name}" (${dtype}, ${shape.join(" × ")}) at bytes ${end} to ${end + size * width} of the data`,
        `bytes ${from} to ${to}, in a file that holds ${bytes.length - start}`,
      );
    }
    const read = (i: number) =>
      dtype === "F32" ? view.getFloat32(start + from + 4 * i, true) : view.getFloat64(start + from + 8 * i, true);
    const data = dtype === "F32" ? new Float32Array(size) : new Float64Array(size);
    for (let i = 0; i < size; i++) data[i] = read(i);
    tensors[name] = { shape, data };
    end = to;
  }
  if (start + end !== bytes.length) {
    throw damaged(`${start + end} bytes, as the header says`, `${bytes.length}`);
  }
  return tensors;
}

function parseHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  try {
    const { __metadata__: _, ...header } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return headerSchema.parse(header);
  } catch (cause) {
    throw damaged(
      "a JSON header of F32 and F64 tensors",
      cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause),
      cause,
    );
  }
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function damaged(expected: string, got: string, cause?: unknown): GuerdonError {
  return new GuerdonError("safetensors.damaged", {
    where: "safetensors",
    expected,
    got,
    fix: "The file is damaged, cut short, or of another kind: save or copy it again.",
    cause,
  });
}

function shapeError(name: string, shape: readonly number[], length: number): GuerdonError {
  return new GuerdonError("safetensors.shape", {
    where: `tensor "${name}"`,
    expected: `${count(shape)} numbers for shape [${shape.join(", ")}]`,
    got: `${length}`,
    fix: "Match the shape to the data.",
  });
}
