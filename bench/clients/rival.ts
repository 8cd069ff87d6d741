/**
 * Finds the rivals that `bench/package.json` names, the same way on every runtime.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const folder = new URL("../", import.meta.url);
const require = createRequire(new URL("package.json", folder));

/** Loads a package of `bench/node_modules` as the structural type that the caller needs of it. */
export function rival<T>(name: string): T {
  return require(name) as T;
}

/** The version of an installed package, or `undefined` when it is not there. */
export function rivalVersion(name: string): string | undefined {
  const file = new URL(`node_modules/${name}/package.json`, folder);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
