/**
 * How much a program grows by each door: bundled, minified, and compressed as a web server would.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** The size of what is behind a door, in bytes. */
export interface DoorSize {
  /** Such as `./node`. */
  readonly door: string;
  readonly minified: number;
  readonly gzipped: number;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Measures doors by the names they have in `deno.json`; `deno` is the program that bundles. */
export function measureDoors(deno: string, doors: readonly string[]): DoorSize[] {
  const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")) as { exports: Record<string, string> };
  const folder = mkdtempSync(join(tmpdir(), "respool-size-"));
  try {
    return doors.map((door) => {
      const file = join(folder, "bundle.js");
      const options = ["--quiet", "--minify", "--platform", "deno", "--external", "cloudflare:sockets"];
      execFileSync(deno, ["bundle", ...options, "--output", file, join(root, exports[door]!)], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      const code = readFileSync(file);
      return { door, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line per door. */
export function renderDoors(sizes: readonly DoorSize[]): string[] {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  return [
    `${"door".padEnd(10)}${"minified".padStart(10)}${"gzip".padStart(10)}`,
    ...sizes.map(({ door, minified, gzipped }) => door.padEnd(10) + kilobytes(minified) + kilobytes(gzipped)),
  ];
}
