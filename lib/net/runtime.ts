/**
 * Finds the runtime it runs on and loads that runtime's adapter when the first socket is opened.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";
import type { Connector } from "./socket.ts";

/** The runtimes that have an adapter, and the two that need a word from the user. */
export type RuntimeName = "deno" | "bun" | "node" | "workerd" | "unknown";

interface Global {
  Deno?: unknown;
  Bun?: unknown;
  navigator?: { userAgent?: string };
  process?: { versions?: { node?: string } };
}

/**
 * Names the runtime by its globals.
 *
 * @param global The global object; the current one when left out.
 */
export function runtimeName(global: object = globalThis): RuntimeName {
  const { Deno, Bun, navigator, process } = global as Global;
  if (Deno !== undefined) return "deno";
  if (Bun !== undefined) return "bun";
  // Before Node: with its compatibility flag workerd has a `process` that claims to be Node.
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
  return process?.versions?.node === undefined ? "unknown" : "node";
}

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
