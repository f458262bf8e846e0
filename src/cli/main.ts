#!/usr/bin/env node
/** The `guerdon` command. Each subcommand loads its room only when it runs, so that help is quick. */

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { compareCommand } from "./commands/compare.ts";
import { evalCommand } from "./commands/eval.ts";
import { quickstartCommand } from "./commands/quickstart.ts";
import { reproduceCommand } from "./commands/reproduce.ts";
import { scoreCommand } from "./commands/score.ts";
import { serveCommand } from "./commands/serve.ts";
import { trainCommand } from "./commands/train.ts";
import { exitCodes } from "./run.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

const program = new Command("guerdon")
  .description("Write, learn, shape, measure, optimise and serve reward functions.")
  .version(version)
  .addCommand(quickstartCommand())
  .addCommand(trainCommand())
  .addCommand(evalCommand())
  .addCommand(scoreCommand())
  .addCommand(compareCommand())
  .addCommand(serveCommand())
  .addCommand(reproduceCommand())
  .addHelpText(
    "after",
    `
A reward is a saved model's folder or a file whose default export is a reward (reward.ts).
Exit codes: 0 done, 1 the answer is no, 2 wrong use or unusable input, 3 a bug, 130 interrupted.`,
  );

// Commander ends wrong use with 1; here 1 is kept for an answer that is no.
for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.input));
}

await program.parseAsync();
