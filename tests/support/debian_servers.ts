/**
 * Servers of releases that this machine's own distribution does not have. Debian's packages of them, and of the
 * libraries that they need, are unpacked into `.cache/servers/`, and started with the loader from there. Nothing is
 * installed.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Program, ServerKind } from "./matrix.ts";
import { root } from "./runtimes.ts";

/** A release of a server and where Debian has it. */
export interface DebianServer {
  /** Such as `Redis 8.0`. */
  readonly title: string;
  /** Which kind it is. */
  readonly kind: ServerKind & ("redis" | "valkey");
  /** The suites of the archive to take it and its libraries from. */
  readonly suites: readonly string[];
  /** What the library of TLS is called there. */
  readonly ssl: string;
}

/** The releases that the tests want beside the one on `PATH`. */
export const debianServers: readonly DebianServer[] = [
  { title: "Redis 8.0", kind: "redis", suites: ["trixie"], ssl: "libssl3t64" },
  { title: "Valkey 8.0", kind: "valkey", suites: ["bookworm-backports", "bookworm"], ssl: "libssl3" },
  { title: "Valkey 9.1", kind: "valkey", suites: ["sid"], ssl: "libssl3t64" },
];

const cache = join(root, ".cache", "servers");

/** What they are linked with, besides TLS; each release uses most of these. */
const libraries = [
  ...["libc6", "libatomic1", "libstdc++6", "libgcc-s1", "libjemalloc2", "liblzf1", "liblua5.1-0"],
  ...["libsystemd0", "libcap2", "libgcrypt20", "libgpg-error0", "liblz4-1", "liblzma5", "libzstd1", "zlib1g"],
];

function folderOf({ kind, suites }: DebianServer): string {
  return join(cache, `${kind}-${suites[0]}`);
}

/** The program of a release, where it was fetched before. */
export function findDebianServer(server: DebianServer): Program | undefined {
  const path = join(folderOf(server), `${server.kind}-server`);
  if (!existsSync(path)) return undefined;
  const text = execFileSync(path, ["--version"], { encoding: "utf8" });
  return { path, version: /v=(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? "unknown" };
}

/** Fetches what is not there yet. What cannot be had is said and left out. */
export function ensureDebianServers(): void {
  for (const server of debianServers) {
    if (existsSync(folderOf(server))) continue;
    console.log(`fetching ${server.title} from Debian's archive`);
    try {
      fetchServer(server);
    } catch (error) {
      console.log(`it could not be had: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  }
}

function fetchServer(server: DebianServer): void {
  const folder = folderOf(server);
  // Under another name first, so that half of it is never taken for the whole.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    unpack(server, unfinished);
    const start = join(unfinished, `${server.kind}-server`);
    writeFileSync(start, startScript(server, findLoader(unfinished)));
    chmodSync(start, 0o755);
    execFileSync(start, ["--version"], { stdio: "ignore" });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function unpack({ kind, suites, ssl }: DebianServer, folder: string): void {
  const apt = join(folder, "apt");
  for (const place of ["lists", "cache/archives"]) mkdirSync(join(apt, place, "partial"), { recursive: true });
  const mirror = debianMirror();
  writeFileSync(join(apt, "sources.list"), suites.map((suite) => `deb ${mirror} ${suite} main\n`).join(""));
  const options = [
    `Dir::Etc::sourcelist=${apt}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    // Without the index of every translation and file there is a tenth to fetch.
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const run = (...args: string[]) =>
    execFileSync("apt-get", ["-qq", ...options, ...args], { cwd: apt, stdio: ["ignore", "ignore", "pipe"] });
  run("update");
  // By its suite, because backports are taken only when they are asked for.
  run("download", `${kind}-tools/${suites[0]}`, ssl, ...libraries);
  for (const name of readdirSync(apt).filter((name) => name.endsWith(".deb"))) {
    execFileSync("dpkg", ["-x", join(apt, name), folder]);
  }
  rmSync(apt, { recursive: true });
}

/** Where this machine gets its own packages. */
function debianMirror(): string {
  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  const mirrors = execFileSync("apt-get", ["indextargets", ...format], { encoding: "utf8" }).split("\n");
  const found = mirrors.find((mirror) => /\/debian\/?$/.test(mirror));
  if (found === undefined) throw new Error("this machine knows no mirror of Debian");
  return found;
}

/** The loader beside the C library, which older suites keep in `/lib` and newer ones in `/usr/lib`. */
function findLoader(folder: string): { libraries: string[]; loader: string } {
  const libraries: string[] = [];
  let loader: string | undefined;
  for (const lib of ["lib", "usr/lib"].filter((lib) => existsSync(join(folder, lib)))) {
    for (const triplet of readdirSync(join(folder, lib)).filter((name) => name.includes("-linux-"))) {
      libraries.push(`${lib}/${triplet}`);
      const name = readdirSync(join(folder, lib, triplet)).find((name) => /^ld-linux.*\.so/.test(name));
      if (name !== undefined) loader ??= `${lib}/${triplet}/${name}`;
    }
  }
  if (loader === undefined) throw new Error("the packages hold no loader");
  return { libraries, loader };
}

/** The tools' package holds the server in a file of another name: which program it is depends on how it is called. */
function startScript({ kind }: DebianServer, { libraries, loader }: ReturnType<typeof findLoader>): string {
  const path = libraries.map((library) => `$here/${library}`).join(":");
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/${loader}" --library-path "${path}" --argv0 ${kind}-server "$here/usr/bin/${kind}-check-rdb" "$@"
`;
}
