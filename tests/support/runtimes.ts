/**
 * The three runtimes that the tests run on, and the command that runs test files on each. Deno is the one that runs
 * this; Bun and Node come from the npm registry into `.cache/`, in the versions named here.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A runtime that the tests run on. */
export type RuntimeName = "deno" | "bun" | "node";

/** Every runtime, in the order in which they run. */
export const runtimeNames: readonly RuntimeName[] = ["deno", "bun", "node"];

/** A runtime that is there. */
export interface Runtime {
  /** Which one. */
  readonly name: RuntimeName;
  /** Its full path. */
  readonly path: string;
  /** Its version, such as `2.9.6`. */
  readonly version: string;
}

const bunVersion = "1.4.5";
const nodeVersion = "24";

/** The repository's own folder. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** Finds a runtime, after installing it where that is needed; throws with a reason that can be printed. */
export function getRuntime(name: RuntimeName): Runtime {
  const path = name === "deno" ? denoPath() : name === "bun" ? bunPath() : nodePath();
  return { name, path, version: versionOf(path) ?? "unknown" };
}

function denoPath(): string {
  if (!("Deno" in globalThis)) throw new Error("run this with Deno");
  return process.execPath;
}

/** The package's own program is put in place by an install script, which npm may have been told not to run. */
function bunPath(): string {
  const modules = installed(`bun@${bunVersion}`);
  const own = readdirSync(join(modules, "@oven"), { withFileTypes: true }).map(({ name }) =>
    join(modules, "@oven", name, "bin", "bun")
  );
  return firstThatRuns([join(modules, "bun", "bin", "bun.exe"), ...own]);
}

/** The path of a version of Node, such as `"20"`; installs it where that is needed. */
export function nodePath(version: string = nodeVersion): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return firstThatRuns([join(installed(`${name}@${version}`), name, "bin", "node")]);
}

/** The `node_modules` that holds these packages, installed there if they were not yet. */
export function installed(...specs: readonly string[]): string {
  const folder = join(root, ".cache", "runtimes", specs.join("+").replaceAll("/", "_"));
  if (!existsSync(folder)) install(specs, folder);
  return join(folder, "node_modules");
}

function install(specs: readonly string[], folder: string): void {
  console.log(`installing ${specs.join(", ")} from the npm registry`);
  // Under another name first, so that half an installation is never taken for a whole one.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    execFileSync("npm", [
      "install",
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "--prefix",
      unfinished,
      ...specs,
    ], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function firstThatRuns(paths: readonly string[]): string {
  const path = paths.find((path) => versionOf(path) !== undefined);
  if (path === undefined) throw new Error(`nothing runs here: ${paths.map(dirname).join(", ")}`);
  return path;
}

function versionOf(path: string): string | undefined {
  try {
    const text = execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /\d+\.\d+\.\d+/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}

/** The arguments that make a runtime run these test files and write its report; files start with `./`. */
export function testArguments(name: RuntimeName, files: readonly string[], report: string): string[] {
  switch (name) {
    case "deno":
      // Types are the business of the `check` task.
      return ["test", "-A", "--no-check", "--parallel", `--junit-path=${report}`, ...files];
    case "bun":
      return ["test", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${report}`, ...files];
    case "node":
      return [
        ...["--test", "--test-concurrency=2", "--test-timeout=120000"],
        ...["--test-reporter=junit", `--test-reporter-destination=${report}`],
        ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
        ...files,
      ];
  }
}
