/** Children of a test: scripts of this folder, on the runtime that runs the test. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import process from "node:process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** A child whose output can be read. */
export type Child = ChildProcessByStdio<null, Readable, null>;

/** Starts a script. */
export function startChild(name: string, ...args: string[]): Child {
  const [command, ...rest] = commandOf(name, args);
  return spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Starts a script that may open few files more than its runtime does by itself. */
export function startFewFiles(name: string, ...args: string[]): Child {
  return spawn("sh", ["-c", `ulimit -n 128; exec "$@"`, "sh", ...commandOf(name, args)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function commandOf(name: string, args: string[]): [command: string, ...args: string[]] {
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  return [process.execPath, ...run, fileURLToPath(new URL(name, import.meta.url)), ...args];
}
