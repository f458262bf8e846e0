/** The graceful end of a serving process. */

import type { Server } from "./server.ts";

/** On SIGTERM or SIGINT: close the server, then exit 0. A second signal ends the process at once. */
export function stopOnSignal(server: Server): void {
  const stop = () => {
    for (const signal of signals) process.off(signal, stop);
    void server.close().then(() => process.exit(0));
  };
  for (const signal of signals) process.on(signal, stop);
}

const signals = ["SIGTERM", "SIGINT"] as const;
