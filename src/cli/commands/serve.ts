/** `guerdon serve`: a reward over HTTP. */

import { Command, Option } from "commander";
import { integer } from "../options.ts";
import { exitCodes, run } from "../run.ts";

interface ServeFlags {
  readonly dialect?: "openrlhf";
  readonly host: string;
  readonly port: number;
  readonly unscored: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("serve a reward over HTTP: POST /v1/score, /health, /metrics, an OpenAPI page at /docs")
    .argument("<reward>", "a saved reward's folder, or a file with a reward as its default export")
    .addOption(new Option("--dialect <name>", "a trainer's own protocol beside the native one").choices(["openrlhf"]))
    .option("--host <address>", "beyond this machine only with a token in GUERDON_TOKEN", "127.0.0.1")
    .option("--port <number>", "0 takes a free one", integer(0, 65_535), 8000)
    .option("--unscored <policy>", "what a dialect answers for a sample without a score", "hold,error")
    .addHelpText(
      "after",
      `
Example:
  guerdon serve reward/ --dialect openrlhf --port 5000
  curl -s localhost:5000/v1/score -H 'content-type: application/json' \\
    -d '{"samples":[{"id":"1","prompt":"Hi","completion":"Hello!"}]}'`,
    )
    .action((source: string, flags: ServeFlags) =>
      run({}, async ({ signal, print }) => {
        const { openReward, serveReward } = await import("../../serving/index.ts");
        const reward = await openReward(source);
        const token = process.env.GUERDON_TOKEN;
        const server = await serveReward(reward, { ...flags, ...(token ? { token } : {}) });
        print(
          `serving "${reward.name}" at ${server.url} (documentation at ${server.url}/docs); Ctrl-C stops`,
          undefined,
        );
        // A signal may have come while the server was starting.
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        await server.close();
        // A reward may hold timers or sockets of its own; they do not keep a stopped server alive.
        process.exit(exitCodes.ok);
      }),
    );
}
