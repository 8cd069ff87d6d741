/** The trial by ledger: callers who write and read while everything goes wrong, and the books at the end. */
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { valueOf } from "../support/oracles.ts";
import { Ledger, type LedgerCount } from "../support/oracles_ledger.ts";
import { Settlement } from "../support/oracles_settle.ts";
import { Random } from "../support/random.ts";
import { pause } from "../support/wait_until.ts";
import { strikeAtRandom } from "./disorder.ts";
import { keys, setEchoValues } from "./load.ts";
import type { Scene } from "./scene.ts";

/** How a trial is held. */
export interface TrialOptions {
  /** Callers who write, one entry after the other. */
  readonly writers: number;
  /** Callers who read and check whose value they get. */
  readonly readers: number;
  /** Milliseconds between two faults, on average. */
  readonly pauseMs: number;
  /** Milliseconds that each caller rests between two calls. */
  readonly restMs: number;
  /** Where the faults come from. */
  readonly seed: number;
  /** Whether it is over. */
  isOver(ledger: Ledger): boolean;
  /** Told of each fault. */
  onFault?(name: string): unknown;
}

/** What came out of it. */
export interface TrialResult extends LedgerCount {
  /** How often each fault was played. */
  readonly faults: Readonly<Record<string, number>>;
  /** Reads that brought the right value; none brought a wrong one. */
  readonly reads: number;
  /** Reads that failed. */
  readonly readsFailed: number;
}

/** The time that a call has by default. */
const deadlineMs = 5000;

/** Callers, and what they counted. */
class Callers {
  readonly ledger = new Ledger();
  readonly settlement = new Settlement();
  reads = 0;
  readsFailed = 0;
  isRunning = true;
  readonly #pool: RedisPool;
  readonly #loops: Promise<void>[] = [];
  readonly #restMs: number;

  constructor(pool: RedisPool, { writers, readers, restMs }: TrialOptions) {
    this.#pool = pool;
    this.#restMs = restMs;
    for (let n = 0; n < writers; n++) this.#loops.push(this.#loop(() => this.#write()));
    for (let n = 0; n < readers; n++) this.#loops.push(this.#loop(() => this.#read()));
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.#loops);
  }

  /** A call that failed gives everybody else a turn. */
  async #loop(call: () => Promise<boolean>): Promise<void> {
    while (this.isRunning) if (!await call() || this.#restMs > 0) await pause(this.#restMs);
  }

  #write(): Promise<boolean> {
    return this.ledger.write((args) => this.settlement.follow(this.#pool.send(args), deadlineMs));
  }

  async #read(): Promise<boolean> {
    const key = keys[this.reads % keys.length]!;
    const value = await this.settlement.follow(this.#pool.get(key), deadlineMs).catch(() => undefined);
    if (value !== undefined) assert.equal(value, valueOf(key), "a reply went to the wrong caller");
    if (value === undefined) this.readsFailed++;
    else this.reads++;
    return value !== undefined;
  }
}

/** Holds a trial of a pool; throws when anybody was told an untruth, or was kept waiting. */
export async function holdTrial(scene: Scene, pool: RedisPool, options: TrialOptions): Promise<TrialResult> {
  await setEchoValues(scene.ask);
  const random = new Random(options.seed);
  const callers = new Callers(pool, options);
  const faults: Record<string, number> = {};
  while (!options.isOver(callers.ledger)) {
    await pause(random.int(0, 2 * options.pauseMs));
    const name = await strikeAtRandom(scene, random);
    faults[name] = (faults[name] ?? 0) + 1;
    options.onFault?.(name);
  }
  await callers.stop();
  callers.settlement.assertInTime();
  const { reads, readsFailed, ledger } = callers;
  const count = await ledger.verify(scene.ask);
  await scene.ask(["DEL", ledger.key]);
  return { ...count, faults, reads, readsFailed };
}
