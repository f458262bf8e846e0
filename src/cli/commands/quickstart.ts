/** `guerdon quickstart`: the main job on the data that ships: learn, measure, report, and how to go on. */

import { join } from "node:path";
import { Command } from "commander";
import { shippedPath } from "../../data/shipped.ts";
import { jsonOption, seedOption } from "../options.ts";
import { exitCodes, run, type Session } from "../run.ts";

interface QuickstartFlags {
  readonly out: string;
  readonly seed: number;
  readonly json?: boolean;
}

export function quickstartCommand(): Command {
  return new Command("quickstart")
    .description("learn a reward from the preferences that ship with Guerdon, measure it, and show how to serve it")
    .option("--out <folder>", "where reward and report go", "quickstart")
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  guerdon quickstart")
    .action((flags: QuickstartFlags) => run(flags, (session) => quickstart(flags, session)));
}

async function quickstart({ out, seed }: QuickstartFlags, { signal, show, print }: Session): Promise<number> {
  const { readTrainingSet, trainReward } = await import("../training.ts");
  const { evaluateOn, writeReport } = await import("../evaluation.ts");
  const { openReward } = await import("../../serving/index.ts");
  const { readTrainingRecord } = await import("../training-record.ts");
  const { describeQuickstart } = await import("../describe.ts");
  const options = { signal, onProgress: show };
  const folder = join(out, "reward");
  const recipe = {
    learner: "ratings-then-preferences",
    loss: "scaled",
    head: "linear",
    members: 1,
    encoder: { kind: "lexical" },
  } as const;
  const set = await readTrainingSet(shippedPath(), recipe, options);
  await trainReward({ set, recipe, folds: 0, seed, out: folder }, options);
  const reward = await openReward(folder);
  const record = await readTrainingRecord(folder);
  const result = await evaluateOn({ reward, record, path: shippedPath(), folds: 5, seed }, options);
  await writeReport(join(out, "report"), result.report);
  const { report: _, ...numbers } = result;
  print(describeQuickstart(result, { reward: folder, report: join(out, "report") }), numbers);
  return exitCodes.ok;
}
