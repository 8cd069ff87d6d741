/**
 * What must be true of a pool whatever happens: the counts follow from what was called, everybody is served in turn,
 * nothing has two owners, and nobody waits beyond his time.
 */
import assert from "node:assert/strict";
import type { FakeConnection, FakeFactory } from "./fake_factory.ts";
import type { Pool } from "../../lib/pool/pool.ts";

/** A caller in line. */
export interface Ticket {
  readonly number: number;
  readonly shared: boolean;
  /** When he must have an answer, timer steps included. */
  readonly due: number;
}

/** Keeps its own account of who waits and who holds what. */
export class PoolModel {
  readonly waiting = new Map<number, Ticket>();
  readonly factory: FakeFactory;
  readonly pool: Pool<FakeConnection>;
  leased = 0;
  shared = 0;
  #lastNumber = 0;
  /** What there may be at most: more than the pool's limit only while it shrinks to a smaller one. */
  #most: number;
  /** Whoever is here must have been refused by the end of the step: an error takes longer to arrive than a lease. */
  readonly #overtaken = new Set<number>();

  constructor(factory: FakeFactory, pool: Pool<FakeConnection>) {
    this.factory = factory;
    this.pool = pool;
    this.#most = pool.counts().maxSize;
  }

  join(shared: boolean, due: number): Ticket {
    const ticket = { number: ++this.#lastNumber, shared, due };
    this.waiting.set(ticket.number, ticket);
    return ticket;
  }

  served(ticket: Ticket, connection: FakeConnection): void {
    assert.ok(this.waiting.delete(ticket.number), "served twice, or after an error");
    assert.ok(!this.#overtaken.has(ticket.number), "out of turn");
    if (!ticket.shared) this.#overtake(ticket);
    this.hold(ticket.shared, connection);
  }

  refused(ticket: Ticket): void {
    assert.ok(this.waiting.delete(ticket.number), "settled twice");
    this.#overtaken.delete(ticket.number);
  }

  #overtake(ticket: Ticket): void {
    for (const { shared, number } of this.waiting.values()) {
      if (!shared && number < ticket.number) this.#overtaken.add(number);
    }
  }

  hold(shared: boolean, connection: FakeConnection): void {
    assert.equal(connection.ended, false, "handed out after its end");
    assert.equal(connection.holder, undefined, "handed out twice");
    connection.holder = this;
    this[shared ? "shared" : "leased"]++;
  }

  gaveBack(shared: boolean, connection: FakeConnection): void {
    connection.holder = undefined;
    this[shared ? "shared" : "leased"]--;
  }

  /** True between any two steps of the pool. */
  checkLimits(): void {
    const { total, maxSize, connecting, validating, idle, leased, shared, resetting, closing } = this.pool.counts();
    assert.equal(connecting + validating + idle + leased + shared + resetting + closing, total);
    const most = Math.max(maxSize, this.#most);
    assert.ok(total <= most, `${total} slots of ${most}`);
    assert.ok(this.factory.sockets <= most, `${this.factory.sockets} sockets of ${most}`);
    this.#most = Math.max(maxSize, total);
  }

  /** True when nothing is left to do before time moves on. */
  checkCounts(now: number): void {
    assert.equal(this.#overtaken.size, 0, "out of turn");
    const stats = this.pool.counts();
    const count = (kind: string) => this.factory.pending.filter((call) => call.kind === kind).length;
    const checked = count("validate") + count("reset");
    assert.equal(stats.leased, this.leased, "leased");
    assert.equal(stats.shared, this.shared, "shared");
    assert.equal(stats.waiting, this.waiting.size, "waiting");
    assert.equal(stats.connecting + stats.closing, this.factory.connecting + count("destroy"), "on the way in or out");
    assert.ok(stats.validating + stats.resetting <= checked, "checked");
    const unused = this.factory.open.size - this.leased - this.shared - stats.validating - stats.resetting;
    assert.equal(stats.idle, unused, "idle");
    for (const { due } of this.waiting.values()) assert.ok(now <= due, "waits beyond his time");
  }
}
