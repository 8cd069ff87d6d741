import assert from "node:assert/strict";
import { test } from "node:test";
import { LeaseError } from "../../lib/errors.ts";
import { Lease, type LeaseOwner } from "../../lib/pool/lease.ts";
import { nextTurn, Slot } from "../../lib/pool/slot.ts";

interface Connection {
  readonly id: number;
}

/** An owner that notes what it is told and, like the pool, ends the turn. */
class Owner implements LeaseOwner<Connection> {
  readonly told: string[] = [];

  giveBack(slot: Slot<Connection>): void {
    this.#end(slot, "giveBack");
  }

  discard(slot: Slot<Connection>, reason: string): void {
    this.#end(slot, `discard ${reason}`);
  }

  letGo(slot: Slot<Connection>): void {
    this.#end(slot, "letGo");
  }

  #end(slot: Slot<Connection>, what: string): void {
    slot.turn = nextTurn(slot.turn);
    this.told.push(what);
  }
}

function setUp() {
  const owner = new Owner();
  const slot = new Slot<Connection>();
  const connection: Connection = { id: 1 };
  slot.connection = connection;
  return { owner, slot, connection, lease: new Lease(owner, slot) };
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof LeaseError && error.code === code;
}

test("a lease shows its connection until it is released", () => {
  const { lease, connection } = setUp();
  assert.equal(lease.connection, connection);
  assert.equal(lease.released, false);
  lease.release();
  assert.equal(lease.released, true);
  assert.throws(() => lease.connection, hasCode("LEASE_RELEASED"));
});

test("its end is told once, whatever comes after it", () => {
  const ends: [string, (lease: Lease<Connection>) => void][] = [
    ["giveBack", (lease) => lease.release()],
    ["discard destroyed", (lease) => lease.destroy()],
    ["discard mine", (lease) => lease.destroy("mine")],
    ["letGo", (lease) => lease.detach()],
  ];
  for (const [expected, end] of ends) {
    const { lease, owner } = setUp();
    end(lease);
    lease.release();
    lease.destroy();
    assert.throws(() => lease.detach(), hasCode("LEASE_RELEASED"));
    assert.deepEqual(owner.told, [expected]);
  }
});

test("detaching hands the connection over", () => {
  const { lease, connection } = setUp();
  assert.equal(lease.detach(), connection);
});

test("a lease that is over does nothing to the next lease of the slot", () => {
  const { lease, owner, slot, connection } = setUp();
  lease.release();
  const next = new Lease(owner, slot);
  lease.release();
  lease.destroy();
  assert.throws(() => lease.connection, hasCode("LEASE_RELEASED"));
  assert.equal(next.released, false);
  assert.equal(next.connection, connection);
  assert.deepEqual(owner.told, ["giveBack"]);
});

test("a lease that was taken back says so, and its followers do not", () => {
  const { lease, owner, slot } = setUp();
  slot.leakedTurn = slot.turn;
  slot.turn = nextTurn(slot.turn);
  const next = new Lease(owner, slot);
  assert.throws(() => lease.connection, hasCode("LEASE_LEAKED"));
  assert.equal(lease.overError?.code, "LEASE_LEAKED");
  assert.equal(next.overError, undefined);
  lease.release();
  assert.deepEqual(owner.told, []);
  next.release();
  assert.throws(() => next.connection, hasCode("LEASE_RELEASED"));
});

test("leaving either kind of scope releases", async () => {
  const { lease, owner } = setUp();
  lease[Symbol.dispose]();
  assert.deepEqual(owner.told, ["giveBack"]);
  const other = setUp();
  await other.lease[Symbol.asyncDispose]();
  await other.lease[Symbol.asyncDispose]();
  assert.deepEqual(other.owner.told, ["giveBack"]);
});
