/** Everything that a set of scored preferences says about a reward. */

import { random } from "../core/random.ts";
import { type LengthBias, lengthBias, type PositionBias, positionBias } from "./bias.ts";
import { type Calibration, calibration, fitTemperature } from "./calibration.ts";
import { type PairAccuracy, pairAccuracy } from "./pair-accuracy.ts";
import type { PairResult } from "./pair-results.ts";
import { type StyledPair, type StyleMatrix, styleMatrix } from "./style-matrix.ts";

/** What came out of running a reward on a data set. */
export interface EvaluationResults {
  /** Names, for the reader. */
  readonly reward: string;
  readonly data: string;
  readonly pairs: readonly PairResult[];
  /** The same preferences with the rejected side first, for a reward that compares. */
  readonly swapped?: readonly PairResult[];
  /** Pairs that stand in several styles, and the styles from plain to elaborate. */
  readonly styled?: { readonly styles: readonly string[]; readonly pairs: readonly StyledPair[] };
  /** Of the bootstrap. */
  readonly seed: number;
}

export interface Evaluation {
  readonly reward: string;
  readonly data: string;
  readonly accuracy: PairAccuracy;
  readonly calibration?: Calibration;
  /** Fitted on these same pairs: absent when no finite temperature is best. */
  readonly fitted?: Calibration;
  readonly length: LengthBias;
  readonly position?: PositionBias;
  readonly style?: StyleMatrix;
}

export function evaluate({ reward, data, pairs, swapped, styled, seed }: EvaluationResults): Evaluation {
  const options = (name: string) => ({ random: random(seed).split("evaluation", name) });
  const temperature = fitTemperature(pairs);
  return {
    reward,
    data,
    accuracy: pairAccuracy(pairs, options("accuracy")),
    calibration: calibration(pairs, options("calibration")),
    ...(temperature ? { fitted: calibration(pairs, { ...options("fitted"), temperature }) } : {}),
    length: lengthBias(pairs, options("length")),
    ...(swapped ? { position: positionBias(pairs, swapped, options("position")) } : {}),
    ...(styled ? { style: styleMatrix(styled.pairs, styled.styles, options("style")) } : {}),
  };
}
