/**
 * The ledger: every write puts an id of its own at the end of one list. What the server holds afterwards shows whether
 * each caller was told the truth.
 *
 * ```txt
 *   acknowledged                    ─► on the server, once
 *   rejected, maybeExecuted: true   ─► on the server once, or not at all
 *   rejected, maybeExecuted: false  ─► not on the server
 * ```
 *
 * @module
 */
import assert from "node:assert/strict";
import { RedisError } from "../../lib/errors.ts";

/** Sends a command; the promise settles as its caller's does. */
export type Send = (args: string[]) => Promise<unknown>;

/** What became of the writes. */
export interface LedgerCount {
  /** Writes that were tried. */
  written: number;
  /** Of these, acknowledged. */
  acknowledged: number;
  /** Rejected with `maybeExecuted: true`. */
  ambiguous: number;
  /** Rejected with `maybeExecuted: false`. */
  refused: number;
  /** Ambiguous ones that the server has. */
  ambiguousButDone: number;
}

/** How much of the list one reply brings. */
const pageSize = 10_000;
let ledgers = 0;

/** Writes and their outcomes. */
export class Ledger {
  /** The list on the server. */
  readonly key: string;
  /** Every error a write was rejected with. */
  readonly errors: RedisError[] = [];
  readonly #acknowledged = new Set<string>();
  /** Rejected writes by id, with what their error said. */
  readonly #rejected = new Map<string, boolean>();
  readonly #open = new Set<string>();
  #written = 0;

  /** Makes an empty ledger with a list of its own. */
  constructor() {
    this.key = `ledger:${++ledgers}`;
  }

  /** How many writes were tried. */
  get written(): number {
    return this.#written;
  }

  /** How many were acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Writes one entry and notes what became of it; never rejects. Resolves with whether it was acknowledged. */
  async write(send: Send): Promise<boolean> {
    const id = `${++this.#written}`;
    this.#open.add(id);
    try {
      await send(["RPUSH", this.key, id]);
      this.#acknowledged.add(id);
      return true;
    } catch (error) {
      assert.ok(error instanceof RedisError, `a write was rejected with something else: ${error}`);
      this.#rejected.set(id, error.maybeExecuted);
      this.errors.push(error);
      return false;
    } finally {
      this.#open.delete(id);
    }
  }

  /** Reads the list back and checks it against what callers were told. */
  async verify(send: Send): Promise<LedgerCount> {
    assert.equal(this.#open.size, 0, `${this.#open.size} writes never settled`);
    const present = await this.#read(send);
    const lost = [...this.#acknowledged].filter((id) => !present.has(id));
    assert.deepEqual(lost.slice(0, 5), [], `${lost.length} acknowledged writes are not on the server`);
    const untrue = [...this.#rejected].filter(([id, maybe]) => !maybe && present.has(id));
    assert.deepEqual(untrue.slice(0, 5), [], `${untrue.length} writes ran though their error said that they did not`);
    const ambiguous = [...this.#rejected].filter(([, maybe]) => maybe);
    return {
      written: this.#written,
      acknowledged: this.#acknowledged.size,
      ambiguous: ambiguous.length,
      refused: this.#rejected.size - ambiguous.length,
      ambiguousButDone: ambiguous.filter(([id]) => present.has(id)).length,
    };
  }

  async #read(send: Send): Promise<Set<string>> {
    const present = new Set<string>();
    for (let from = 0;; from += pageSize) {
      const page = await send(["LRANGE", this.key, String(from), String(from + pageSize - 1)]) as string[];
      for (const id of page) {
        assert.ok(!present.has(id), `write ${id} ran twice`);
        present.add(id);
      }
      if (page.length < pageSize) return present;
    }
  }
}
