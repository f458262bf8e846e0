/** Progress on stderr: one line that rewrites itself on a terminal, a line now and then in a log. */

import type { Progress } from "../core/reward.ts";

const terminalInterval = 80;
const logInterval = 5_000;

export type ShowProgress = (progress: Progress) => void;

/** A listener for `onProgress` and a way to clear the line when the work is done. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): { show: ShowProgress; end: () => void } {
  const interval = stream.isTTY ? terminalInterval : logInterval;
  let last = performance.now();
  let open = false;
  return {
    show: (progress) => {
      const now = performance.now();
      if (now - last < interval) return;
      last = now;
      stream.write(stream.isTTY ? `\r\u001b[2K${describe(progress)}` : `${describe(progress)}\n`);
      open = Boolean(stream.isTTY);
    },
    end: () => {
      if (open) stream.write("\r\u001b[2K");
      open = false;
    },
  };
}

function describe({ stage, done, total, message }: Progress): string {
  const share = total ? ` ${Math.floor((100 * done) / total)}%` : "";
  const count = total ? `${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : done.toLocaleString("en");
  return `${stage}${share} (${count})${message ? ` ${message}` : ""}`;
}
