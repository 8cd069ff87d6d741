/**
 * Fresh processes, client by client, round by round.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientNamed, clientVersion } from "../clients/catalogue.ts";
import { type OneShot, oneShots } from "../workloads/one_shot.ts";
import type { Startup } from "../workloads/startup.ts";
import type { Rounds } from "./contest.ts";
import { pinned } from "./pinning.ts";
import { commandFor, type RuntimeProgram } from "./programs.ts";
import type { Outcome } from "./protocol.ts";
import { reasonOf } from "./reason.ts";

const run = promisify(execFile);
const workerFile = fileURLToPath(new URL("../workers/startup_worker.ts", import.meta.url));

/** Starts each client once to warm the disk's cache, then once per round. */
export async function contestStartups(
  clients: readonly string[],
  runtime: RuntimeProgram,
  shot: OneShot,
  { rounds, onRound }: Pick<Rounds, "rounds" | "onRound">,
): Promise<Outcome<Startup>[]> {
  const results = new Map<string, Startup[]>(clients.map((client) => [client, []]));
  const reasons = new Map<string, string>();
  for (let round = 0; round <= rounds; round++) {
    for (const client of clients) {
      onRound(client);
      if (!(client in oneShots) || reasons.has(client)) continue;
      try {
        const startup = await startOnce(client, runtime, shot);
        if (round > 0) results.get(client)!.push(startup);
      } catch (error) {
        reasons.set(client, reasonOf(error));
      }
    }
  }
  return clients.map((client) => {
    const notRun = reasons.get(client);
    if (notRun !== undefined) return { client, notRun };
    if (!(client in oneShots)) return { client, notApplicable: true };
    return { client, version: versionOf(client, runtime), results: results.get(client)! };
  });
}

/** A client that is part of the runtime has its version, which need not be that of this process. */
function versionOf(client: string, { title }: RuntimeProgram): string {
  const entry = clientNamed(client);
  return entry.only === undefined ? clientVersion(entry) : title.split(" ")[1]!;
}

async function startOnce(client: string, runtime: RuntimeProgram, shot: OneShot): Promise<Startup> {
  versionOf(client, runtime);
  const [program, ...args] = pinned(commandFor(runtime, workerFile, [JSON.stringify({ client, ...shot })], false));
  const { stdout } = await run(program!, args, { timeout: 20_000, killSignal: "SIGKILL" });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Startup;
}
