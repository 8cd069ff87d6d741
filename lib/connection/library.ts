/**
 * What the server is told about this library.
 *
 * @module
 */

/** The name that `CLIENT LIST` shows as `lib-name`. */
export const libraryName = "respool";
/** The version that `CLIENT LIST` shows as `lib-ver`; the same as in `deno.json`. */
export const libraryVersion = "0.1.0";
