/**
 * respool as a registry would hand it out, built from these sources.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type RuntimeKind, thisRuntime } from "./programs.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, ".cache", "bench-package");

let built: string | undefined;

/** The address of the main module on a runtime: npm's package on Node and Bun, the sources on Deno. */
export function builtModule(kind: RuntimeKind): string {
  if (kind === "deno") return new URL("../../mod.ts", import.meta.url).href;
  built ??= build();
  return built;
}

interface Manifest {
  readonly exports: { readonly ".": { readonly import: string } };
}

function build(): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarball = join(folder, "package.tgz");
  const deno = thisRuntime() === "deno" ? process.execPath : "deno";
  const pack = ["run", "-A", "--no-check", join(root, "bench", "vendor", "pack.ts"), "--out", tarball];
  execFileSync(deno, pack, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  const manifest = JSON.parse(readFileSync(join(folder, "package", "package.json"), "utf8")) as Manifest;
  return pathToFileURL(join(folder, "package", manifest.exports["."].import)).href;
}
