/** Newton's method for smooth convex problems: exact steps where the Hessian is small, conjugate gradients where not (Nocedal & Wright, 2006, ch. 3 and algorithm 7.1). */

import { GuerdonError } from "../core/errors.ts";
import { choleskySolve } from "./linear-algebra.ts";
import type { Matrix } from "./matrix.ts";

/** A function seen from one point. */
export interface LocalView {
  readonly value: number;
  readonly gradient: Float64Array;
  /** H·v; `image` is A·v where there is an A. */
  hessianTimes(v: Float64Array, image?: Float64Array): Float64Array;
  /**
   * For f(x) = g(A·x) + …: A·x here, and A·v. Carried along with every step, so that looking from the next
   * point costs no product with A.
   */
  readonly linear?: { readonly image: Float64Array; imageOf(v: Float64Array): Float64Array };
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
const shortestStep = 2 ** -40;
const roundingOf = 1e-13;

/**
 * argmin f for convex, twice differentiable f, given f as a view from any point (and from A·x, once that is known).
 *
 * Every step is searched back from 1 until f decreases enough: undamped Newton diverges on margin losses.
 *
 * @throws GuerdonError "numerics.not-finite" when the start, or a direction found from it, is not finite.
 */
export function minimise(
  f: (x: Float64Array, image?: Float64Array) => LocalView,
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
      ? { step: choleskySolve(here.hessian(), negated(here.gradient)) }
      : conjugateGradients(here, Math.max(forcing * size, 0.5 * tolerance * scale));
    const next = lineSearch(f, x, here, direction);
    if (!next) return { x, value: here.value, iterations: iteration, converged: false };
    ({ x, here } = next);
    requireFinite(here, iteration + 1);
  }
  return { x, value: here.value, iterations, converged: norm(here.gradient) <= tolerance * scale };
}

interface Direction {
  readonly step: Float64Array;
  /** A·step. */
  readonly image?: Float64Array;
}

/** d with ‖H·d + ∇f‖ ≤ residual, or the best direction before curvature ran out. */
function conjugateGradients(here: LocalView, residual: number): Direction {
  const size = here.gradient.length;
  const step = new Float64Array(size);
  const stepImage = here.linear && new Float64Array(here.linear.image.length);
  const r = negated(here.gradient);
  const p = r.slice();
  let rr = dot(r, r);
  for (let count = 0; count < Math.max(size, 50) && Math.sqrt(rr) > residual; count++) {
    const image = here.linear?.imageOf(p);
    const product = here.hessianTimes(p, image);
    const curvature = dot(p, product);
    if (!(curvature > 1e-14 * dot(p, p))) return count === 0 ? { step: r } : { step, image: stepImage };
    const alpha = rr / curvature;
    add(step, alpha, p);
    add(r, -alpha, product);
    if (stepImage && image) add(stepImage, alpha, image);
    const next = dot(r, r);
    const beta = next / rr;
    for (let i = 0; i < size; i++) p[i] = r[i] + beta * p[i];
    rr = next;
  }
  return { step, image: stepImage };
}

/** Halves the step until Armijo's condition holds; undefined when no step decreases f to working precision. */
function lineSearch(
  f: (x: Float64Array, image?: Float64Array) => LocalView,
  x: Float64Array,
  here: LocalView,
  direction: Direction,
): { x: Float64Array; here: LocalView } | undefined {
  const slope = dot(here.gradient, direction.step);
  for (let length = 1; length >= shortestStep; length /= 2) {
    const candidate = moved(x, length, direction.step);
    const there = f(candidate, here.linear && direction.image && moved(here.linear.image, length, direction.image));
    if (there.value <= here.value + sufficientDecrease * length * slope) return { x: candidate, here: there };
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

/** to += factor · from */
function add(to: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}

function moved(from: Float64Array, length: number, direction: Float64Array): Float64Array {
  const to = from.slice();
  add(to, length, direction);
  return to;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function negated(a: Float64Array): Float64Array {
  return a.map((value) => -value);
}
