/** Newton's method for smooth convex problems: exact steps where the Hessian is small, conjugate gradients where not (Nocedal & Wright, 2006, ch. 3 and algorithm 7.1). */

import { GuerdonError } from "../core/errors.ts";
import { choleskySolve } from "./linear-algebra.ts";
import type { Matrix } from "./matrix.ts";

/** A function seen from one point. */
export interface LocalView {
  readonly value: number;
  readonly gradient: Float64Array;
  /** H·v. Called only while this is the current point. */
  hessianTimes(v: Float64Array): Float64Array;
  /** The whole Hessian, where it is small enough to factorise. */
  hessian?(): Matrix<Float64Array>;
}

export interface NewtonOptions {
  /** Stops at ‖∇f‖ ≤ tolerance · gradientScale. Default 1e-6. */
  readonly tolerance?: number;
  /** What the gradient is small against. Default: its norm at the start; give it when the start is warm. */
  readonly gradientScale?: number;
  /** Default 100. */
  readonly iterations?: number;
  readonly signal?: AbortSignal;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const sufficientDecrease = 1e-4;
const smallestStep = 2 ** -40;
const roundingOf = 1e-13;

/**
 * argmin f for convex, twice differentiable f, given f as a view from any point.
 *
 * Every step is searched back from 1 until f decreases enough: undamped Newton diverges on margin losses.
 *
 * @throws GuerdonError "numerics.not-finite" when the start, or a direction found from it, is not finite.
 */
export function minimise(
  f: (x: Float64Array) => LocalView,
  start: Float64Array,
  { tolerance = 1e-6, gradientScale, iterations = 100, signal }: NewtonOptions = {},
): Minimum {
  let x: Float64Array = start.slice();
  let here = f(x);
  requireFinite(here, 0);
  const scale = gradientScale ?? norm(here.gradient);
  for (let iteration = 0; iteration < iterations; iteration++) {
    signal?.throwIfAborted();
    const size = norm(here.gradient);
    if (size <= tolerance * scale) return { x, value: here.value, iterations: iteration, converged: true };
    // Loose far away, tight near the minimum: the forcing term that keeps convergence superlinear.
    const forcing = Math.min(0.25, Math.sqrt(size / scale));
    const direction = here.hessian
      ? choleskySolve(here.hessian(), negated(here.gradient))
      : conjugateGradients(here, Math.max(forcing * size, 0.5 * tolerance * scale));
    const next = lineSearch(f, x, here, direction);
    if (!next) return { x, value: here.value, iterations: iteration, converged: false };
    ({ x, here } = next);
    requireFinite(here, iteration + 1);
  }
  return { x, value: here.value, iterations, converged: norm(here.gradient) <= tolerance * scale };
}

/** d with ‖H·d + ∇f‖ ≤ residual, or the best direction before curvature ran out. */
function conjugateGradients(here: LocalView, residual: number): Float64Array {
  const size = here.gradient.length;
  const solution = new Float64Array(size);
  const r = negated(here.gradient);
  const p = r.slice();
  let rr = dot(r, r);
  for (let step = 0; step < Math.max(size, 50) && Math.sqrt(rr) > residual; step++) {
    const hp = here.hessianTimes(p);
    const curvature = dot(p, hp);
    if (!(curvature > 1e-14 * dot(p, p))) return step === 0 ? r : solution;
    const alpha = rr / curvature;
    for (let i = 0; i < size; i++) {
      solution[i] += alpha * p[i];
      r[i] -= alpha * hp[i];
    }
    const next = dot(r, r);
    const beta = next / rr;
    for (let i = 0; i < size; i++) p[i] = r[i] + beta * p[i];
    rr = next;
  }
  return solution;
}

/** Halves the step until Armijo's condition holds; undefined when no step decreases f to working precision. */
function lineSearch(
  f: (x: Float64Array) => LocalView,
  x: Float64Array,
  here: LocalView,
  direction: Float64Array,
): { x: Float64Array; here: LocalView } | undefined {
  const slope = dot(here.gradient, direction);
  for (let step = 1; step >= smallestStep; step /= 2) {
    const candidate = x.map((value, i) => value + step * direction[i]);
    const there = f(candidate);
    if (there.value <= here.value + sufficientDecrease * step * slope) return { x: candidate, here: there };
    // Close to the minimum the decrease drowns in rounding; the gradient still tells which point is better.
    const flat = there.value - here.value <= roundingOf * Math.abs(here.value);
    if (flat && norm(there.gradient) < norm(here.gradient)) return { x: candidate, here: there };
  }
  return undefined;
}

function requireFinite({ value, gradient }: LocalView, iteration: number): void {
  if (Number.isFinite(value) && gradient.every(Number.isFinite)) return;
  throw new GuerdonError("numerics.not-finite", {
    where: `minimise, iteration ${iteration}`,
    expected: "a finite value and gradient",
    got: `value ${value}`,
    fix: "Look for NaN, Infinity or very large numbers in the data, or raise the L2 penalty.",
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function negated(a: Float64Array): Float64Array {
  return a.map((value) => -value);
}
