/**
 * The runtimes that workers run on: programs, and how each is told to run a file.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import process from "node:process";

/** Which of the three a program is. */
export type RuntimeKind = "deno" | "bun" | "node";

/** A program that runs workers. */
export interface RuntimeProgram {
  readonly kind: RuntimeKind;
  readonly path: string;
  /** Such as `Node 26.10.0`. */
  readonly title: string;
}

const titles: Record<RuntimeKind, string> = { deno: "Deno", bun: "Bun", node: "Node" };

/** The runtime of this process. */
export function thisRuntime(): RuntimeKind {
  const { deno, bun } = process.versions as Record<string, string | undefined>;
  return deno ? "deno" : bun ? "bun" : "node";
}

/** Finds a program by its name on `PATH` or its full path, such as `node26`; this runtime's own name is this program. */
export function findRuntime(name: string): RuntimeProgram {
  const kind = /(?:^|\/)(deno|bun|node)[^/]*$/.exec(name)?.[1] as RuntimeKind | undefined;
  if (kind === undefined) throw new Error(`${name} is none of deno, bun, node`);
  const path = name === thisRuntime() ? process.execPath : name;
  const version = /\d+\.\d+\.\d+/.exec(execFileSync(path, ["--version"], { encoding: "utf8" }))?.[0] ?? "?";
  return { kind, path, title: `${titles[kind]} ${version}` };
}

/** V8 with its collector at hand, and so much room for the young that nothing is collected unasked. */
const weighingFlags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

/** The command that runs a file of the benches; one that weighs memory needs the collector. */
export function commandFor(
  { kind, path }: RuntimeProgram,
  file: string,
  args: readonly string[],
  isWeighing: boolean,
): string[] {
  if (kind === "bun") return [path, file, ...args];
  if (kind === "node") {
    return [path, ...isWeighing ? weighingFlags : [], file, ...args];
  }
  const flags = isWeighing ? [`--v8-flags=${weighingFlags.join(",")}`] : [];
  return [path, "run", "-A", "--no-check", ...flags, file, ...args];
}
