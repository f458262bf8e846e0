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
  const [a, b] = [canonical(first), canonical(second)];
  const [alpha, beta] = [standardScale(mdp, a, norm, first), standardScale(mdp, b, norm, second)];
  return norms[metric](mdp, a, alpha, b, beta);
}

/**
 * EPIC's pseudometric √((1 − ρ)/2), ρ Pearson's correlation of the canonical forms over uniform (s,a,s'). In [0, 1].
 * Their mean is 0, so that this is half the (l2, l2) distance.
 */
export function epicDistance(mdp: TabularMdp, first: TabularReward, second: TabularReward): number {
  return starcDistance(mdp, first, second, { canonicalisation: "epic" }) / 2;
}

/** DARD's pseudometric √((1 − ρ)/2), over uniform (s,a,s'). In [0, 1]. */
export function dardDistance(mdp: TabularMdp, first: TabularReward, second: TabularReward): number {
  const canonical = canonicalisations.dard(mdp);
  // ½‖x̂ − ŷ‖ of centred unit vectors is √((1 − ρ)/2) without the cancellation near ρ = 1.
  return starcDistance(mdp, first, second, { canonicalisation: (reward) => centred(canonical(reward)) }) / 2;
}

/**
 * 1/n(C), or 0 where C is rounding beside its reward (n(C) ≤ 1e-9·n(R)).
 * @param canonical C(R); without `reward`, only a C of nothing but zeros is trivial.
 */
export function standardScale(
  mdp: TabularMdp,
  canonical: TabularReward,
  norm: NormName | "none",
  reward?: TabularReward,
): number {
  const size = norms[norm === "none" ? "l2" : norm];
  const length = size(mdp, canonical);
  const least = reward ? 1e-9 * size(mdp, reward) : 0;
  if (length <= least) return 0;
  return norm === "none" ? 1 : 1 / length;
}

function centred(values: Float64Array): Float64Array {
  const centre = mean(values);
  return values.map((value) => value - centre);
}
