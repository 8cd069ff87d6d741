import { test } from "node:test";
import assert from "node:assert/strict";
import { Deque } from "../../../lib/testing/memory/deque.ts";
import { Keyspace, typeOf } from "../../../lib/testing/memory/keyspace.ts";
import { SortedSet } from "../../../lib/testing/memory/sorted_set.ts";

function keyspace(): { db: Keyspace; time: { now: number } } {
  const time = { now: 1000 };
  return { db: new Keyspace(time), time };
}

test("each type has its name and its own access, and the others refuse it", () => {
  const { db } = keyspace();
  db.put("string", "v");
  db.put("hash", new Map([["f", "v"]]));
  db.put("list", new Deque(["a"]));
  db.put("set", new Set(["a"]));
  db.put("zset", new SortedSet());
  const access = {
    string: (key: string) => db.string(key),
    hash: (key: string) => db.hash(key),
    list: (key: string) => db.list(key),
    set: (key: string) => db.set(key),
    zset: (key: string) => db.sortedSet(key),
  };
  for (const [type, get] of Object.entries(access)) {
    assert.equal(typeOf(get(type)!), type);
    assert.equal(get("none"), undefined);
    for (const key of db.keys()) if (key !== type) assert.throws(() => get(key), /WRONGTYPE/);
  }
});

test("a key is gone once its time has come, wherever one looks", () => {
  const { db, time } = keyspace();
  for (const key of ["a", "b", "c", "d"]) db.put(key, "v", 2000);
  db.put("stays", "v");
  assert.equal(db.expiringSize, 4);
  time.now = 1999;
  assert.equal(db.size, 5);
  time.now = 2000;
  assert.equal(db.find("a"), undefined);
  assert.equal(db.delete("b"), false);
  assert.deepEqual(db.keys(), ["stays"]);
  assert.equal(db.size, 1);
  assert.equal(db.expiringSize, 0);
  assert.equal(db.randomKey(), "stays");
});

test("put ends an expiry and replace keeps it", () => {
  const { db } = keyspace();
  db.put("k", "v", 2000);
  db.replace("k", "w");
  assert.equal(db.find("k")?.expiresAt, 2000);
  db.put("k", "x");
  assert.equal(db.find("k")?.expiresAt, Infinity);
  db.replace("new", "y");
  assert.equal(db.string("new"), "y");
});

test("watchers hear of changes until they stop watching", () => {
  const { db, time } = keyspace();
  const watcher = { isDirty: false };
  const hears = (change: () => void) => {
    watcher.isDirty = false;
    change();
    return watcher.isDirty;
  };
  db.watch("k", watcher);
  assert.equal(hears(() => db.put("k", "v", 2000)), true);
  assert.equal(hears(() => db.put("other", "v")), false);
  assert.equal(hears(() => db.touch("k")), true);
  assert.equal(hears(() => db.find("k")), false);
  time.now = 3000;
  assert.equal(hears(() => db.find("k")), true);
  assert.equal(hears(() => db.delete("k")), false);
  db.put("k", new Map());
  assert.equal(hears(() => db.changed("k", { size: 0 })), true);
  assert.equal(db.find("k"), undefined);
  db.unwatch("k", watcher);
  assert.equal(hears(() => db.put("k", "v")), false);
});

test("a list that comes into being makes its waiters ready", () => {
  const { db } = keyspace();
  db.waiters.add({ keys: ["k"], serve: () => true });
  db.put("k", "no list");
  assert.equal(db.waiters.hasReady, false);
  db.put("k", new Deque(["a"]));
  assert.equal(db.waiters.hasReady, true);
});

test("scan returns what stays exactly once, whatever comes and goes", () => {
  const { db } = keyspace();
  for (let i = 0; i < 500; i++) db.put(`stays${i}`, "v");
  for (let i = 0; i < 500; i++) db.put(`goes${i}`, "v");
  const seen: string[] = [];
  let cursor = 0;
  let round = 0;
  do {
    const { next, entries } = db.scan(cursor, 7);
    assert.ok(entries.length <= 7);
    seen.push(...entries.map(({ key }) => key));
    cursor = next;
    for (let i = 0; i < 5; i++) db.delete(`goes${round * 5 + i}`);
    if (round < 100) db.put(`comes${round}`, "v");
    round++;
  } while (cursor !== 0);
  assert.equal(new Set(seen).size, seen.length);
  const stayed = seen.filter((key) => key.startsWith("stays"));
  assert.equal(stayed.length, 500);
});

test("clear removes every key and tells the watchers", () => {
  const { db } = keyspace();
  const watcher = { isDirty: false };
  db.watch("a", watcher);
  db.put("a", "v");
  watcher.isDirty = false;
  db.clear();
  assert.equal(db.size, 0);
  assert.equal(watcher.isDirty, true);
  assert.equal(db.randomKey(), undefined);
  assert.deepEqual(db.scan(0, 10), { next: 0, entries: [] });
});
