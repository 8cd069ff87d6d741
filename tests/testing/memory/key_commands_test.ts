import { test } from "node:test";
import assert from "node:assert/strict";
import { copyOf } from "../../../lib/testing/memory/key_commands.ts";
import { Deque } from "../../../lib/testing/memory/deque.ts";
import { SortedSet } from "../../../lib/testing/memory/sorted_set.ts";
import { bulk, bulks, ok, talk } from "./talk.ts";

test("keys are counted and removed", () => {
  const session = talk();
  session.run("MSET a 1 b 2 c 3");
  assert.equal(session.run("EXISTS a a none", "TOUCH a b", "DBSIZE"), ":2\r\n:2\r\n:3\r\n");
  assert.equal(session.run("DEL a none", "UNLINK b c", "DBSIZE"), ":1\r\n:2\r\n:0\r\n");
});

test("every type has its name", () => {
  const session = talk();
  session.run("SET s v", "HSET h f v", "LPUSH l a", "SADD t a", "ZADD z 1 a");
  assert.equal(
    session.run("TYPE s", "TYPE h", "TYPE l", "TYPE t", "TYPE z", "TYPE x"),
    [
      "+string\r\n+hash\r\n+list\r\n+set\r\n+zset\r\n+none\r\n",
    ].join(""),
  );
});

test("keys are found by pattern and by chance", () => {
  const session = talk();
  assert.equal(session.run("RANDOMKEY", "KEYS *"), "_\r\n*0\r\n");
  session.run("MSET one 1 two 2");
  assert.equal(session.run("KEYS o*"), bulks("one"));
  assert.ok([bulk("one"), bulk("two")].includes(session.run("RANDOMKEY")));
});

test("a key is renamed with its expiry, over what is there unless that is not wanted", () => {
  const session = talk();
  session.run("SET a 1 EXAT 99999999999", "SET b 2");
  assert.equal(
    session.run("RENAMENX a b", "RENAME a b", "GET b", "EXPIRETIME b"),
    `:0\r\n${ok}${bulk("1")}:99999999999\r\n`,
  );
  assert.equal(session.run("RENAMENX b c", "EXISTS b", "RENAME c c", "GET c"), `:1\r\n:0\r\n${ok}${bulk("1")}`);
  assert.equal(session.run("RENAME none x", "RENAMENX none c"), "-ERR no such key\r\n-ERR no such key\r\n");
});

test("a copy shares nothing with its original", () => {
  const sorted = new SortedSet();
  sorted.set("a", 1);
  const originals = [new Map([["f", "v"]]), new Set(["a"]), new Deque(["a"]), sorted] as const;
  const [map, set, list, zset] = originals.map(copyOf) as [Map<string, string>, Set<string>, Deque<string>, SortedSet];
  originals[0].clear();
  originals[1].clear();
  originals[2].popLeft();
  originals[3].delete("a");
  assert.deepEqual([map.get("f"), set.has("a"), list.at(0), zset.score("a")], ["v", true, "a", 1]);
  assert.equal(copyOf("text"), "text");
});
