/** Cutting a completion out of a text that was decoded with its special tokens. */

const token =
  "(?:<\\|[^<>|]{1,40}\\|>|<｜[^<>｜]{1,40}｜>|</?s>|<(?:bos|eos|pad|sop|end_of_turn)>|\\[(?:CLS|SEP|PAD|gMASK)\\])";
const leading = new RegExp(`^\\s{0,8}${token}\\s{0,8}`);
const trailing = new RegExp(`${token}\\s{0,8}$`);

/**
 * The completion in `query` = prompt + completion. The two may differ by one special token in front (a BOS that the
 * tokenizer added or took), with the blank that decoding puts after it. Special tokens at the end (EOS, padding) are
 * dropped, those inside are kept.
 *
 * `undefined` when the query does not start with the prompt.
 */
export function completionOf(query: string, prompt: string): string | undefined {
  const rest =
    after(prompt, query, 0) ??
    after(prompt, query, lengthOfLeading(query)) ??
    after(prompt.slice(lengthOfLeading(prompt)), query, 0);
  return rest === undefined ? undefined : withoutTrailingTokens(rest);
}

// Not `startsWith`, which compares letter by letter where this compares memory.
function after(prefix: string, text: string, from: number): string | undefined {
  const end = from + prefix.length;
  return text.slice(from, end) === prefix ? text.slice(end) : undefined;
}

function lengthOfLeading(text: string): number {
  return leading.exec(text)?.[0].length ?? 0;
}

// Looks at the last few characters only, so that the time stays linear in the text.
function withoutTrailingTokens(text: string): string {
  let end = text.length;
  for (;;) {
    const match = trailing.exec(text.slice(Math.max(0, end - 64), end));
    if (!match) return text.slice(0, end);
    end -= match[0].length;
  }
}
