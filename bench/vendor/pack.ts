/**
 * The `pack` task: the package for the npm registry.
 *
 * `deno pack` writes a file for each file of the sources. A program that starts would open a hundred of them before it
 * could connect, so the code is bundled: one file per door, and a few that doors share, so that an error class is the
 * same one behind each of them. The declarations stay as they are.
 *
 * ```sh
 * deno task pack                      # respool.tgz
 * deno task pack --out folder/name.tgz
 * ```
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = resolve(values.out ?? join(root, "respool.tgz"));
const scratch = mkdtempSync(join(tmpdir(), "respool-pack-"));
try {
  const folder = unpackDenoPackage(scratch);
  replaceCode(folder, bundleDoors(scratch));
  completeManifest(join(folder, "package.json"));
  execFileSync("tar", ["-czf", out, "-C", scratch, "package"]);
  console.log(out);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function unpackDenoPackage(scratch: string): string {
  const tarball = join(scratch, "deno.tgz");
  run("pack", "--quiet", "--no-source-maps", "--allow-dirty", "--output", tarball);
  execFileSync("tar", ["-xzf", tarball, "-C", scratch]);
  return join(scratch, "package");
}

function bundleDoors(scratch: string): string {
  const folder = join(scratch, "bundled");
  const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")) as { exports: Record<string, string> };
  const options = ["--quiet", "--code-splitting", "--platform", "deno", "--external", "cloudflare:sockets"];
  run("bundle", ...options, "--outdir", folder, ...Object.values(exports).map((door) => join(root, door)));
  return folder;
}

function replaceCode(folder: string, bundled: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".js")) rmSync(join(entry.parentPath, entry.name));
  }
  cpSync(bundled, folder, { recursive: true });
}

function completeManifest(file: string): void {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const { name, version, ...rest } = manifest;
  const description = "Redis client and connection pool for Deno, Bun, Node and Cloudflare Workers";
  const complete = { name, version, description, ...rest, engines: { node: ">=20" } };
  writeFileSync(file, JSON.stringify(complete, null, 2) + "\n");
}

function run(...args: string[]): void {
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
