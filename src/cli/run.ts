/** What every command runs inside: progress, Ctrl-C, errors that help, and exit codes that scripts can use. */

import { GuerdonError } from "../core/errors.ts";
import { progressLine, type ShowProgress } from "./progress.ts";

export const exitCodes = {
  ok: 0,
  /** The work was done and the answer is no: a claim does not hold, a threshold was missed. */
  negative: 1,
  /** Wrong use or unusable input. */
  input: 2,
  /** A bug, ours or in a reward file. */
  bug: 3,
  interrupted: 130,
} as const;

export interface Session {
  /** Aborts at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  readonly show: ShowProgress;
  /** Writes results: text for people, or `value` as one JSON document with --json. */
  print(text: string, value: unknown): void;
}

/** Runs a command's work and ends the process with its exit code. */
export async function run(
  { json = false }: { json?: boolean },
  work: (session: Session) => Promise<number>,
): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => {
    // The second Ctrl-C is for people who do not want to wait.
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort(new DOMException("interrupted", "AbortError"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const progress = progressLine();
  try {
    process.exitCode = await work({
      signal: interruption.signal,
      show: progress.show,
      print: (text, value) => {
        progress.end();
        process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text.trimEnd()}\n`);
      },
    });
  } catch (error) {
    progress.end();
    process.exitCode = report(error, interruption.signal.aborted);
  } finally {
    progress.end();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function report(error: unknown, interrupted: boolean): number {
  if (interrupted) {
    process.stderr.write("guerdon: interrupted\n");
    return exitCodes.interrupted;
  }
  if (error instanceof GuerdonError) {
    process.stderr.write(`guerdon: ${error.message} [${error.code}]\n`);
    return exitCodes.input;
  }
  process.stderr.write(
    `guerdon: an unexpected error, please report it\n${error instanceof Error ? error.stack : error}\n`,
  );
  return exitCodes.bug;
}
