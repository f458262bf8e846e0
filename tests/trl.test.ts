/** The reward function for TRL against a real `guerdon serve`, up to two steps of its GRPO trainer. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** No score for an "x"; otherwise the length, and 100 more where the reference is at its end. */
const rewardFile = `
  import { reward, textOf, unscored } from "guerdon/core";
  export default reward("length", ({ completion, reference }) => {
    const text = textOf(completion);
    if (text.includes("x")) return unscored("refusal", "no x, please");
    return text.length + (reference !== undefined && text.endsWith(reference) ? 100 : 0);
  });
`;

let folder: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guerdon-trl-"));
  await writeFile(join(folder, "reward.ts"), rewardFile);
  server = spawn(
    process.execPath,
    ["--import", "tsx", "src/cli/main.ts", "serve", join(folder, "reward.ts"), "--port", "0"],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  url = await new Promise<string>((found, failed) => {
    let said = "";
    server.stdout?.on("data", (text) => {
      said += text;
      const match = /http:\/\/[\d.:]+/.exec(said);
      if (match) found(match[0]);
    });
    server.on("close", (code) => failed(new Error(`guerdon serve ended with ${code}`)));
  });
}, 120_000);

afterAll(async () => {
  const exit = new Promise((done) => server.on("exit", done));
  if (server.kill("SIGTERM")) expect(await exit).toBe(0);
  await rm(folder, { recursive: true });
});

/** Runs Python with the shim on its path; the last line it prints is the answer. */
async function python(program: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)("python3", ["-c", program, ...args], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: join(root, "trainers"), HF_HUB_OFFLINE: "1", CUDA_VISIBLE_DEVICES: "" },
  });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}

const able = (program: string) =>
  python(`${program}\nprint(1)`).then(
    () => true,
    () => false,
  );

describe("trl_reward.py", () => {
  it("asks for plain and conversational samples, and makes None of what has no score", async ({ skip }) => {
    skip(!(await able("import json")), "python3 is not installed");
    const answers = await python(
      `
import json, sys
from trl_reward import guerdon_reward
reward = guerdon_reward(sys.argv[1])
message = lambda role, content: [{"role": role, "content": content}]
print(json.dumps([
    reward(prompts=["p", "p", "p"], completions=["", "a x", "abcd"], completion_ids=[[1], [2], [3]], trainer_state=None),
    reward(prompts=["p", "q"], completions=["is 4", "is 5"], answer=[4, None]),
    reward(prompts=[message("user", "p")], completions=[message("assistant", "is 4")], reference=["4"]),
    reward(prompts=[message("user", "p")], completions=[[{"role": "assistant", "content": None, "tool_calls": []}]]),
    reward(prompts=[], completions=[]),
    reward.__name__,
]))`,
      url,
    );
    expect(answers).toEqual([[0, null, 4], [104, 4], [104], [0], [], "guerdon"]);
  });

  it("gives up in time, and at once on a request that will never do", async ({ skip }) => {
    skip(!(await able("import json")), "python3 is not installed");
    const failures = await python(
      `
import json, sys
from trl_reward import guerdon_reward
def failure(url, **options):
    try:
        guerdon_reward(url, **options)(prompts=["p"], completions=["c"])
    except Exception as error:
        return type(error).__name__
print(json.dumps([failure("http://127.0.0.1:9", deadline=2.5), failure(sys.argv[1] + "/nowhere")]))`,
      url,
    );
    expect(failures).toEqual(["TimeoutError", "RuntimeError"]);
  });

  it("takes two GRPO steps with a model of one layer", { timeout: 300_000 }, async ({ skip }) => {
    skip(!(await able("import torch, trl")), "torch and trl are not installed for python3");
    const log = await python(training, url);
    expect(log).toEqual({ steps: 2, scored: expect.any(Number), unscored: expect.any(Number), finite: true });
    const { scored, unscored } = log as { scored: number; unscored: number };
    expect(scored + unscored).toBe(16);
    expect(scored).toBeGreaterThan(0);
  });
});

const training = `
import json, math, sys
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer
from trl_reward import guerdon_reward

letters = ["<pad>", "<eos>", "<unk>"] + list("abcdefghijklmnopqrstuvwxyz 0123456789?")
characters = Tokenizer(models.WordLevel({letter: i for i, letter in enumerate(letters)}, unk_token="<unk>"))
characters.pre_tokenizer = pre_tokenizers.Split("", "isolated")
tokenizer = PreTrainedTokenizerFast(tokenizer_object=characters, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=len(letters), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
    max_position_embeddings=64, pad_token_id=0, eos_token_id=1, bos_token_id=1,
))

seen = []
ask = guerdon_reward(sys.argv[1])
def reward(**columns):
    values = ask(**columns)
    seen.extend(values)
    return values

trainer = GRPOTrainer(
    model=model, processing_class=tokenizer, reward_funcs=reward,
    train_dataset=Dataset.from_dict({"prompt": ["how many", "how much"] * 8, "answer": ["1", "2"] * 8}),
    args=GRPOConfig(
        output_dir="out", max_steps=2, per_device_train_batch_size=8, num_generations=4, max_completion_length=8,
        use_cpu=True, bf16=False, report_to=[], save_strategy="no", logging_steps=1, seed=1,
    ),
)
trainer.train()
losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
unscored = sum(value is None for value in seen)
print(json.dumps({
    "steps": trainer.state.global_step, "scored": len(seen) - unscored, "unscored": unscored,
    "finite": len(losses) == 2 and all(map(math.isfinite, losses)),
}))
`;
