/** A finite Markov decision process as tables: its states, actions, transitions, discount, start and ends. */

import { GuerdonError } from "../core/errors.ts";

/**
 * τ(s'|s,a), γ and μ₀ over S states and A actions; made by `tabularMdp`, which checks it.
 *
 * A terminal state is one that no transition leaves: its rows of `transition` are all zero, so every sum over
 * what follows it is 0 and its value is 0 without a special case.
 */
export interface TabularMdp {
  readonly states: number;
  readonly actions: number;
  /** τ(s'|s,a) at [(s·A + a)·S + s'], S·A·S numbers. */
  readonly transition: Float64Array;
  /** γ in [0, 1]; 1 only where an episode can end. */
  readonly discount: number;
  /** μ₀(s), S numbers. */
  readonly start: Float64Array;
  /** 1 for a terminal state, S numbers. */
  readonly terminal: Uint8Array;
  /** The entries of `transition` that are not 0. */
  readonly successors: Successors;
}

/** Compressed rows: the successors of pair p = s·A + a are entries offsets[p] … offsets[p+1]−1. */
export interface Successors {
  readonly offsets: Int32Array;
  readonly state: Int32Array;
  readonly probability: Float64Array;
}

/** R(s,a,s') at [(s·A + a)·S + s'], S·A·S numbers. */
export type TabularReward = Float64Array;

/** π(a|s) at [s·A + a], S·A numbers, rows sum to 1. */
export type TabularPolicy = Float64Array;

export interface TabularMdpParts {
  readonly states: number;
  readonly actions: number;
  readonly transition: Float64Array;
  readonly discount: number;
  /** Uniform over the states that are not terminal when absent. */
  readonly start?: Float64Array;
  /** None when absent. */
  readonly terminal?: Uint8Array;
}

/**
 * @throws GuerdonError "mdp.size", "mdp.discount", "mdp.start", "mdp.transition": the tables do not make a process.
 */
export function tabularMdp(parts: TabularMdpParts): TabularMdp {
  const { states, actions, transition, discount } = parts;
  checkCount("states", states);
  checkCount("actions", actions);
  const terminal = parts.terminal ?? new Uint8Array(states);
  checkLength("terminal", terminal, states, "S");
  checkDiscount(discount, terminal);
  const start = parts.start ?? uniformStart(terminal);
  checkLength("start", start, states, "S");
  checkDistribution("mdp.start", "start", start, 1);
  checkLength("transition", transition, states * actions * states, "S·A·S");
  for (let pair = 0; pair < states * actions; pair++) {
    const state = Math.floor(pair / actions);
    const where = `transition[${state}, ${pair % actions}]`;
    const row = transition.subarray(pair * states, (pair + 1) * states);
    checkDistribution("mdp.transition", where, row, terminal[state] ? 0 : 1);
  }
  const successors = successorsOf(transition, states, states * actions);
  return { states, actions, transition, discount, start, terminal, successors };
}

/** Every action equally likely everywhere. */
export function uniformPolicy({ states, actions }: TabularMdp): TabularPolicy {
  return new Float64Array(states * actions).fill(1 / actions);
}

/**
 * q(s,a) = E_{s'~τ(s,a)} R(s,a,s'), S·A numbers; 0 in terminal states.
 * @throws GuerdonError "mdp.reward": not S·A·S finite numbers.
 */
export function expectedReward(mdp: TabularMdp, reward: TabularReward): Float64Array {
  const { states, actions, transition } = mdp;
  checkRewardLength(mdp, reward);
  const expected = new Float64Array(states * actions);
  for (let pair = 0, i = 0; pair < expected.length; pair++) {
    // Even and odd terms apart: one running sum would wait for itself at every term.
    let [even, odd] = [0, 0];
    const end = (pair + 1) * states;
    if (states % 2 === 1) even += transition[i] * reward[i++];
    for (; i < end; i += 2) {
      even += transition[i] * reward[i];
      odd += transition[i + 1] * reward[i + 1];
    }
    expected[pair] = even + odd;
    // What is not finite makes the sum so, even where it is multiplied by 0.
    if (!Number.isFinite(expected[pair])) checkReward(mdp, reward);
  }
  return expected;
}

/** E_{s'~τ(s,a)} values(s') for the pair p = s·A + a. */
export function expectedNext({ successors }: TabularMdp, pair: number, values: Float64Array): number {
  const { offsets, state, probability } = successors;
  const end = offsets[pair + 1];
  let sum = 0;
  for (let i = offsets[pair]; i < end; i++) sum += probability[i] * values[state[i]];
  return sum;
}

/** R(s,a,s') + γΦ(s') − Φ(s) (Ng, Harada & Russell 1999). */
export function shapedBy(
  { states, actions, discount }: TabularMdp,
  reward: TabularReward,
  potential: Float64Array,
): TabularReward {
  const shaped = new Float64Array(reward.length);
  for (let state = 0, i = 0; state < states; state++) {
    for (let action = 0; action < actions; action++) {
      for (let next = 0; next < states; next++, i++) {
        shaped[i] = reward[i] + discount * potential[next] - potential[state];
      }
    }
  }
  return shaped;
}

/** @throws GuerdonError "mdp.policy" unless `policy` is S rows of A probabilities. */
export function checkPolicy({ states, actions }: TabularMdp, policy: TabularPolicy): void {
  checkLength("policy", policy, states * actions, "S·A");
  for (let state = 0; state < states; state++) {
    const row = policy.subarray(state * actions, (state + 1) * actions);
    checkDistribution("mdp.policy", `policy[${state}]`, row, 1);
  }
}

/** @throws GuerdonError "mdp.reward" unless `reward` is S·A·S finite numbers. */
export function checkReward(mdp: TabularMdp, reward: TabularReward): void {
  checkRewardLength(mdp, reward);
  let wrong = 0;
  while (wrong < reward.length && Number.isFinite(reward[wrong])) wrong++;
  if (wrong === reward.length) return;
  const { states, actions } = mdp;
  const pair = Math.floor(wrong / states);
  throw new GuerdonError("mdp.reward", {
    where: `reward[${Math.floor(pair / actions)}, ${pair % actions}, ${wrong % states}]`,
    expected: "a finite number",
    got: `${reward[wrong]}`,
    fix: "Repair the reward before using it.",
    details: { index: wrong },
  });
}

function checkRewardLength({ states, actions }: TabularMdp, reward: TabularReward): void {
  if (reward.length === states * actions * states) return;
  throw new GuerdonError("mdp.reward", {
    where: "reward",
    expected: `S·A·S = ${states}·${actions}·${states} numbers`,
    got: `${reward.length}`,
    fix: "Pass R(s,a,s') as a Float64Array, row by row.",
  });
}

function successorsOf(transition: Float64Array, states: number, pairs: number): Successors {
  let count = 0;
  for (let i = 0; i < transition.length; i++) if (transition[i] > 0) count++;
  const offsets = new Int32Array(pairs + 1);
  const state = new Int32Array(count);
  const probability = new Float64Array(count);
  let entry = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (let next = 0; next < states; next++) {
      if (transition[pair * states + next] === 0) continue;
      state[entry] = next;
      probability[entry++] = transition[pair * states + next];
    }
    offsets[pair + 1] = entry;
  }
  return { offsets, state, probability };
}

function uniformStart(terminal: Uint8Array): Float64Array {
  const open = terminal.reduce((count, end) => count + (end ? 0 : 1), 0);
  return Float64Array.from(terminal, (end) => (end ? 0 : 1 / open));
}

function checkCount(where: string, count: number): void {
  if (Number.isInteger(count) && count > 0) return;
  const fix = "Pass how many there are.";
  throw new GuerdonError("mdp.size", { where, expected: "a whole number above 0", got: `${count}`, fix });
}

function checkLength(where: string, table: ArrayLike<number>, length: number, symbols: string): void {
  if (table.length === length) return;
  const fix = "Lay the table out row by row.";
  throw new GuerdonError("mdp.size", {
    where,
    expected: `${symbols} = ${length} numbers`,
    got: `${table.length}`,
    fix,
  });
}

function checkDiscount(discount: number, terminal: Uint8Array): void {
  if (discount >= 0 && (discount < 1 || (discount === 1 && terminal.some((end) => end === 1)))) return;
  throw new GuerdonError("mdp.discount", {
    where: "discount",
    expected: "γ in [0, 1), or 1 with a terminal state",
    got: `${discount}`,
    fix: "Without an end the undiscounted return is not finite.",
  });
}

function checkDistribution(code: string, where: string, row: Float64Array, total: 0 | 1): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    if (!(row[i] >= 0)) {
      const fix = "Probabilities are finite and not negative.";
      throw new GuerdonError(code, { where: `${where}[${i}]`, expected: "a probability", got: `${row[i]}`, fix });
    }
    sum += row[i];
  }
  if (Math.abs(sum - total) <= 1e-9) return;
  throw new GuerdonError(code, {
    where,
    expected: total === 1 ? "a row that sums to 1" : "a row of zeros (no transition leaves a terminal state)",
    got: `a sum of ${sum}`,
    fix: total === 1 ? "Divide the row by its sum." : "Zero the row, or do not call the state terminal.",
  });
}
