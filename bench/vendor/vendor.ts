/**
 * The `vendor` task: one self-contained file for one runtime, to be copied into a project, and its declarations.
 *
 * ```sh
 * deno task vendor --runtime workerd               # .cache/vendor/workerd/respool.js and respool.d.ts
 * deno task vendor --runtime node --out ./respool
 * ```
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { flattenDeclarations } from "./declarations.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const runtimes = ["deno", "bun", "node", "workerd"];

/** What runs Deno's own commands; this file is run by it. */
const deno = process.execPath;

const { values } = parseArgs({ options: { runtime: { type: "string" }, out: { type: "string" } } });
const { runtime = "" } = values;
if (!runtimes.includes(runtime)) {
  console.error(`--runtime takes ${runtimes.join(", ")}`);
  process.exit(1);
}
const out = resolve(values.out ?? join(root, ".cache", "vendor", runtime));
const scratch = mkdtempSync(join(tmpdir(), "respool-vendor-"));
try {
  mkdirSync(out, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")) as { version: string };
  const banner = `/*! respool ${version} for ${runtime} | MIT License | https://jsr.io/@respool/respool */\n`;
  const code = banner + bundled(scratch);
  writeFileSync(join(out, "respool.js"), code);
  writeFileSync(join(out, "respool.d.ts"), banner + declarations(scratch));
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`${join(out, "respool.js")}: ${kilobytes(code.length)}, ${kilobytes(gzipSync(code).length)} gzipped`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function bundled(folder: string): string {
  const file = join(folder, "respool.js");
  const external = runtime === "workerd" ? ["--external", "cloudflare:sockets"] : [];
  const options = ["--quiet", "--minify", "--platform", "deno", "--format", "esm", ...external];
  run("bundle", ...options, "--output", file, join(root, "lib", "entry", `${runtime}.ts`));
  return readFileSync(file, "utf8");
}

/** Those of the package: they hold what is public and nothing else. */
function declarations(folder: string): string {
  const tarball = join(folder, "package.tgz");
  run("pack", "--quiet", "--no-source-maps", "--allow-dirty", "--output", tarball);
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  const unpacked = join(folder, "package");
  return flattenDeclarations(unpacked, join(unpacked, "lib", "entry", `${runtime}.d.ts`));
}

function run(...args: string[]): void {
  execFileSync(deno, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
