/**
 * Sees to it that there is a `redis-server` to test with.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import process from "node:process";
import { findProgram } from "./matrix.ts";

const advice = `redis-server is not on PATH, so every test that needs it is skipped. To install it:
  Debian, Ubuntu   sudo apt-get install redis-server
  Fedora           sudo dnf install redis
  macOS            brew install redis`;

/** Installs `redis-server` where it is missing and root may do so by apt-get; otherwise says what to do. */
export function ensureRedis(): void {
  if (findProgram("redis") !== undefined) return;
  if (process.getuid?.() === 0 && process.platform === "linux") tryAptGet();
  if (findProgram("redis") === undefined) console.log(`\n${advice}\n`);
}

function tryAptGet(): void {
  console.log("installing redis-server with apt-get");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "redis-server"], {
      stdio: "inherit",
      env,
    });
  } catch (error) {
    console.log(`apt-get could not do it: ${error instanceof Error ? error.message : error}`);
  }
}
