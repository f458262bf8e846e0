/** A polyfill with no exports, and no types of its own. */
declare module "es-iterator-helpers/auto" {}
