/**
 * Very many clients that lose one server at the same instant and want it back: simulated, on a clock that costs no time.
 */
import { Pool } from "../../lib/pool/pool.ts";
import { Random } from "../support/random.ts";
import { CrowdClock } from "./crowd_clock.ts";

/** What a server sees of such a storm. */
export interface Storm {
  /** Connections that the clients had, and want back. */
  readonly connections: number;
  /** Dials of all clients per second and client while the server was away. */
  readonly dialsPerSecond: number;
  /** The largest share of all connections that came within 100 ms. */
  readonly peakShare: number;
  /** Milliseconds from the server's return until every client had all of its connections. */
  readonly backMs: number;
}

/** The most connections that fall into one interval of 100 ms, as a share of all. */
export function peakShare(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let [first, most] = [0, 0];
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= 100) first++;
    most = Math.max(most, last - first + 1);
  }
  return most / sorted.length;
}

/** Lets `clients` pools of `size` connections lose their server for so long. A connect takes a millisecond. */
export async function simulateStorm(clients: number, size: number, outageMs: number, seed = 1): Promise<Storm> {
  const clock = new CrowdClock();
  const random = new Random(seed).next;
  let [isUp, lastId, dials] = [true, 0, 0];
  let times: number[] = [];
  const factory = {
    connect: () => {
      dials++;
      if (!isUp) return Promise.reject(new Error("refused"));
      return new Promise<number>((resolve) => {
        clock.setTimer(() => {
          times.push(clock.now());
          resolve(++lastId);
        }, 1);
      });
    },
    destroy() {},
  };
  const options = { clock, random, maxSize: size, minIdle: size };
  const pools = Array.from({ length: clients }, () => new Pool(factory, options));
  const ready = Promise.all(pools.map((pool) => pool.ready()));
  await clock.advance(100);
  await ready;
  isUp = false;
  for (const pool of pools) pool.invalidate("lost");
  dials = 0;
  await clock.advance(outageMs);
  const dialsPerSecond = dials / clients / (outageMs / 1000);
  isUp = true;
  times = [];
  const backAt = clock.now();
  await clock.advance(10_000);
  const ended = Promise.all(pools.map((pool) => pool.destroy()));
  await clock.settle();
  await ended;
  const connections = clients * size;
  return {
    connections,
    dialsPerSecond,
    peakShare: peakShare(times),
    backMs: times.length < connections ? Infinity : times.reduce((most, at) => Math.max(most, at), 0) - backAt,
  };
}
