/**
 * What `top` shows of each pool, out of two pages.
 *
 * @module
 */
import type { Sample } from "./exposition.ts";
import { type Bucket, quantile } from "./quantile.ts";

/** A page and when it was taken. */
export interface Page {
  /** Milliseconds from an arbitrary start. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

/** The figures of one pool. Times are in seconds; `NaN` when there were none in between. */
export interface Figures {
  readonly pool: string;
  readonly used: number;
  readonly idle: number;
  readonly max: number;
  readonly waiting: number;
  readonly waitP50: number;
  readonly waitP99: number;
  readonly commandP50: number;
  readonly commandP99: number;
  readonly perSecond: number;
  readonly failuresPerSecond: number;
  readonly connectFailuresPerSecond: number;
  readonly timeoutsPerSecond: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly circuit: string;
  readonly circuitSeconds: number;
}

const poolLabel = "db_client_connection_pool_name";

/** The figures of every pool on the later page, by name. */
export function figuresOf(before: Page, after: Page): Figures[] {
  const pools = new Set(
    after.samples.flatMap(({ labels }) => labels[poolLabel] ?? []),
  );
  return [...pools].map((pool) => figuresOfPool(pool, before, after));
}

function figuresOfPool(pool: string, before: Page, after: Page): Figures {
  const now = new Reader(pool, after.samples);
  const then = new Reader(pool, before.samples);
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const rate = (name: string, wanted?: Labels) => Math.max(0, now.sum(name, wanted) - then.sum(name, wanted)) / seconds;
  const between = (name: string, share: number) => quantile(share, now.bucketsSince(then, name));
  const all = rate("respool_commands_total");
  return {
    pool,
    used: now.sum("db_client_connection_count", {
      db_client_connection_state: "used",
    }),
    idle: now.sum("db_client_connection_count", {
      db_client_connection_state: "idle",
    }),
    max: now.sum("db_client_connection_max"),
    waiting: now.sum("db_client_connection_pending_requests"),
    waitP50: between("db_client_connection_wait_time_seconds", 0.5),
    waitP99: between("db_client_connection_wait_time_seconds", 0.99),
    commandP50: between("db_client_operation_duration_seconds", 0.5),
    commandP99: between("db_client_operation_duration_seconds", 0.99),
    perSecond: all,
    failuresPerSecond: Math.max(
      0,
      all - rate("respool_commands_total", { outcome: "ok" }),
    ),
    connectFailuresPerSecond: rate("respool_connect_failures_total"),
    timeoutsPerSecond: rate("db_client_connection_timeouts_total"),
    inFlight: now.sum("respool_in_flight"),
    queued: now.sum("respool_queued"),
    circuit: now.labelOfOne("respool_circuit_state", "state"),
    circuitSeconds: now.sum("respool_circuit_age_seconds"),
  };
}

type Labels = Readonly<Record<string, string>>;

/** Reads the samples of one pool. */
class Reader {
  readonly #samples: readonly Sample[];

  constructor(pool: string, samples: readonly Sample[]) {
    this.#samples = samples.filter(({ labels }) => labels[poolLabel] === pool);
  }

  #all(name: string, wanted: Labels = {}): Sample[] {
    return this.#samples.filter((sample) =>
      sample.name === name &&
      Object.entries(wanted).every(([label, value]) => sample.labels[label] === value)
    );
  }

  sum(name: string, wanted?: Labels): number {
    return this.#all(name, wanted).reduce((sum, { value }) => sum + value, 0);
  }

  labelOfOne(name: string, label: string): string {
    return this.#all(name).find(({ value }) => value === 1)?.labels[label] ??
      "?";
  }

  bucketsSince(earlier: Reader, name: string): Bucket[] {
    return this.#all(`${name}_bucket`).map(({ labels, value }) => {
      const { le = "+Inf" } = labels;
      const count = Math.max(0, value - earlier.sum(`${name}_bucket`, { le }));
      return { bound: le === "+Inf" ? Infinity : Number(le), count };
    });
  }
}
