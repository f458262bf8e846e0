/** A written reward as a file: every `guerdon` command takes it where it takes a saved model's folder. */

import { clip, numericAnswer, reward, textOf, weighted } from "guerdon";

const concise = reward("concise", ({ completion }) => -textOf(completion).length / 1000).pipe(clip(-1, 0));

export default weighted({
  correct: [numericAnswer(), 1],
  concise: [concise, 0.1],
});
