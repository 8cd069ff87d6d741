/**
 * The shapes of a pool's numbers.
 *
 * @module
 */
import type { CircuitState } from "../base/circuit_breaker.ts";
import type { Durations } from "./durations.ts";

/** Counts of a pool at one instant: cheap to take, and carried by the error of a caller who got no connection. */
export interface PoolCounts {
  /** The limit for `total`. */
  readonly maxSize: number;
  /** How many are kept idle. */
  readonly minIdle: number;
  /** All slots; the sum of the seven that follow. */
  readonly total: number;
  /** Connections being opened. */
  readonly connecting: number;
  /** Connections being checked. */
  readonly validating: number;
  /** Connections nobody uses. */
  readonly idle: number;
  /** Connections that were acquired. */
  readonly leased: number;
  /** Connections of the shared lane. */
  readonly shared: number;
  /** Connections whose session state is being undone. */
  readonly resetting: number;
  /** Connections on their way out. */
  readonly closing: number;
  /** Callers in line, the shared lane included. */
  readonly waiting: number;
  /** Whether attempts to connect are made. */
  readonly circuit: CircuitState;
  /** For how many milliseconds the circuit has been in this state. */
  readonly circuitForMs: number;
  /** Leases handed out at once. */
  readonly acquiredAtOnce: number;
  /** Leases handed out after a wait. */
  readonly acquiredAfterWait: number;
  /** Waits that took too long. */
  readonly timedOut: number;
  /** Waits that the caller's signal ended. */
  readonly cancelled: number;
  /** Acquires refused at once: the line was full, the circuit open, or connecting is known to fail. */
  readonly refused: number;
  /** Connections that went from one caller straight to the next. */
  readonly handOvers: number;
  /** Connections made. */
  readonly connects: number;
  /** Attempts to connect that failed. */
  readonly connectFailures: number;
  /** Connections closed. */
  readonly closes: number;
  /** Leases that were held for longer than `leakDetectionMs`. */
  readonly leaks: number;
  /** Those of them that came back after all. */
  readonly unleaked: number;
}

/** The numbers of a pool at one instant. Counters and times only grow: take two and subtract. */
export interface PoolStats extends PoolCounts {
  /** Connections closed, by reason; their sum is `closes`. */
  readonly closesByReason: Readonly<Record<string, number>>;
  /** Attempts to connect that failed, by the error's code; their sum is `connectFailures`. */
  readonly connectFailuresByCode: Readonly<Record<string, number>>;
  /** How long those waited who did not get a connection at once, those who gave up after `acquireTimeoutMs` included. */
  readonly wait: Durations;
  /** How long connecting took: socket and handshake. */
  readonly connect: Durations;
  /** How long leases were held: one in 64, all of them while somebody hears of leases. */
  readonly use: Durations;
}

/** What became of the commands that callers gave to a pool, its leases included; each of a batch counts. */
export interface CommandOutcomes {
  /** The server answered. */
  readonly ok: number;
  /** The server answered with an error. */
  readonly error: number;
  /** No reply came in time. */
  readonly timeout: number;
  /** The caller's signal ended it. */
  readonly aborted: number;
  /** There was no connection for it, or it ended before the reply. */
  readonly lost: number;
  /** There was no room for it (`shared.maxQueued`, `shared.maxQueuedBytes`). */
  readonly refused: number;
  /** It could not be sent as it was. */
  readonly invalid: number;
}

/** The numbers of a Redis pool at one instant. */
export interface RedisPoolStats extends PoolStats {
  /** Commands on the shared lane that were accepted and not settled yet. */
  readonly queuedCommands: number;
  /** Length of their arguments: characters of strings, bytes of byte arrays. */
  readonly queuedBytes: number;
  /** Those of `queuedCommands` that were handed to a socket. */
  readonly inFlight: number;
  /** Those of `inFlight` whose caller has gone: their replies will be dropped. */
  readonly tombstones: number;
  /** Commands that were sent again, after a lost connection or a refusal for now. */
  readonly retries: number;
  /** How often a connection was silent for `stallTimeoutMs` with replies outstanding. */
  readonly stalls: number;
  /** What became of commands. */
  readonly commands: CommandOutcomes;
  /** Commands that failed, by the error's code. */
  readonly commandFailuresByCode: Readonly<Record<string, number>>;
  /**
   * How long commands of the shared lane took, from the turn they were called in to their reply: of each chunk of
   * replies, which answers one command or hundreds, the one that waited longest.
   */
  readonly command: Durations;
  /** The connections for blocking commands, once there were any: a pool of its own, not part of the numbers above. */
  readonly blocking: PoolStats | undefined;
}
