/** `guerdon reproduce`: a paper's claim, measured again. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { Reproduction } from "../../papers/reproduction.ts";
import { openDataSet } from "../data-sets.ts";
import { integer, jsonOption, seedOption } from "../options.ts";
import { exitCodes, run, type Session } from "../run.ts";

interface ReproduceFlags {
  readonly all?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
  readonly seeds: number;
  readonly out: string;
  readonly json?: boolean;
}

export function reproduceCommand(): Command {
  return new Command("reproduce")
    .description("reproduce a paper's claim: a table, JSON and SVG; exit code 1 when the claim does not hold")
    .argument("[slugs...]", "papers, by slug")
    .option("--all", "every paper in the house")
    .option("--quick", "the small size: seconds to a minute each")
    .option("--seeds <count>", "how many master seeds", integer(1), 5)
    .addOption(seedOption())
    .option("--out <folder>", "where the JSON and SVG go", "results")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  guerdon reproduce starc --quick

Real data sets are read from $GUERDON_DATA or ../shared/data when they are there.`,
    )
    .action((slugs: string[], flags: ReproduceFlags) =>
      run(flags, async (session) => {
        const { reproductionOf, reproductions } = await import("../../papers/index.ts");
        const chosen = flags.all || slugs.length === 0 ? reproductions : slugs.map(reproductionOf);
        let allHold = true;
        const records: unknown[] = [];
        for (const reproduction of chosen) {
          const record = await reproduce(reproduction, flags, session);
          allHold &&= record.holds;
          records.push(record);
        }
        if (flags.json) session.print("", records);
        return allHold ? exitCodes.ok : exitCodes.negative;
      }),
    );
}

async function reproduce(reproduction: Reproduction, flags: ReproduceFlags, { signal, show, print }: Session) {
  const { paperFigure, paperReport, recordOf } = await import("../../papers/index.ts");
  const { reportMarkdown } = await import("../../measuring/index.ts");
  const size = flags.quick ? "quick" : "full";
  const seeds = Array.from({ length: flags.seeds }, (_, i) => flags.seed + i);
  const findings = await reproduction.run({ seeds, size, signal, onProgress: show, open: openDataSet });
  signal.throwIfAborted();
  const record = recordOf(reproduction, findings, { size, seeds });
  await mkdir(flags.out, { recursive: true });
  await writeFile(join(flags.out, `${record.slug}.json`), `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(join(flags.out, `${record.slug}.svg`), paperFigure(record));
  if (!flags.json) print(reportMarkdown(paperReport(record)), undefined);
  return record;
}
