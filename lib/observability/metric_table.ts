/**
 * Every metric of a pool, under the names of OpenTelemetry's conventions for databases where there is one, else under
 * `redis.client.` as other Redis clients have it, else under `respool.`.
 *
 * @module
 */
import type { Durations } from "./durations.ts";
import type { PoolStats, RedisPoolStats } from "./stats.ts";

/** Names and values that tell the samples of one metric apart. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a metric. */
export type Sample = readonly [value: number, labels?: Labels];

/** A metric that is read when somebody asks. */
export interface CountMetric<S> {
  /** Its name, with dots. */
  readonly name: string;
  /** `counter` only grows; `upDownCounter` can be summed over pools; `gauge` cannot. */
  readonly kind: "counter" | "upDownCounter" | "gauge";
  /** What is counted, in braces, or a unit such as `s` and `By`. */
  readonly unit: string;
  /** One sentence. */
  readonly description: string;
  /** Its numbers now. */
  read(stats: S): readonly Sample[];
}

/** A metric that is a distribution of times. */
export interface TimeMetric<S> {
  /** Its name, with dots. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** The distribution now. */
  read(stats: S): Durations;
  /** Labels of the metric besides the pool's. */
  readonly labels?: Labels;
  /** How many more there were that took no time at all. */
  readInstant?(stats: S): number;
}

/** The label that names the pool. */
export const poolLabel = "db.client.connection.pool.name";

const reasonLabel = "redis.client.connection.close.reason";

/** Reasons to close that other clients have a word for. */
const closeReasons: ReadonlyMap<string, string> = new Map([
  ["closed", "application_close"],
  ["idle", "pool_eviction_idle"],
  ["validation", "healthcheck_failed"],
  ["CONN_CLOSED", "server_close"],
]);

/** Counts of any pool. */
export const poolCounts: readonly CountMetric<PoolStats>[] = [
  {
    name: "db.client.connection.count",
    kind: "upDownCounter",
    unit: "{connection}",
    description: "Connections that are open, by whether somebody uses them.",
    read: (stats) => [
      [stats.idle, { "db.client.connection.state": "idle" }],
      [stats.leased + stats.shared + stats.validating + stats.resetting, { "db.client.connection.state": "used" }],
    ],
  },
  {
    name: "db.client.connection.idle.max",
    kind: "upDownCounter",
    unit: "{connection}",
    description: "The most connections that may be idle.",
    read: ({ maxSize }) => [[maxSize]],
  },
  {
    name: "db.client.connection.idle.min",
    kind: "upDownCounter",
    unit: "{connection}",
    description: "How many connections are kept idle.",
    read: ({ minIdle }) => [[minIdle]],
  },
  {
    name: "db.client.connection.max",
    kind: "upDownCounter",
    unit: "{connection}",
    description: "The most connections at any time.",
    read: ({ maxSize }) => [[maxSize]],
  },
  {
    name: "db.client.connection.pending_requests",
    kind: "upDownCounter",
    unit: "{request}",
    description: "Callers who wait for a connection.",
    read: ({ waiting }) => [[waiting]],
  },
  {
    name: "db.client.connection.timeouts",
    kind: "counter",
    unit: "{timeout}",
    description: "Callers who waited for a connection until their time was up.",
    read: ({ timedOut }) => [[timedOut]],
  },
  {
    name: "redis.client.connection.closed",
    kind: "counter",
    unit: "{connection}",
    description: "Connections that were closed, by reason.",
    read: ({ closesByReason }) =>
      Object.entries(closesByReason).map(([reason, count]) => [
        count,
        { [reasonLabel]: closeReasons.get(reason) ?? reason },
      ]),
  },
  {
    name: "respool.connections",
    kind: "upDownCounter",
    unit: "{connection}",
    description: "Slots of the pool, by state; their sum is bounded by db.client.connection.max.",
    read: (stats) => slotStates.map((state) => [stats[state], { state }]),
  },
  {
    name: "respool.circuit.state",
    kind: "upDownCounter",
    unit: "{pool}",
    description: "1 for the state that the circuit breaker is in.",
    read: ({ circuit }) => circuitStates.map((state) => [circuit === state ? 1 : 0, { state }]),
  },
  {
    name: "respool.circuit.age",
    kind: "gauge",
    unit: "s",
    description: "How long the circuit breaker has been in its state.",
    read: ({ circuitForMs }) => [[circuitForMs / 1000]],
  },
  {
    name: "respool.acquires",
    kind: "counter",
    unit: "{acquire}",
    description: "Acquires, by outcome.",
    read: (stats) => [
      [stats.acquiredAtOnce, { outcome: "at_once" }],
      [stats.acquiredAfterWait, { outcome: "after_wait" }],
      [stats.timedOut, { outcome: "timed_out" }],
      [stats.cancelled, { outcome: "cancelled" }],
      [stats.refused, { outcome: "refused" }],
    ],
  },
  {
    name: "respool.hand_overs",
    kind: "counter",
    unit: "{connection}",
    description: "Connections that went from one caller straight to the next.",
    read: ({ handOvers }) => [[handOvers]],
  },
  {
    name: "respool.connect_failures",
    kind: "counter",
    unit: "{attempt}",
    description: "Attempts to connect that failed, by the error's code.",
    read: ({ connectFailuresByCode }) =>
      Object.entries(connectFailuresByCode).map(([code, count]) => [count, { "error.type": code }]),
  },
  {
    name: "respool.leaks",
    kind: "counter",
    unit: "{lease}",
    description: "Leases that were held for too long.",
    read: ({ leaks }) => [[leaks]],
  },
  {
    name: "respool.leaks.returned",
    kind: "counter",
    unit: "{lease}",
    description: "Leases that were held for too long and came back after all.",
    read: ({ unleaked }) => [[unleaked]],
  },
];

const slotStates = ["connecting", "validating", "idle", "leased", "shared", "resetting", "closing"] as const;
const circuitStates = ["closed", "open", "half_open"] as const;

/** Counts of a pool of Redis connections. */
export const commandCounts: readonly CountMetric<RedisPoolStats>[] = [
  {
    name: "redis.client.errors",
    kind: "counter",
    unit: "{error}",
    description: "Commands that failed, by the error's code.",
    read: ({ commandFailuresByCode }) =>
      Object.entries(commandFailuresByCode).map(([code, count]) => [count, { "error.type": code }]),
  },
  {
    name: "respool.commands",
    kind: "counter",
    unit: "{command}",
    description: "Commands that have ended, by outcome; each of a batch counts.",
    read: ({ commands }) => Object.entries(commands).map(([outcome, count]) => [count, { outcome }]),
  },
  {
    name: "respool.queued",
    kind: "upDownCounter",
    unit: "{command}",
    description: "Commands of the shared lane that were accepted and not written yet.",
    read: ({ queuedCommands, inFlight }) => [[Math.max(0, queuedCommands - inFlight)]],
  },
  {
    name: "respool.in_flight",
    kind: "upDownCounter",
    unit: "{command}",
    description: "Commands of the shared lane that were written and not answered yet.",
    read: ({ inFlight }) => [[inFlight]],
  },
  {
    name: "respool.tombstones",
    kind: "upDownCounter",
    unit: "{command}",
    description: "Commands in flight whose caller has gone.",
    read: ({ tombstones }) => [[tombstones]],
  },
  {
    name: "respool.arguments",
    kind: "upDownCounter",
    unit: "By",
    description: "Length of the arguments of all commands of the shared lane that are queued or in flight.",
    read: ({ queuedBytes }) => [[queuedBytes]],
  },
  {
    name: "respool.retries",
    kind: "counter",
    unit: "{command}",
    description: "Commands that were sent again.",
    read: ({ retries }) => [[retries]],
  },
  {
    name: "respool.stalls",
    kind: "counter",
    unit: "{stall}",
    description: "How often a connection was silent for too long with replies outstanding.",
    read: ({ stalls }) => [[stalls]],
  },
];

/** Times of any pool. */
export const poolTimes: {
  readonly create: TimeMetric<PoolStats>;
  readonly wait: TimeMetric<PoolStats>;
  readonly use: TimeMetric<PoolStats>;
} = {
  create: {
    name: "db.client.connection.create_time",
    description: "How long connecting took: socket and handshake.",
    read: ({ connect }) => connect,
  },
  wait: {
    name: "db.client.connection.wait_time",
    description: "How long it took to get a connection from the pool.",
    read: ({ wait }) => wait,
    readInstant: ({ acquiredAtOnce }) => acquiredAtOnce,
  },
  use: {
    name: "db.client.connection.use_time",
    description: "How long connections were held; one in 64 while nobody observes.",
    read: ({ use }) => use,
  },
};

/** The time of commands. */
export const commandTime: TimeMetric<RedisPoolStats> = {
  name: "db.client.operation.duration",
  description: "How long commands of the shared lane took: of each chunk of replies the longest.",
  labels: { "db.system.name": "redis" },
  read: ({ command }) => command,
};

/** Upper bounds of the buckets of times, in seconds: those of the conventions, and finer ones for a server nearby. */
export const timeBounds: readonly number[] = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10],
];

/** The upper bounds that the conventions ask for, in seconds. */
export const operationBounds: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
