/** Makes an encoder again from the plain JSON that it left behind. */

import { GuerdonError } from "../core/errors.ts";
import { type EmbeddingsOptions, embeddings } from "./embeddings.ts";
import type { Encoder, EncoderConfig } from "./encoder.ts";
import { type LexicalOptions, lexical } from "./lexical.ts";

const kinds: Readonly<Record<string, (config: EncoderConfig) => Encoder>> = {
  lexical: ({ kind, ...options }) => lexical(options as LexicalOptions),
  embeddings: ({ kind, ...options }) => embeddings(options as unknown as EmbeddingsOptions),
};

/**
 * @throws GuerdonError "encoder.unknown-kind" for a kind that this version does not have, and whatever the encoder
 *   itself throws for options that it cannot take.
 */
export function restoreEncoder(config: EncoderConfig): Encoder {
  if (Object.hasOwn(kinds, config.kind)) return kinds[config.kind](config);
  throw new GuerdonError("encoder.unknown-kind", {
    where: "encoder.kind",
    expected: `one of ${Object.keys(kinds).join(", ")}`,
    got: JSON.stringify(config.kind) ?? "nothing",
    fix: "Update Guerdon, or give the loader the encoder itself.",
  });
}
