/** The package as npm would hand it out and the file to copy, made from these sources. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "../support/runtimes.ts";
import { findDeno } from "../support/tools.ts";

/** Runs a program to its end; rejects when it fails. */
export const run = promisify(execFile);

/** What `package.json` says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly [field: string]: unknown;
}

/** An unpacked package, in the `node_modules` of a project of its own. */
export interface PackedPackage {
  /** The project. */
  readonly project: string;
  /** The package in it. */
  readonly folder: string;
  /** Every file of the package, with `/`, in order. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  /** The address of the module behind a door, such as `./node`. */
  door(name: string): string;
}

let made: Promise<PackedPackage> | undefined;

/** Packs and unpacks, once per process; the files are gone when it ends. */
export function packed(): Promise<PackedPackage> {
  return made ??= pack();
}

async function pack(): Promise<PackedPackage> {
  const project = temporaryFolder();
  const tarball = path.join(project, "package.tgz");
  await runScript("pack.ts", "--out", tarball);
  const folder = path.join(project, "node_modules", "@respool", "respool");
  await mkdir(folder, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Manifest;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  const door = (name: string) => pathToFileURL(path.join(folder, manifest.exports[name]!.default!)).href;
  return { project, folder, files: files.sort(), manifest, door };
}

const vendored = new Map<string, Promise<string>>();

/** Runs the `vendor` task for a runtime, once per process, and gives the folder with its two files. */
export function vendor(runtime: string): Promise<string> {
  const known = vendored.get(runtime) ?? runVendor(runtime);
  vendored.set(runtime, known);
  return known;
}

async function runVendor(runtime: string): Promise<string> {
  const folder = temporaryFolder();
  await runScript("vendor.ts", "--runtime", runtime, "--out", folder);
  return folder;
}

async function runScript(name: string, ...args: readonly string[]): Promise<void> {
  await run(findDeno()!, ["run", "-A", path.join(root, "bench", "vendor", name), ...args]);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "respool-package-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
