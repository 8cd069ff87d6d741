/**
 * Keeps server and clients apart: the server on one core, clients on another, where `taskset` exists.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Where each side runs. */
export const cores = { server: "0", client: "1" } as const;

/** Whether processes can be pinned here. */
export const canPin: boolean = availableParallelism() > 1 && works();

function works(): boolean {
  try {
    execFileSync("taskset", ["-c", cores.client, "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The same command, on the core of the clients. */
export function pinned(command: readonly string[]): readonly string[] {
  return canPin ? ["taskset", "-c", cores.client, ...command] : command;
}

/** Moves a running server, with all its threads, to the server's core. */
export function pinServer(pid: number): void {
  if (canPin) {
    execFileSync("taskset", ["-apc", cores.server, String(pid)], { stdio: "ignore" });
  }
}
