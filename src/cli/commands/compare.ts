/** `guerdon compare`: two rewards on the same samples. */

import { Command } from "commander";
import { dataSetPath } from "../data-sets.ts";
import { jsonOption, seedOption } from "../options.ts";
import { exitCodes, run, type Session } from "../run.ts";

interface CompareFlags {
  readonly report?: string;
  readonly seed: number;
  readonly json?: boolean;
}

export function compareCommand(): Command {
  return new Command("compare")
    .description("compare two rewards on the same samples: agreement, rank correlation, distance, disagreements")
    .argument("<reward-a>", "a saved reward's folder, or a file with a reward as its default export")
    .argument("<reward-b>", "another")
    .argument("<samples>", "samples, rankings or preferences: JSONL, JSONL.gz, CSV or Parquet, or a data set's name")
    .option("--report <folder>", "write report.html, report.json and report.md there")
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  guerdon compare reward-a/ reward-b/ samples.jsonl --report comparison/`,
    )
    .action((a: string, b: string, samples: string, flags: CompareFlags) =>
      run(flags, (session) => compare({ a, b, samples }, flags, session)),
    );
}

async function compare(
  { a, b, samples: path }: { a: string; b: string; samples: string },
  { report: folder, seed }: CompareFlags,
  { signal, show, print }: Session,
): Promise<number> {
  const { openReward } = await import("../../serving/index.ts");
  const { readSamples } = await import("../../data/index.ts");
  const { compareRewards, comparisonReport, reportMarkdown, scoreWithBoth } = await import("../../measuring/index.ts");
  const { random } = await import("../../core/index.ts");
  const { describeRead } = await import("../describe.ts");
  const { writeReport } = await import("../evaluation.ts");
  const [first, second] = [await openReward(a), await openReward(b)];
  const { samples, report: read } = await readSamples(dataSetPath(path), { signal, onProgress: show });
  const rows = await scoreWithBoth(first, second, samples, { signal, onProgress: show });
  const comparison = compareRewards(rows, { random: random(seed).split("compare") });
  // Two folders may hold rewards of one name; what the user called them always differs.
  const report = comparisonReport({ a, b, samples, rows, comparison });
  if (folder) await writeReport(folder, report);
  print(
    [
      describeRead(read),
      "",
      reportMarkdown(report),
      ...(folder ? [`Report with plots: ${folder}/report.html`] : []),
    ].join("\n"),
    { ...comparison, read },
  );
  return exitCodes.ok;
}
