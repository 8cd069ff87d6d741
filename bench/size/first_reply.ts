/**
 * How long a program that just started waits for its first reply: load the library, connect, ask once. Each time is
 * that of a new process; the contestants take turns, so that a busy moment of the machine hits all of them.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const script = fileURLToPath(new URL("first_reply_child.js", import.meta.url));

/** What is measured and where. */
export interface Job {
  /** The Node program. */
  readonly node: string;
  /** Names and the modules they load; no module is a bare socket. */
  readonly contestants: Readonly<Record<string, string>>;
  readonly port: number;
  readonly rounds: number;
}

/** The least of each contestant in milliseconds: whatever else the machine does can only add to it. */
export async function measureFirstReplies({ node, contestants, port, rounds }: Job): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  // The first round warms the disk's cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, module] of Object.entries(contestants)) {
      const { stdout } = await run(node, [script, name, module, String(port)], { timeout: 20_000 });
      if (round > 0) (times[name] ??= []).push(Number(stdout));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.min(...all)]));
}
