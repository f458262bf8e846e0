/** The contract of everything that turns texts into vectors. */

import type { Progress } from "../core/reward.ts";
import type { Matrix } from "../numerics/matrix.ts";

export interface EncodeContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Encoder {
  readonly name: string;
  readonly dimension: number;
  /** What of a sample it should be given: the completion alone, or prompt and completion together. */
  readonly reads: "completion" | "conversation";
  /** Plain JSON from which the same encoder can be made again. Holds no secrets. */
  readonly config: EncoderConfig;
  /** texts[N] → N × dimension. Row i belongs to texts[i]. */
  encode(texts: readonly string[], context?: EncodeContext): Promise<Matrix>;
}

export interface EncoderConfig {
  readonly kind: string;
  readonly [option: string]: unknown;
}
