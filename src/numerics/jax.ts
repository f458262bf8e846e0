/** The one door to jax-js: loaded when first needed, on WebAssembly, with what Node 20 lacks put in place. */

import type { numpy } from "@jax-js/jax";

export type Jax = typeof import("@jax-js/jax");

/**
 * An array of jax-js. It is counted by reference: whoever passes one on gives it away, and keeps it by passing `.ref`.
 * Everything outside `numerics` deals in typed arrays instead.
 */
export type JaxArray = numpy.Array;

let loading: Promise<Jax> | undefined;

/** The library, initialised once a process. */
export function loadJax(): Promise<Jax> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Jax> {
  // Iterator helpers came to Node with version 22; where they are, this does nothing.
  await import("es-iterator-helpers/auto");
  const jax = await import("@jax-js/jax");
  // Named, because looking for every device asks for `navigator`, which Node 20 has not.
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
}
