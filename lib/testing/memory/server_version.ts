/**
 * The version of Redis that the in-memory server behaves like.
 *
 * @module
 */

/** Told by HELLO and INFO. */
export const serverVersion = "7.0.15";
