/** `guerdon score`: outcomes of a whole file, safe against any interruption. */

import { Command } from "commander";
import { dataSetPath } from "../data-sets.ts";
import { integer, jsonOption } from "../options.ts";
import { exitCodes, run } from "../run.ts";

interface ScoreFlags {
  readonly out: string;
  readonly batch: number;
  readonly concurrency: number;
  readonly json?: boolean;
}

export function scoreCommand(): Command {
  return new Command("score")
    .description("score a file of samples; writes as it goes, and goes on after any interruption when run again")
    .argument("<reward>", "a saved reward's folder, or a file with a reward as its default export")
    .argument("<samples>", "JSONL, JSONL.gz, CSV or Parquet, or a data set's name")
    .requiredOption("--out <file>", "outcomes as JSON Lines, in the order of the samples")
    .option("--batch <count>", "samples a call of the reward", integer(1), 32)
    .option("--concurrency <count>", "calls at once; the outcomes do not depend on it", integer(1), 4)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  guerdon score reward/ samples.jsonl.gz --out outcomes.jsonl
  guerdon score reward.ts samples.jsonl --out outcomes.jsonl --concurrency 16`,
    )
    .action((source: string, samples: string, { out, batch, concurrency, ...flags }: ScoreFlags) =>
      run(flags, async ({ signal, show, print }) => {
        const { openReward, scoreFile } = await import("../../serving/index.ts");
        const { describeScoring } = await import("../describe.ts");
        const reward = await openReward(source);
        const report = await scoreFile({
          reward,
          input: dataSetPath(samples),
          output: out,
          batchSize: batch,
          concurrency,
          signal,
          onProgress: show,
        });
        print(describeScoring(report, out), report);
        // A run in which nothing could be scored is no success, though every row has its outcome.
        return report.asked > 0 && report.scored === 0 ? exitCodes.negative : exitCodes.ok;
      }),
    );
}
