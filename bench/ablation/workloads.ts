/**
 * What the pools are put through.
 *
 * @module
 */
import { Samples } from "../demo/samples.ts";
import { RawClient } from "../../tests/support/raw_client.ts";
import type { OwnServer } from "../../tests/support/servers.ts";
import { clientName } from "./plain_connection.ts";
import type { Endpoint, Running, Variant } from "./variants.ts";

/** Callers that each go on as soon as they are answered; times in milliseconds. */
export interface Load {
  /** Calls per second. */
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A pool whose connections are killed. */
export interface Kills {
  /** Calls per second that were answered. */
  readonly rate: number;
  readonly failed: number;
  readonly p99: number;
}

/** A pool whose server goes away and comes back. */
export interface Restart {
  readonly failed: number;
  /** From when the server was back to the first answer; the whole watch when none came. */
  readonly recoveryMs: number;
}

/** Runs callers from the pool's first call on. */
export async function load(
  variant: Variant,
  endpoint: Endpoint,
  callers: number,
  seconds: number,
): Promise<Load> {
  const pool = await variant.open(endpoint);
  const samples = new Samples();
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  const caller = async () => {
    for (let before = startedAt; before < endAt;) {
      await pool.get();
      const now = performance.now();
      samples.add(now - before);
      before = now;
    }
  };
  try {
    await Promise.all(Array.from({ length: callers }, caller));
    return {
      rate: samples.length / (performance.now() - startedAt) * 1000,
      ...percentiles(samples),
    };
  } finally {
    await pool.close();
  }
}

/** The first call of a new pool, the middle one of several pools, in milliseconds. */
export async function firstOperation(
  variant: Variant,
  endpoint: Endpoint,
  pools: number,
): Promise<number> {
  const samples = new Samples();
  for (let n = 0; n < pools; n++) {
    const pool = await variant.open(endpoint);
    const before = performance.now();
    await pool.get();
    samples.add(performance.now() - before);
    await pool.close();
  }
  return samples.percentile(0.5);
}

const killEveryMs = 50;
const callersInTrouble = 10;

/** Runs callers while one connection after the other is killed. */
export async function kills(
  variant: Variant,
  endpoint: Endpoint,
  seconds: number,
): Promise<Kills> {
  const killer = await Killer.start(endpoint);
  try {
    const watch = new Watch(await variant.open(endpoint));
    for (let n = 0; n < callersInTrouble; n++) watch.addCaller(0);
    await sleep(seconds * 1000);
    return watch.kills(seconds);
  } finally {
    killer.stop();
  }
}

const awayMs = 700;
const beforeMs = 300;

/** Has all pools lose the same server at once. */
export async function restart(
  variants: readonly Variant[],
  server: OwnServer,
  fill: () => Promise<void>,
  watchMs: number,
): Promise<Restart[]> {
  const watches: Watch[] = [];
  for (const variant of variants) {
    watches.push(new Watch(await variant.open(server)));
  }
  // They rest between calls, so that all of them can be watched at the same time.
  for (const watch of watches) {
    for (let n = 0; n < callersInTrouble; n++) watch.addCaller(20);
  }
  await sleep(beforeMs);
  await server.stop();
  await sleep(awayMs);
  await server.restart();
  await fill();
  const backAt = performance.now();
  await sleep(watchMs);
  return watches.map((watch) => watch.restart(backAt, watchMs));
}

/** Notes what callers meet with, whether they are answered in the end or not. */
class Watch {
  readonly #pool: Running;
  readonly #samples = new Samples();
  readonly #answeredAt: number[] = [];
  readonly #waitingSince = new Set<{ readonly at: number }>();
  #failed = 0;
  #isOver = false;

  constructor(pool: Running) {
    this.#pool = pool;
  }

  async addCaller(restMs: number): Promise<void> {
    while (!this.#isOver) {
      const call = { at: performance.now() };
      this.#waitingSince.add(call);
      const succeeded = await this.#pool.get().then(() => true, () => false);
      if (this.#isOver) return;
      this.#waitingSince.delete(call);
      this.#note(succeeded, call.at);
      // One that fails at once must not keep everybody else from running.
      if (restMs > 0 || !succeeded) await sleep(restMs);
    }
  }

  kills(seconds: number): Kills {
    this.#end();
    return {
      rate: this.#answeredAt.length / seconds,
      failed: this.#failed,
      p99: this.#samples.percentile(0.99),
    };
  }

  restart(backAt: number, watchMs: number): Restart {
    this.#end();
    const first = this.#answeredAt.find((at) => at >= backAt);
    return {
      failed: this.#failed,
      recoveryMs: first === undefined ? watchMs : first - backAt,
    };
  }

  #note(succeeded: boolean, since: number): void {
    const now = performance.now();
    this.#samples.add(now - since);
    if (succeeded) this.#answeredAt.push(now);
    else this.#failed++;
  }

  /** Who still waits has waited so long at least. */
  #end(): void {
    this.#isOver = true;
    const now = performance.now();
    for (const { at } of this.#waitingSince) this.#samples.add(now - at);
    Promise.resolve(this.#pool.close()).catch(() => {});
  }
}

/** Kills one connection of the pool under test every now and then. */
class Killer {
  readonly #client: RawClient;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(client: RawClient) {
    this.#client = client;
    this.#timer = setInterval(
      () => void this.#kill().catch(() => {}),
      killEveryMs,
    );
  }

  static async start({ host, port }: Endpoint): Promise<Killer> {
    return new Killer(await RawClient.connect(`redis://${host}:${port}`));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.close();
  }

  async #kill(): Promise<void> {
    const list = String(await this.#client.send(["CLIENT", "LIST"])).split(
      "\n",
    );
    const ids = list.filter((line) => line.includes(` name=${clientName} `))
      .map((line) => /id=(\d+)/.exec(line)![1]!);
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (id !== undefined) await this.#client.send(["CLIENT", "KILL", "ID", id]);
  }
}

function percentiles(
  samples: Samples,
): { p50: number; p95: number; p99: number } {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => samples.percentile(share));
  return { p50: p50!, p95: p95!, p99: p99! };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
