/**
 * The runtimes that workers run on: programs, and how each is told to run a file.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { getRuntime, nodePath } from "../../tests/support/runtimes.ts";

/** Which of the three a program is. */
export type RuntimeKind = "deno" | "bun" | "node";

/** A program that runs workers. */
export interface RuntimeProgram {
  readonly kind: RuntimeKind;
  readonly path: string;
  /** Such as `Node 26.10.0`. */
  readonly title: string;
}

const titles: Record<RuntimeKind, string> = {
  deno: "Deno",
  bun: "Bun",
  node: "Node",
};

/** The runtime of this process. */
export function thisRuntime(): RuntimeKind {
  const { deno, bun } = process.versions as Record<string, string | undefined>;
  return deno ? "deno" : bun ? "bun" : "node";
}

/** Which runtime a name or path such as `node26` stands for, if any. */
export function kindOf(name: string): RuntimeKind | undefined {
  return /(?:^|\/)(deno|bun|node)[^/]*$/.exec(name)?.[1] as
    | RuntimeKind
    | undefined;
}

/**
 * Finds a runtime by its name, such as `node26`, or its full path. This runtime's own name is this program; what is not
 * on `PATH` is fetched from the npm registry.
 */
export function findRuntime(name: string): RuntimeProgram {
  const kind = kindOf(name);
  if (kind === undefined) throw new Error(`${name} is none of deno, bun, node`);
  if (name === thisRuntime()) return describe(kind, process.execPath);
  try {
    return describe(kind, name);
  } catch (error) {
    if (name.includes("/")) throw error;
    return describe(kind, fetched(kind, name));
  }
}

function describe(kind: RuntimeKind, path: string): RuntimeProgram {
  const text = execFileSync(path, ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return {
    kind,
    path,
    title: `${titles[kind]} ${/\d+\.\d+\.\d+/.exec(text)?.[0] ?? "?"}`,
  };
}

/** The number in the name of Node is the version to have. */
function fetched(kind: RuntimeKind, name: string): string {
  return kind === "node" ? nodePath(/\d+$/.exec(name)?.[0]) : getRuntime(kind).path;
}

/** V8 with its collector at hand, and so much room for the young that nothing is collected unasked. */
const weighingFlags = [
  "--expose-gc",
  "--min-semi-space-size=256",
  "--max-semi-space-size=256",
];

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
