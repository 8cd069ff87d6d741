/**
 * A pool that works as redis-py 7.1.0's does, except for what is switched on.
 *
 * ```txt
 *   lock ─► take an idle one, or make one ─► connect ─► look at it for a turn ─► unlock ─► command ─► give back
 *   └──────────────── lockFree: only the taking itself, which needs no lock ────────┘
 * ```
 *
 * There are as many connections as callers, as there.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { Histogram } from "../../lib/base/histogram.ts";
import { Encoder } from "../../lib/resp/encoder.ts";
import { Lock } from "./lock.ts";
import type { PlainConnection } from "./plain_connection.ts";
import { PlainRecovery, QuickRecovery, type Recovery } from "./recovery.ts";
import type { Switches } from "./switches.ts";

/** How long a connection counts as fit after its use. */
const healthCacheMs = 1000;

/** How many connections are made ahead, and encoders with them. */
const aheadOfNeed = 10;

/** A place for a connection, kept when the connection is lost. */
interface Place {
  connection: PlainConnection | undefined;
}

/** Keeps connections. */
export class PlainPool {
  readonly #open: (encoder: Encoder | undefined) => Promise<PlainConnection>;
  readonly #switches: Switches;
  readonly #recovery: Recovery;
  readonly #idle: Place[] = [];
  readonly #all = new Set<Place>();
  readonly #lock = new Lock();
  readonly #encoders: Encoder[];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #metrics = { acquire: new Histogram(), inUse: 0, failures: 0 };

  #isClosed = false;

  /** Opens nothing yet. */
  constructor(
    open: (encoder: Encoder | undefined) => Promise<PlainConnection>,
    switches: Switches,
  ) {
    this.#open = open;
    this.#switches = switches;
    const sleep = (ms: number) => this.#sleep(ms);
    this.#recovery = switches.recovery ? new QuickRecovery(sleep) : new PlainRecovery(sleep);
    this.#encoders = switches.readyEncoder ? Array.from({ length: aheadOfNeed }, () => new Encoder()) : [];
  }

  /** Makes connections ahead of need. */
  async warm(): Promise<void> {
    const places = Array.from({ length: aheadOfNeed }, () => this.#add());
    await Promise.all(places.map((place) => this.#connect(place)));
    this.#idle.push(...places);
  }

  /** Sends a command on a connection of its own. */
  async send(args: readonly string[]): Promise<unknown> {
    const startedAt = performance.now();
    const place = await this.#acquire();
    if (this.#switches.metrics) {
      this.#metrics.acquire.record(performance.now() - startedAt);
    }
    try {
      return await this.#sendOn(place, args, startedAt);
    } finally {
      this.#release(place);
    }
  }

  /** Ends everything; calls that wait to be sent again are never answered. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { connection } of this.#all) connection?.end();
  }

  async #sendOn(
    place: Place,
    args: readonly string[],
    startedAt: number,
  ): Promise<unknown> {
    for (let failures = 1;; failures++) {
      try {
        if (!place.connection?.isOpen) await this.#connect(place);
        return await place.connection!.send(args);
      } catch (error) {
        place.connection?.end();
        if (this.#switches.metrics) this.#metrics.failures++;
        await this.#recovery.beforeResend(error, failures, startedAt);
      }
    }
  }

  async #acquire(): Promise<Place> {
    if (!this.#switches.lockFree) {
      return await this.#lock.hold(() => this.#take());
    }
    return await this.#take();
  }

  async #take(): Promise<Place> {
    const place = this.#idle.pop() ?? this.#add();
    if (this.#switches.metrics) this.#metrics.inUse++;
    try {
      if (!place.connection?.isOpen) await this.#connect(place);
      await this.#check(place);
      return place;
    } catch (error) {
      this.#release(place);
      throw error;
    }
  }

  /** Lets what has arrived be read: an end, or bytes that nobody asked for. */
  async #check(place: Place): Promise<void> {
    const { healthCache } = this.#switches;
    if (
      healthCache &&
      performance.now() - place.connection!.provenAt < healthCacheMs
    ) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!place.connection!.isOpen) await this.#connect(place);
  }

  #release(place: Place): void {
    if (this.#switches.metrics) this.#metrics.inUse--;
    if (this.#switches.healthCache && place.connection !== undefined) {
      place.connection.provenAt = performance.now();
    }
    this.#idle.push(place);
  }

  async #connect(place: Place): Promise<void> {
    place.connection = await this.#recovery.connect(() => this.#open(this.#encoders.pop()));
    if (this.#isClosed) place.connection.end();
  }

  #add(): Place {
    const place = { connection: undefined };
    this.#all.add(place);
    return place;
  }

  /** Never over when the pool is closed: nobody cares for what would come after it. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }
}
