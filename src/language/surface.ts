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

interface Counts extends Record<Cue, number> {
  characters: number;
  words: number;
  wordCharacters: number;
  marks: number;
  lines: number;
  listItems: number;
  headings: number;
  capitals: number;
  digits: number;
  endsAsking: number;
  endsClosed: number;
}

const { log1p } = Math;

/**
 * The surface features in their order. Counts grow as ln(1 + n), shares are of the text's characters; the
 * constants bring each to a spread of about 1 over ordinary chat answers, as an encoder sees no data set to
 * standardise by.
 */
const features: Readonly<Record<string, (counts: Counts) => number>> = {
  length: ({ words }) => log1p(words) / 3,
  lengthSquared: ({ words }) => log1p(words) ** 2 / 20,
  wordLength: ({ words, wordCharacters }) => wordCharacters / Math.max(words, 1) / 5,
  sentenceLength: ({ words, stops, questions, exclamations }) =>
    log1p(words / Math.max(stops + questions + exclamations, 1)) / 3,
  capitals: ({ capitals, characters }) => (10 * capitals) / Math.max(characters, 1),
  digits: ({ digits, characters }) => (10 * digits) / Math.max(characters, 1),
  marks: ({ marks, characters }) => (10 * marks) / Math.max(characters, 1),
  lines: ({ lines }) => log1p(lines) / 3,
  listItems: ({ listItems }) => log1p(listItems) / 2,
  headings: ({ headings }) => log1p(headings),
  bold: ({ bold }) => log1p(bold) / 2,
  fences: ({ fences }) => log1p(fences),
  questions: ({ questions }) => log1p(questions),
  exclamations: ({ exclamations }) => log1p(exclamations),
  commas: ({ commas }) => log1p(commas) / 2,
  colons: ({ colons }) => log1p(colons) / 2,
  asides: ({ asides }) => log1p(asides) / 2,
  firstPerson: ({ firstPerson }) => log1p(firstPerson) / 2,
  secondPerson: ({ secondPerson }) => log1p(secondPerson) / 2,
  refusal: ({ refusal }) => log1p(refusal),
  negation: ({ negation }) => log1p(negation),
  hedging: ({ hedging }) => log1p(hedging),
  endsAsking: ({ endsAsking }) => endsAsking,
  endsClosed: ({ endsClosed }) => endsClosed,
};

/** Names of the surface features, in the order in which `writeSurface` puts them. */
export const surfaceFeatures: readonly string[] = Object.keys(features);

const formulas = Object.values(features);

/** Writes the features of `original` (whose tokens these are) into `into`, one number for each of `surfaceFeatures`. */
export function writeSurface(original: string, tokens: Tokens, into: Float32Array): void {
  const counts = countSurface(original, tokens);
  for (let index = 0; index < formulas.length; index++) into[index] = formulas[index](counts);
}

function countSurface(original: string, tokens: Tokens): Counts {
  const counts = { ...countCues(tokens), ...countLayout(tokens), characters: original.length, capitals: 0, digits: 0 };
  for (let at = 0; at < original.length; at++) {
    const code = original.charCodeAt(at);
    if (code >= 65 && code <= 90) counts.capitals++;
    else if (code >= 48 && code <= 57) counts.digits++;
  }
  return counts;
}

const cueCounts = new Int32Array(cueNames.length);

function countCues({ hash, count }: Tokens): Record<Cue, number> {
  cueCounts.fill(0);
  for (let index = 0; index < count; index++) {
    const cue = cueOfToken.get(hash[index]);
    if (cue !== undefined) cueCounts[cue]++;
  }
  return Object.fromEntries(cueNames.map((cue, index) => [cue, cueCounts[index]])) as Record<Cue, number>;
}

const newline = hashToken("\n");
const bullets = ["-", "*", "•", "+"].map(hashToken);
const headings = ["#", "##", "###", "####"].map(hashToken);
const numberings = [".", ")"].map(hashToken);
const closings = [".", "!", "?", "。", ")", '"', "”", "```", ":)"].map(hashToken);
const asking = hashToken("?");

function countLayout({ hash, start, end, isWord, text, count }: Tokens) {
  const layout = {
    words: 0,
    wordCharacters: 0,
    marks: 0,
    lines: 0,
    listItems: 0,
    headings: 0,
    endsAsking: 0,
    endsClosed: 0,
  };
  let opensLine = true;
  let last = 0;
  for (let index = 0; index < count; index++) {
    const token = hash[index];
    if (token === newline) {
      layout.lines++;
      opensLine = true;
      continue;
    }
    last = token;
    if (isWord[index]) {
      layout.words++;
      layout.wordCharacters += end[index] - start[index];
    } else layout.marks += end[index] - start[index];
    if (!opensLine) continue;
    opensLine = false;
    if (isWord[index] ? opensNumberedItem(text, start[index], hash[index + 1]) : bullets.includes(token))
      layout.listItems++;
    else if (headings.includes(token)) layout.headings++;
  }
  layout.endsAsking = last === asking ? 1 : 0;
  layout.endsClosed = closings.includes(last) ? 1 : 0;
  return layout;
}

function opensNumberedItem(text: string, start: number, next: number): boolean {
  const code = text.charCodeAt(start);
  return code >= 48 && code <= 57 && numberings.includes(next);
}
