/**
 * All pools at all workloads, by turns.
 *
 * @module
 */
import { loadavg } from "node:os";
import { RawClient } from "../../tests/support/raw_client.ts";
import { type OwnServer, startRedis } from "../../tests/support/servers.ts";
import { describeMachine } from "../run/machine.ts";
import { pinServer } from "../run/pinning.ts";
import { findRuntime, thisRuntime } from "../run/programs.ts";
import type { Figure, Result, Round } from "./result.ts";
import { key, type Variant, variants } from "./variants.ts";
import { firstOperation, kills, load, restart } from "./workloads.ts";

/** How much is measured. */
export interface Extent {
  readonly rounds: number;
  /** How long one load lasts. */
  readonly seconds: number;
}

/** New pools per round whose first call is timed. */
const firstPools = 15;

/** A round before those that count: the code must be warm. */
const warmUpSeconds = 0.05;

/** How long recovery is waited for. */
const recoveryWatchMs = 3000;

type Figures = Record<Figure, number>;

/** Measures everything on this runtime. */
export async function measure(
  { rounds, seconds }: Extent,
  onProgress: (what: string) => void,
): Promise<Result> {
  const machineLoad = loadavg()[0]!;
  const server = await startRedis();
  try {
    const fill = () => prepare(server);
    await fill();
    await playRound(server, 0, warmUpSeconds, () => onProgress("warming up"));
    const all: Figures[][] = [];
    for (let round = 1; round <= rounds; round++) {
      const report = (what: string) => onProgress(`round ${round} of ${rounds}, ${what}`);
      const figures = await playRound(server, round, seconds, report);
      report("restart");
      const restarts = await restart(variants, server, fill, recoveryWatchMs);
      restarts.forEach(({ failed, recoveryMs }, n) => {
        Object.assign(figures[n]!, {
          restartFailed: failed,
          recovery: recoveryMs,
        });
      });
      all.push(figures);
    }
    return { ...describe(server), load: machineLoad, seconds, rows: rowsOf(all) };
  } finally {
    await server.stop();
  }
}

/** Every pool at every load, one after the other, since they would share the processor; another one first each time. */
async function playRound(
  server: OwnServer,
  round: number,
  seconds: number,
  onProgress: (what: string) => void,
): Promise<Figures[]> {
  const figures = variants.map((): Figures => ({} as Figures));
  for (const [name, play] of Object.entries(plays)) {
    for (let turn = 0; turn < variants.length; turn++) {
      const n = (turn + round) % variants.length;
      const variant = variants[n]!;
      onProgress(`${name}, ${variant.name}`);
      Object.assign(figures[n]!, await play(variant, server, seconds));
    }
  }
  return figures;
}

type Play = (
  variant: Variant,
  server: OwnServer,
  seconds: number,
) => Promise<Partial<Figures>>;

const plays: Readonly<Record<string, Play>> = {
  "sequential": loadOf("sequential", 1),
  "10 callers": loadOf("ten", 10),
  "50 callers": loadOf("fifty", 50),
  "first operation": async (variant, server) => ({
    firstOperation: await firstOperation(variant, server, firstPools),
  }),
  "connections killed": async (variant, server, seconds) => {
    const { rate, failed, p99 } = await kills(variant, server, seconds * 2);
    return { kills: rate, killsFailed: failed, killsP99: p99 };
  },
};

function loadOf(name: string, callers: number): Play {
  return async (variant, server, seconds) => {
    const { rate, p50, p95, p99 } = await load(
      variant,
      server,
      callers,
      seconds,
    );
    return {
      [name]: rate,
      [`${name}P50`]: p50,
      [`${name}P95`]: p95,
      [`${name}P99`]: p99,
    };
  };
}

async function prepare(server: OwnServer): Promise<void> {
  pinServer(server.pid);
  const client = await RawClient.connect(server.url);
  await client.send(["SET", key, "nine byte"]);
  client.close();
}

function describe(server: OwnServer): Pick<Result, "runtime" | "server" | "machine" | "date"> {
  const { processor, cores } = describeMachine();
  return {
    runtime: findRuntime(thisRuntime()).title,
    server: `Redis ${server.version}`,
    machine: `${cores} × ${processor}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

function rowsOf(all: readonly Round[][]): Result["rows"] {
  return variants.map(({ name }, n) => ({ name, rounds: all.map((round) => round[n]!) }));
}
