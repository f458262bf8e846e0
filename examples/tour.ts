/** One vocabulary for two worlds: preferences between answers, and rewards of a decision process. */

import {
  bradleyTerry,
  epicDistance,
  lexical,
  pairAccuracy,
  random,
  randomMdp,
  randomPotential,
  randomReward,
  readPreferences,
  saveReward,
  scorePairs,
  shapedBy,
  shippedPath,
  splitByPrompt,
  starcDistance,
} from "guerdon";

// Language: learn from preferences, measure on prompts that were not learned from, save.
const { preferences } = await readPreferences(shippedPath());
const { train, test } = splitByPrompt(preferences, { test: 0.2, seed: 1 });
const model = await bradleyTerry({ encoder: lexical() }).fit(train, { seed: 1 });
const { measures } = pairAccuracy(await scorePairs(model, test), { random: random(1) });
console.log("held-out accuracy", measures?.accuracy);
await saveReward(model, "results/tour");

// Decision processes: a potential changes a reward's numbers, but not the order it gives to policies.
const mdp = randomMdp({ random: random(1), states: 8, actions: 2 });
const reward = randomReward(mdp, random(2));
const shaped = shapedBy(mdp, reward, randomPotential(mdp, random(3)));
const other = randomReward(mdp, random(4));
console.log("STARC distance, shaped copy", starcDistance(mdp, reward, shaped).toFixed(6));
console.log("STARC distance, another reward", starcDistance(mdp, reward, other).toFixed(3));
console.log("EPIC distance, another reward", epicDistance(mdp, reward, other).toFixed(3));
