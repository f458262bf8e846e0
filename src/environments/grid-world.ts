/** Grids of paths, goals, sheep, coins, road blocks and mud: the delivery domain of Knox et al. (2022) and its kin. */

import { GuerdonError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { type TabularMdp, type TabularReward, tabularMdp } from "./tabular-mdp.ts";

/** What a step can cost or pay for; a reward is one weight each, in this order. */
export const gridFeatures = ["gas", "goal", "sheep", "coin", "road block", "mud"] as const;

/** What stands on a cell; a cell's code is its index here, plus `things.length` where the ground is mud. */
export const things = ["nothing", "goal", "house", "sheep", "coin", "road block"] as const;

/** Up, down, left, right, as [row, column]; action a is moves[a]. */
export const moves = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

export interface GridWorld {
  readonly height: number;
  readonly width: number;
  /** State = row · width + column. Goal and sheep are terminal; a house can be left, but neither entered nor started in. */
  readonly mdp: TabularMdp;
  /** φ(s,a), how often each feature occurs in the step, at [(s·4 + a)·6 + feature]; S·4·6 numbers. */
  readonly features: Float64Array;
}

/**
 * The process of a board of codes. A move is certain; one off the board or into a house stays in place.
 *
 * A step counts its ground, gas or mud, and the coin or road block stepped on; a step onto a goal or a sheep counts
 * that alone. A bump counts ground only: one's own at the board's edge, the house's at a house.
 *
 * @throws GuerdonError "grid.board": rows of unequal length, or a code that is not one.
 */
export function gridWorld(board: readonly (readonly number[])[], discount = 1): GridWorld {
  checkBoard(board);
  const [height, width] = [board.length, board[0].length];
  const codes = board.flat();
  const states = codes.length;
  const transition = new Float64Array(states * moves.length * states);
  const features = new Float64Array(states * moves.length * gridFeatures.length);
  const terminal = Uint8Array.from(codes, (code) => (isTerminal(code) ? 1 : 0));
  for (let state = 0; state < states; state++) {
    if (terminal[state]) continue;
    for (let action = 0; action < moves.length; action++) {
      const pair = state * moves.length + action;
      const target = neighbour(state, action, height, width);
      const blocked = thingOf(codes[target]) === "house";
      transition[pair * states + (blocked ? state : target)] = 1;
      for (const feature of stepFeatures(codes[target], blocked || target === state)) {
        features[pair * gridFeatures.length + gridFeatures.indexOf(feature)] = 1;
      }
    }
  }
  const mdp = tabularMdp({ states, actions: moves.length, transition, discount, start: startCells(codes), terminal });
  return { height, width, mdp, features };
}

/** R(s,a,s') = w·φ(s,a) wherever (s,a) leads to s', 0 elsewhere. */
export function gridReward({ mdp, features }: GridWorld, weights: readonly number[]): TabularReward {
  if (weights.length !== gridFeatures.length) {
    throw new GuerdonError("grid.weights", {
      where: "weights",
      expected: `one weight each for ${gridFeatures.join(", ")}`,
      got: `${weights.length} weights`,
      fix: "Pass six numbers in this order.",
    });
  }
  const { offsets, state: next } = mdp.successors;
  const reward = new Float64Array(mdp.transition.length);
  for (let pair = 0; pair < mdp.states * mdp.actions; pair++) {
    const value = weights.reduce((sum, weight, i) => sum + weight * features[pair * weights.length + i], 0);
    for (let i = offsets[pair]; i < offsets[pair + 1]; i++) reward[pair * mdp.states + next[i]] = value;
  }
  return reward;
}

/** A board and true weights, drawn as for the 100 random processes of Knox et al. (2022). */
export function randomGrid(random: Random): { readonly board: readonly number[][]; readonly weights: number[] } {
  const [height, width] = [random.pick([3, 6, 10, 15]), random.pick([5, 6, 10])];
  const cells = height * width;
  const codes: number[] = new Array(cells).fill(0);
  const free = [...random.permutation(cells)];
  const place = (thing: (typeof things)[number], count: number) => {
    for (const cell of free.splice(0, count)) codes[cell] = things.indexOf(thing);
  };
  place("goal", 1);
  place("sheep", Math.floor(cells * random.pick([0, 0.1, 0.3])));
  place("coin", Math.floor(cells * random.pick([0, 0.1, 0.2])));
  place("road block", Math.floor(cells * random.pick([0, 0.1, 0.5, 0.8])));
  const board = Array.from({ length: height }, (_, row) => codes.slice(row * width, (row + 1) * width));
  const [goal, sheep] = [random.pick([0, 1, 5, 10, 50]), random.pick([-5, -10, -50, -100])];
  return { board, weights: [-1, goal, sheep, 1, random.pick([-2, -5, -10]), -2] };
}

/** Uniform over what is neither terminal nor a house. */
function startCells(codes: readonly number[]): Float64Array {
  const open = Float64Array.from(codes, (code) => (isTerminal(code) || thingOf(code) === "house" ? 0 : 1));
  const count = open.reduce((sum, cell) => sum + cell, 0);
  return open.map((cell) => cell / count);
}

function thingOf(code: number): (typeof things)[number] {
  return things[code % things.length];
}

function isTerminal(code: number): boolean {
  return ["goal", "sheep"].includes(thingOf(code));
}

/** The cell that a move points at; the state itself at the edge. */
function neighbour(state: number, action: number, height: number, width: number): number {
  const row = Math.floor(state / width) + moves[action][0];
  const column = (state % width) + moves[action][1];
  return row < 0 || row >= height || column < 0 || column >= width ? state : row * width + column;
}

function stepFeatures(code: number, bumped: boolean): (typeof gridFeatures)[number][] {
  const ground = code >= things.length ? "mud" : "gas";
  const thing = thingOf(code);
  if (bumped || thing === "nothing" || thing === "house") return [ground];
  return thing === "goal" || thing === "sheep" ? [thing] : [ground, thing];
}

function checkBoard(board: readonly (readonly number[])[]): void {
  const width = board[0]?.length ?? 0;
  const refuse = (where: string, expected: string, got: string) =>
    new GuerdonError("grid.board", { where, expected, got, fix: "A board is rows of cell codes." });
  if (width === 0) throw refuse("board", "at least one cell", "none");
  for (const [row, codes] of board.entries()) {
    if (codes.length !== width) throw refuse(`board[${row}]`, `${width} cells, as in row 0`, `${codes.length}`);
    const wrong = codes.findIndex((code) => !Number.isInteger(code) || code < 0 || code >= 2 * things.length);
    if (wrong >= 0) throw refuse(`board[${row}][${wrong}]`, "a code from 0 to 11", `${codes[wrong]}`);
  }
}
