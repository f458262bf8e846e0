/** Cuts text into words, marks and line breaks, each known by a 32-bit hash instead of a string of its own. */

/** What a character belongs to. An ideograph is a token by itself: such scripts put no spaces between words. */
const blank = 0;
const wordCharacter = 1;
const mark = 2;
const ideograph = 3;
const lineBreak = 4;

const characterKinds = Uint8Array.from({ length: 0x10000 }, (_, code) => kindOf(code));

/** The tokens of one text. The arrays are reused by the next `read` and hold `count` entries. */
export class Tokens {
  /** Lower case. */
  text = "";
  count = 0;
  hash = new Int32Array(1024);
  start = new Int32Array(1024);
  end = new Int32Array(1024);
  /** 1 where the token is a word of letters and digits, whose inner characters are worth a look. */
  isWord = new Uint8Array(1024);

  read(text: string): this {
    this.text = text.toLowerCase();
    this.count = 0;
    for (let at = 0; at < this.text.length; ) at = this.#readOne(at);
    return this;
  }

  #readOne(start: number): number {
    const { text } = this;
    const first = text.charCodeAt(start);
    const kind = characterKinds[first];
    let end = start + 1;
    if (kind === blank) return end;
    let hash = extendHash(emptyHash, first);
    if (kind === wordCharacter) {
      for (; end < text.length; end++) {
        const code = text.charCodeAt(end);
        if (characterKinds[code] === wordCharacter) hash = extendHash(hash, code);
        else if (isApostrophe(code) && characterKinds[text.charCodeAt(end + 1)] === wordCharacter) {
          hash = extendHash(hash, apostrophe);
        } else break;
      }
    } else if (kind === mark) {
      for (; end < text.length && text.charCodeAt(end) === first; end++) hash = extendHash(hash, first);
    } else if (kind === lineBreak) {
      while (end < text.length && characterKinds[text.charCodeAt(end)] === lineBreak) end++;
    }
    this.#push(hash, start, end, kind === wordCharacter || kind === ideograph);
    return end;
  }

  #push(hash: number, start: number, end: number, isWord: boolean): void {
    if (this.count === this.hash.length) this.#grow();
    this.hash[this.count] = hash;
    this.start[this.count] = start;
    this.end[this.count] = end;
    this.isWord[this.count] = isWord ? 1 : 0;
    this.count++;
  }

  #grow(): void {
    const twice = this.hash.length * 2;
    const copy = <Data extends Int32Array | Uint8Array>(into: Data, from: Data): Data => {
      into.set(from);
      return into;
    };
    this.hash = copy(new Int32Array(twice), this.hash);
    this.start = copy(new Int32Array(twice), this.start);
    this.end = copy(new Int32Array(twice), this.end);
    this.isWord = copy(new Uint8Array(twice), this.isWord);
  }
}

/** FNV-1a's offset basis and step, over 16-bit code units. */
export const emptyHash = 0x811c9dc5 | 0;

export function extendHash(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** The hash that `Tokens` gives a token spelt `text`. */
export function hashToken(text: string): number {
  let hash = emptyHash;
  for (let at = 0; at < text.length; at++) hash = extendHash(hash, text.charCodeAt(at));
  return hash;
}

const apostrophe = 0x27;

function isApostrophe(code: number): boolean {
  return code === apostrophe || code === 0x2019;
}

function kindOf(code: number): number {
  if (code === 0x0a) return lineBreak;
  if (code <= 0x20 || code === 0x7f || code === 0xa0 || code === 0x3000) return blank;
  if (code < 0x80) return /[a-z0-9]/i.test(String.fromCharCode(code)) ? wordCharacter : mark;
  // CJK radicals to the unified ideographs, kana among them; compatibility ideographs; the high surrogates of planes 2 and 3.
  if (between(code, 0x3040, 0x9fff) || between(code, 0x2e80, 0x2fff)) return ideograph;
  if (between(code, 0xf900, 0xfaff) || between(code, 0xd840, 0xd8bf)) return ideograph;
  return /[\p{L}\p{N}\p{M}\p{Cs}]/u.test(String.fromCharCode(code)) ? wordCharacter : mark;
}

function between(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}
