/**
 * A target that holds its own properties and nothing else.
 *
 * @module
 */
import type { Target } from "./socket.ts";

/**
 * Copies a target and its TLS options onto objects without a prototype, so that what was put on `Object.prototype` can
 * neither redirect a connection nor weaken it.
 */
export function ownTarget(target: Target): Target {
  const own = bare(target);
  if (own.tls !== undefined) own.tls = bare(own.tls);
  return own;
}

function bare<T extends object>(value: T): T {
  return Object.assign(Object.create(null) as T, value);
}
