/**
 * Programs that a few tests need besides the three runtimes: other versions of Node, workerd, bundlers and the compiler
 * of TypeScript. The `test` task fetches them from the npm registry into `.cache/`; a test that finds one missing is
 * skipped with the reason.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { installed, nodePath, root } from "./runtimes.ts";

/** The versions of Node that the package promises to run on. */
export const nodeVersions = ["20", "22", "24", "26"] as const;

/** What is fetched together, by the names that tests ask for. */
const packages = {
  workerd: ["workerd@1.20261117.1"],
  bundlers: ["esbuild@0.28.2", "rollup@4.68.7", "vite@8.3.8", "webpack@5.112.2"],
  typescript: ["typescript@7.0.2", "typescript-5@npm:typescript@5.9.3", "@types/node@24"],
  ioredis: ["ioredis@6.0.0"],
  prometheus: [
    "parse-prometheus-text-format@1.1.1",
    "@prometheus-io/lezer-promql@0.315.0",
    "@lezer/lr@1",
    "@lezer/common@1",
    "@lezer/highlight@1",
  ],
  opentelemetry: [
    "@opentelemetry/api@1.9.0",
    "@opentelemetry/sdk-metrics@2.12.1",
    "@opentelemetry/sdk-trace-base@2.12.1",
  ],
} as const;

/** What can be asked for. */
export type Tool = keyof typeof packages;

/** Fetches everything. What cannot be had is said and left out. */
export function ensureTools(): void {
  const wanted = [
    ...Object.values(packages).map((specs) => () => installed(...specs)),
    ...nodeVersions.map((version) => () => nodePath(version)),
  ];
  for (const fetch of wanted) {
    try {
      fetch();
    } catch (error) {
      console.log(`it could not be had: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  }
}

/** The `node_modules` that holds a tool, if it was fetched. */
export function findTool(tool: Tool): string | undefined {
  const folder = join(root, ".cache", "runtimes", packages[tool].join("+").replaceAll("/", "_"), "node_modules");
  return existsSync(folder) ? folder : undefined;
}

/** The program of a version of Node, if it was fetched. */
export function findNode(version: (typeof nodeVersions)[number]): string | undefined {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const path = join(root, ".cache", "runtimes", `${name}@${version}`, "node_modules", name, "bin", "node");
  return existsSync(path) ? path : undefined;
}

/** Deno, which packs and bundles: the one that runs the `test` task, else the one on `PATH`. */
export function findDeno(): string | undefined {
  if ("Deno" in globalThis) return process.execPath;
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "deno"));
  return [process.env.RESPOOL_DENO ?? "", ...places].find((path) => path !== "" && existsSync(path));
}

/** Why tests that need these must be skipped, or `false`. */
export function skipWithout(...tools: readonly (Tool | "deno")[]): false | string {
  const missing = tools.filter((tool) => (tool === "deno" ? findDeno() : findTool(tool)) === undefined);
  return missing.length > 0 && `${missing.join(", ")} was not fetched; the test task does that`;
}
