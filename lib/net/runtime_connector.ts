/**
 * The sockets of whichever runtime this is: its adapter is loaded when the first socket is opened.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";
import { type RuntimeName, runtimeName } from "./runtime.ts";
import type { Connector } from "./socket.ts";

// Literal specifiers, so that bundlers and Deno's permission-free loading see them.
const adapters = {
  deno: async () => (await import("./deno.ts")).denoConnector,
  bun: async () => (await import("./bun.ts")).bunConnector,
  node: async () => (await import("./node.ts")).nodeConnector,
};

/**
 * The connector of the current runtime. Its adapter is loaded by the first call of the connector.
 *
 * @param name The runtime; found by its globals when left out.
 * @throws {ArgumentError} INVALID_OPTION when no adapter can be chosen for this runtime.
 */
export function runtimeConnector(name: RuntimeName = runtimeName()): Connector {
  if (name === "workerd" || name === "unknown") {
    const remedy = name === "workerd" ? "import from ./workerd" : "pass the option connector";
    throw new ArgumentError("INVALID_OPTION", `no sockets are known for this runtime: ${remedy}`, "connector");
  }
  let loading: Promise<Connector> | undefined;
  return async (target, handler, signal) => (await (loading ??= adapters[name]()))(target, handler, signal);
}
