/** Callers that go on for as long as a fault does. */
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { valueOf } from "../support/oracles.ts";
import type { Ledger } from "../support/oracles_ledger.ts";
import type { Settlement } from "../support/oracles_settle.ts";

/** What callers went through. */
export interface LoadCount {
  /** Reads that brought the right value. */
  reads: number;
  /** What reads were rejected with. */
  readErrors: unknown[];
}

/** Keys whose values are a function of their names. */
export const keys: readonly string[] = Array.from({ length: 200 }, (_, i) => `echo:${i}`);

/** Gives every key its value. */
export async function setEchoValues(send: (args: string[]) => Promise<unknown>): Promise<void> {
  await send(["MSET", ...keys.flatMap((key) => [key, valueOf(key)])]);
}

/** Reads one key and checks whose value comes. */
export async function readEcho(pool: Pick<RedisPool, "get">, key: string): Promise<void> {
  assert.equal(await pool.get(key), valueOf(key), "a reply went to the wrong caller");
}

/** Callers in closed loops until `stop`: each one waits for its reply before its next call. */
export class ClosedLoops {
  readonly count: LoadCount = { reads: 0, readErrors: [] };
  readonly #pool: RedisPool;
  readonly #ledger: Ledger;
  readonly #settlement: Settlement;
  readonly #deadlineMs: number;
  readonly #loops: Promise<void>[] = [];
  #isRunning = true;

  /** Nobody calls yet; `deadlineMs` is the pool's `commandTimeoutMs`. */
  constructor(pool: RedisPool, ledger: Ledger, settlement: Settlement, deadlineMs: number) {
    this.#pool = pool;
    this.#ledger = ledger;
    this.#settlement = settlement;
    this.#deadlineMs = deadlineMs;
  }

  /** Adds callers that write to the ledger. */
  addWriters(count: number): void {
    for (let n = 0; n < count; n++) this.#loops.push(this.#loop(() => this.#write()));
  }

  /** Adds callers that read echo values. */
  addReaders(count: number): void {
    for (let n = 0; n < count; n++) {
      this.#loops.push(this.#loop(() => this.#read(keys[this.count.reads % keys.length]!)));
    }
  }

  /** Lets every caller finish his call, and checks that all of them could. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
    this.#settlement.assertInTime();
  }

  async #loop(call: () => Promise<unknown>): Promise<void> {
    while (this.#isRunning) {
      await call();
      // So that a call that fails at once leaves a turn to everybody else.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  #write(): Promise<boolean> {
    return this.#ledger.write((args) => this.#settlement.follow(this.#pool.send(args), this.#deadlineMs));
  }

  async #read(key: string): Promise<void> {
    try {
      const value = await this.#settlement.follow(this.#pool.get(key), this.#deadlineMs);
      assert.equal(value, valueOf(key), "a reply went to the wrong caller");
      this.count.reads++;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      this.count.readErrors.push(error);
    }
  }
}
