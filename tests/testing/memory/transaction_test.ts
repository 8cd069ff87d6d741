import { test } from "node:test";
import assert from "node:assert/strict";
import { Keyspace } from "../../../lib/testing/memory/keyspace.ts";
import { Transaction, Watches } from "../../../lib/testing/memory/transaction.ts";

test("watches become dirty by a change or by expiry, until they are cleared", () => {
  const time = { now: 0 };
  const db = new Keyspace(time);
  const watches = new Watches();
  db.put("k", "v", 100);
  watches.add(db, "k");
  watches.add(db, "k");
  assert.equal(watches.check(), false);
  time.now = 100;
  assert.equal(watches.check(), true);
  watches.clear();
  assert.equal(watches.check(), false);
  db.put("k", "v");
  assert.equal(watches.check(), false);
});

test("a key that was expired already when it was watched is no change", () => {
  const time = { now: 0 };
  const db = new Keyspace(time);
  const watches = new Watches();
  db.put("k", "v", 100);
  time.now = 200;
  watches.add(db, "k");
  assert.equal(watches.check(), false);
});

test("a new transaction is empty and has not failed", () => {
  const transaction = new Transaction<null>();
  assert.deepEqual(transaction.commands, []);
  assert.equal(transaction.hasFailed, false);
});
