/** How far apart two tabular rewards are, as far as policies can tell: STARC (Skalse et al. 2024), EPIC and DARD. */

import { mean } from "../core/statistics/describe.ts";
import type { TabularMdp, TabularReward } from "../environments/tabular-mdp.ts";
import { type Canonicalisation, type CanonicalisationName, canonicalisations } from "./canonicalisation.ts";
import { type NormName, norms } from "./norms.ts";

export interface DistanceOptions {
  /** Default "val". A function made by a factory for the same process saves its factorisation. */
  readonly canonicalisation?: CanonicalisationName | Canonicalisation;
  /** n, in which canonical forms get size 1; "none" leaves them as they are. Default "l2". */
  readonly norm?: NormName | "none";
  /** m, in which the difference is measured; default: the norm ("l2" without one). */
  readonly metric?: NormName;
}

/**
 * d(R₁, R₂) = m(C(R₁)/n(C(R₁)) − C(R₂)/n(C(R₂))). With m = n it lies in [0, 2]: 0 for rewards that order all policies
 * alike ("val", "minimal"), 2 for a reward and its negation.
 *
 * It depends on τ, γ and which states can be reached: keep them with the number. A reward that is trivial (its
 * canonical form vanishes) stays zero, at distance 1 from every other one.
 *
 * @throws GuerdonError "mdp.reward" for a reward that is not S·A·S finite numbers, "mdp.discount" at γ = 1.
 */
export function starcDistance(
  mdp: TabularMdp,
  first: TabularReward,
  second: TabularReward,
  { canonicalisation = "val", norm = "l2", metric = norm === "none" ? "l2" : norm }: DistanceOptions = {},
): number {
  const canonical = typeof canonicalisation === "string" ? canonicalisations[canonicalisation](mdp) : canonicalisation;
  const [a, b] = [first, second].map((reward) => standardise(mdp, canonical(reward), reward, norm));
  return distanceBetween(mdp, a, b, metric);
}

/** EPIC's pseudometric √((1 − ρ)/2), ρ Pearson's correlation of the canonical forms over uniform (s,a,s'). In [0, 1]. */
export function epicDistance(mdp: TabularMdp, first: TabularReward, second: TabularReward): number {
  return pearsonDistance(mdp, first, second, canonicalisations.epic(mdp));
}

/** DARD's pseudometric √((1 − ρ)/2), over uniform (s,a,s'). In [0, 1]. */
export function dardDistance(mdp: TabularMdp, first: TabularReward, second: TabularReward): number {
  return pearsonDistance(mdp, first, second, canonicalisations.dard(mdp));
}

/**
 * C/n(C), or zero where C is rounding beside its reward (n(C) ≤ 1e-9·n(R)).
 * @param canonical C(R).
 */
export function standardise(
  mdp: TabularMdp,
  canonical: TabularReward,
  reward: TabularReward,
  norm: NormName | "none",
): TabularReward {
  const size = norms[norm === "none" ? "l2" : norm];
  const length = size(mdp, canonical);
  const standard = new Float64Array(canonical.length);
  if (length <= 1e-9 * size(mdp, reward)) return standard;
  const scale = norm === "none" ? 1 : 1 / length;
  for (let i = 0; i < standard.length; i++) standard[i] = scale * canonical[i];
  return standard;
}

/** m(x − y). */
export function distanceBetween(mdp: TabularMdp, x: TabularReward, y: TabularReward, metric: NormName): number {
  const gap = new Float64Array(x.length);
  for (let i = 0; i < gap.length; i++) gap[i] = x[i] - y[i];
  return norms[metric](mdp, gap);
}

// ½‖x̂ − ŷ‖ of centred unit vectors is √((1 − ρ)/2) without the cancellation near ρ = 1.
function pearsonDistance(mdp: TabularMdp, first: TabularReward, second: TabularReward, canonical: Canonicalisation) {
  const [a, b] = [first, second].map((reward) => standardise(mdp, centred(canonical(reward)), reward, "l2"));
  return distanceBetween(mdp, a, b, "l2") / 2;
}

function centred(values: Float64Array): Float64Array {
  const centre = mean(values);
  return values.map((value) => value - centre);
}
