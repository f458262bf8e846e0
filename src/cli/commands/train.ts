/** `guerdon train`: from a file of preferences to a saved reward, with its held-out accuracy. */

import { Command, InvalidArgumentError, Option } from "commander";
import type { EncoderConfig } from "../../language/encoder.ts";
import { dataSetPath } from "../data-sets.ts";
import { integer, jsonOption, seedOption } from "../options.ts";
import { exitCodes, run, type Session } from "../run.ts";

interface TrainFlags {
  readonly out: string;
  readonly learner: "bradley-terry" | "ratings" | "ratings-then-preferences";
  readonly loss: "regular" | "margin" | "scaled";
  readonly head: "linear" | "mlp";
  readonly members: number;
  readonly encoder: EncoderConfig;
  readonly folds: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .description("learn a reward from preferences, and say how good it is on prompts it has not seen")
    .argument("<data>", "JSONL, JSONL.gz, CSV or Parquet in any of the usual shapes, or a data set's name")
    .requiredOption("--out <folder>", "where the reward goes: reward.json, weights.safetensors, training.json")
    .addOption(
      new Option("--learner <name>", "what to learn from")
        .choices(["bradley-terry", "ratings", "ratings-then-preferences"])
        .default("bradley-terry"),
    )
    .addOption(
      new Option("--loss <name>", "how a preference's strength counts")
        .choices(["regular", "margin", "scaled"])
        .default("regular"),
    )
    .addOption(new Option("--head <name>", "what stands on the encoder").choices(["linear", "mlp"]).default("linear"))
    .option("--members <count>", "above 1: an ensemble, whose disagreement is the confidence", integer(1), 1)
    .addOption(
      new Option("--encoder <name>", '"lexical", or the JSON configuration of another')
        .argParser(encoderConfig)
        .default({ kind: "lexical" }, "lexical"),
    )
    .option("--folds <count>", "of the held-out check; 0 leaves it out", integer(0), 5)
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example:
  guerdon train preferences.jsonl.gz --out reward/
  guerdon train pairs.parquet --out reward/ --encoder \\
    '{"kind":"embeddings","url":"http://localhost:11434/v1","model":"nomic-embed-text","dimension":768}'`,
    )
    .action((data: string, flags: TrainFlags) => run(flags, (session) => train(data, flags, session)));
}

function encoderConfig(text: string): EncoderConfig {
  if (!text.startsWith("{")) return { kind: text };
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`Expected a name or JSON: ${error instanceof Error ? error.message : error}`);
  }
}

async function train(data: string, flags: TrainFlags, { signal, show, print }: Session): Promise<number> {
  const [{ readTrainingSet, trainReward }, { describeRead, describeTraining }] = await Promise.all([
    import("../training.ts"),
    import("../describe.ts"),
  ]);
  const { out, learner, loss, head, members, encoder, folds, seed } = flags;
  const recipe = { learner, loss, head, members, encoder };
  const set = await readTrainingSet(dataSetPath(data), recipe, { signal, onProgress: show });
  const result = await trainReward({ set, recipe, folds, seed, out }, { signal, onProgress: show });
  print(`${describeRead(set.report)}\n${describeTraining(result, out)}`, { ...result, read: set.report });
  return exitCodes.ok;
}
