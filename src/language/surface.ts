/** What can be counted on the face of a text: its length, its layout, its punctuation and a few telling words. */

import { hashToken, type Tokens } from "./tokens.ts";

/** Tokens that are counted together under one name. */
const cues = {
  stops: [".", "...", "…", "。"],
  questions: ["?", "??", "？"],
  exclamations: ["!", "!!", "！"],
  commas: [",", "，", "、"],
  colons: [":", ";", "："],
  asides: ["(", '"', "“", "["],
  bold: ["**", "__"],
  fences: ["```"],
  firstPerson: ["i", "i'm", "i'd", "i've", "i'll", "me", "my", "mine"],
  secondPerson: ["you", "you're", "you'll", "your", "yours"],
  refusal: [
    "sorry",
    "cannot",
    "can't",
    "won't",
    "unable",
    "apologize",
    "apologies",
    "refuse",
    "inappropriate",
    "illegal",
  ],
  negation: ["not", "no", "never", "don't", "doesn't", "isn't", "shouldn't"],
  hedging: ["may", "might", "could", "perhaps", "possibly", "probably", "generally", "seems"],
} as const;

type Cue = keyof typeof cues;
const cueNames = Object.keys(cues) as Cue[];
const cueOfToken = new Map(
  cueNames.flatMap((cue, index) => cues[cue].map((spelling) => [hashToken(spelling), index] as const)),
);

interface Counts {
  readonly characters: number;
  readonly capitals: number;
  readonly digits: number;
  readonly words: number;
  readonly wordCharacters: number;
  readonly marks: number;
  readonly lines: number;
  readonly listItems: number;
  readonly headings: number;
  readonly endsAsking: number;
  readonly endsClosed: number;
  /** In the order of `cueNames`. */
  readonly cues: Int32Array;
}

type Feature = (counts: Counts) => number;

const { log1p } = Math;

function countOf(cue: Cue): Feature {
  const index = cueNames.indexOf(cue);
  return ({ cues }) => cues[index];
}

function grownLess(feature: Feature): Feature {
  return (counts) => log1p(feature(counts));
}

const stops = countOf("stops");
const questions = countOf("questions");
const exclamations = countOf("exclamations");

/**
 * The surface features in their order. Counts grow as ln(1 + n), shares are of the text's characters; the
 * constants bring each to a spread of about 1 over ordinary chat answers, as an encoder sees no data set to
 * standardise by.
 */
const features: Readonly<Record<string, Feature>> = {
  length: ({ words }) => log1p(words) / 3,
  lengthSquared: ({ words }) => log1p(words) ** 2 / 20,
  wordLength: ({ words, wordCharacters }) => wordCharacters / Math.max(words, 1) / 5,
  sentenceLength: (counts) =>
    log1p(counts.words / Math.max(stops(counts) + questions(counts) + exclamations(counts), 1)) / 3,
  capitals: ({ capitals, characters }) => (10 * capitals) / Math.max(characters, 1),
  digits: ({ digits, characters }) => (10 * digits) / Math.max(characters, 1),
  marks: ({ marks, characters }) => (10 * marks) / Math.max(characters, 1),
  lines: ({ lines }) => log1p(lines) / 3,
  listItems: ({ listItems }) => log1p(listItems) / 2,
  headings: ({ headings }) => log1p(headings),
  endsAsking: ({ endsAsking }) => endsAsking,
  endsClosed: ({ endsClosed }) => endsClosed,
  ...Object.fromEntries(cueNames.filter((cue) => cue !== "stops").map((cue) => [cue, grownLess(countOf(cue))])),
};

/** Names of the surface features, in the order in which `writeSurface` puts them. */
export const surfaceFeatures: readonly string[] = Object.keys(features);

const formulas = Object.values(features);

/** Writes the features of `original`, whose tokens these are, from `into[at]` on, in the order of `surfaceFeatures`. */
export function writeSurface(original: string, tokens: Tokens, into: Float32Array, at: number): void {
  const counts = countLayout(original, tokens);
  for (let index = 0; index < formulas.length; index++) into[at + index] = formulas[index](counts);
}

const cueCounts = new Int32Array(cueNames.length);

/** Overwritten by the next call. */
function countCues({ hash, count }: Tokens): Int32Array {
  cueCounts.fill(0);
  for (let index = 0; index < count; index++) {
    const cue = cueOfToken.get(hash[index]);
    if (cue !== undefined) cueCounts[cue]++;
  }
  return cueCounts;
}

const newline = hashToken("\n");
const bullets = ["-", "*", "•", "+"].map(hashToken);
const headingMarks = ["#", "##", "###", "####"].map(hashToken);
const numberings = [".", ")"].map(hashToken);
const closings = [".", "!", "?", "。", ")", '"', "”", "```", ":)"].map(hashToken);
const asking = hashToken("?");

function countLayout(original: string, tokens: Tokens): Counts {
  const { hash, start, end, isWord, text, count } = tokens;
  let [words, wordCharacters, marks, lines, listItems, headings, capitals, digits] = [0, 0, 0, 0, 0, 0, 0, 0];
  let opensLine = true;
  let last = 0;
  for (let index = 0; index < count; index++) {
    const token = hash[index];
    if (token === newline) {
      lines++;
      opensLine = true;
      continue;
    }
    last = token;
    if (isWord[index]) {
      words++;
      wordCharacters += end[index] - start[index];
    } else marks += end[index] - start[index];
    if (!opensLine) continue;
    opensLine = false;
    if (isWord[index] ? opensNumberedItem(text, start[index], hash[index + 1]) : bullets.includes(token)) listItems++;
    else if (headingMarks.includes(token)) headings++;
  }
  for (let at = 0; at < original.length; at++) {
    const code = original.charCodeAt(at);
    if (code >= 65 && code <= 90) capitals++;
    else if (code >= 48 && code <= 57) digits++;
  }
  return {
    characters: original.length,
    capitals,
    digits,
    words,
    wordCharacters,
    marks,
    lines,
    listItems,
    headings,
    endsAsking: last === asking ? 1 : 0,
    endsClosed: closings.includes(last) ? 1 : 0,
    cues: countCues(tokens),
  };
}

function opensNumberedItem(text: string, start: number, next: number): boolean {
  const code = text.charCodeAt(start);
  return code >= 48 && code <= 57 && numberings.includes(next);
}
