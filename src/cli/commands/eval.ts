/** `guerdon eval`: how good a reward is on preferences, with intervals, baselines and a report. */

import { Command } from "commander";
import { dataSetPath } from "../data-sets.ts";
import { integer, jsonOption, seedOption } from "../options.ts";
import { exitCodes, run, type Session } from "../run.ts";

interface EvalFlags {
  readonly on: string;
  readonly report?: string;
  readonly folds: number;
  readonly concurrency: number;
  readonly atLeast?: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function evalCommand(): Command {
  return new Command("eval")
    .description("measure a reward on preferences: accuracy beside baselines, calibration, length and style bias")
    .argument("<reward>", "a saved reward's folder, or a file with a reward as its default export")
    .requiredOption("--on <data>", "a file of preferences or rankings, or a data set's name")
    .option("--report <folder>", "write report.html, report.json and report.md there")
    .option("--folds <count>", "used where the reward has learned from this very data", integer(2), 5)
    .option("--concurrency <count>", "calls of the reward at once; the report does not depend on it", integer(1), 4)
    .option("--at-least <accuracy>", "exit with 1 when the accuracy's interval lies below this share", Number)
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  guerdon eval reward/ --on held-out.jsonl.gz --report report/
  guerdon eval reward.ts --on rm-bench --at-least 0.6`,
    )
    .action((source: string, flags: EvalFlags) => run(flags, (session) => evaluateReward(source, flags, session)));
}

async function evaluateReward(source: string, flags: EvalFlags, { signal, show, print }: Session): Promise<number> {
  const { openReward } = await import("../../serving/index.ts");
  const { readTrainingRecord } = await import("../training-record.ts");
  const { evaluateOn, writeReport } = await import("../evaluation.ts");
  const { describeEvaluation } = await import("../describe.ts");
  const { on, report: folder, folds, concurrency, seed, atLeast } = flags;
  const reward = await openReward(source);
  const record = await readTrainingRecord(source);
  const data = { reward, record, path: dataSetPath(on), folds, seed };
  const result = await evaluateOn(data, { signal, onProgress: show, concurrency });
  if (folder) await writeReport(folder, result.report);
  const { report: _, ...numbers } = result;
  print(describeEvaluation(result, folder), numbers);
  const accuracy = result.evaluation.accuracy.measures?.accuracy;
  return atLeast !== undefined && !((accuracy?.high ?? 0) >= atLeast) ? exitCodes.negative : exitCodes.ok;
}
