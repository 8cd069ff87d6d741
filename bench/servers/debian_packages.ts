/**
 * Servers that Debian has in a newer release than this machine runs: their packages and the libraries they need are
 * unpacked into a folder, and a script there starts the server with that folder's own loader. Nothing is installed.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../.cache/servers/", import.meta.url));
const suite = "sid";
const libraries = [...[
  "libatomic1",
  "libc6",
  "libcap2",
  "libgcc-s1",
  "libjemalloc2",
  "liblzf1",
  "libssl3t64",
  "libstdc++6",
], ...["libsystemd0", "libzstd1", "zlib1g"]];

/** A package that holds a server in a file with another name; which one it is depends on the name it is called by. */
const packages = {
  redis: { tools: "redis-tools", file: "redis-check-rdb", program: "redis-server" },
  valkey: { tools: "valkey-tools", file: "valkey-check-rdb", program: "valkey-server" },
} as const;

/** Gives the path of a script that starts the server, after fetching it where that is needed. */
export function debianServer(kind: keyof typeof packages): string {
  const { tools, file, program } = packages[kind];
  const folder = join(cache, `${kind}-${suite}`);
  const script = join(folder, program);
  if (existsSync(script)) return script;
  // Under another name first, so that half of it is never taken for the whole.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    unpack([tools, ...libraries], unfinished);
    const loader = findLoader(unfinished);
    writeFileSync(join(unfinished, program), startScript(loader, program, file));
    chmodSync(join(unfinished, program), 0o755);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return script;
}

function unpack(names: readonly string[], folder: string): void {
  const apt = join(folder, "apt");
  mkdirSync(join(apt, "lists", "partial"), { recursive: true });
  mkdirSync(join(apt, "cache", "archives", "partial"), { recursive: true });
  writeFileSync(join(apt, "sources.list"), `deb ${mirror()} ${suite} main\n`);
  const options = [...[
    "-qq",
    "-o",
    `Dir::Etc::sourcelist=${apt}/sources.list`,
    "-o",
    "Dir::Etc::sourceparts=/dev/null",
  ], ...["-o", `Dir::State::lists=${apt}/lists`, "-o", `Dir::Cache=${apt}/cache`, "-o", "APT::Sandbox::User=root"]];
  execFileSync("apt-get", [...options, "update"], { stdio: ["ignore", "ignore", "pipe"] });
  execFileSync("apt-get", [...options, "download", ...names], { cwd: apt, stdio: ["ignore", "ignore", "pipe"] });
  for (const name of readdirSync(apt).filter((name) => name.endsWith(".deb"))) {
    execFileSync("dpkg", ["-x", join(apt, name), folder]);
  }
  rmSync(apt, { recursive: true });
}

/** Where this machine gets its own packages. */
function mirror(): string {
  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  const text = execFileSync("apt-get", ["indextargets", ...format], { encoding: "utf8" });
  const found = text.split("\n").find((line) => /\/debian\/?$/.test(line));
  if (found === undefined) throw new Error("apt-get knows no mirror of Debian");
  return found;
}

function findLoader(folder: string): string {
  const libs = join(folder, "usr", "lib");
  for (const triplet of readdirSync(libs)) {
    const loader = existsSync(join(libs, triplet, "libc.so.6")) &&
      readdirSync(join(libs, triplet)).find((name) => /^ld-linux.*\.so/.test(name));
    if (loader) return join("usr", "lib", triplet, loader);
  }
  throw new Error("the packages hold no loader");
}

function startScript(loader: string, program: string, file: string): string {
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
loader="$here/${loader}"
exec "$loader" --library-path "$(dirname "$loader")" --argv0 ${program} "$here/usr/bin/${file}" "$@"
`;
}
