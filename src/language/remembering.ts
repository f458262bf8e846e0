/** Encodes each text once: for learning again and again from the same texts, as on folds. */

import { matrix32, rowOf } from "../numerics/matrix.ts";
import type { Encoder } from "./encoder.ts";

/** The same encoder, which keeps every vector it has made in memory: 4 × dimension bytes a distinct text. */
export function remembering(encoder: Encoder): Encoder {
  const { name, dimension, reads, config } = encoder;
  const vectors = new Map<string, Float32Array>();
  return {
    name,
    dimension,
    reads,
    config,
    async encode(texts, context) {
      const fresh = [...new Set(texts)].filter((text) => !vectors.has(text));
      if (fresh.length > 0) {
        const encoded = await encoder.encode(fresh, context);
        // Not ours to judge: whoever asked checks the shape.
        if (encoded.rows !== fresh.length || encoded.columns !== dimension) return encoded;
        for (const [row, text] of fresh.entries()) vectors.set(text, rowOf(encoded, row));
      }
      const rows = matrix32(texts.length, dimension);
      for (const [row, text] of texts.entries()) rows.data.set(vectors.get(text)!, row * dimension);
      return rows;
    },
  };
}
