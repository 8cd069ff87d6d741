/**
 * Puts the rivals in place when they are first needed.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { clients } from "../clients/catalogue.ts";
import { rivalVersion } from "../clients/rival.ts";

const folder = fileURLToPath(new URL("../", import.meta.url));

/** Installs what `bench/package.json` names if a chosen client lacks it; a client that still lacks it is not run. */
export function installRivals(chosen: readonly string[]): void {
  const needed = clients.filter(({ name }) => chosen.includes(name)).flatMap(({ packages }) => packages);
  if (needed.every((name) => rivalVersion(name) !== undefined)) return;
  console.log("installing the rivals from the npm registry into bench/node_modules");
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    execFileSync("npm", options, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    console.log(`that failed: ${error instanceof Error ? error.message : error}`);
  }
}
