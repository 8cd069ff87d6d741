import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, syntaxError, talk, wrongType } from "./talk.ts";

test("SCAN goes through all keys by its cursor", () => {
  const session = talk();
  const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
  session.run(`MSET ${keys.map((key) => `${key} v`).join(" ")}`);
  const seen: string[] = [];
  let cursor = "0";
  let rounds = 0;
  do {
    const reply = session.run(`SCAN ${cursor}`);
    const texts = [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, text]) => text!);
    cursor = texts[0]!;
    seen.push(...texts.slice(1));
    rounds++;
  } while (cursor !== "0");
  assert.deepEqual(seen.sort(), keys.sort());
  assert.equal(rounds, 3);
});

test("SCAN filters by pattern and type", () => {
  const session = talk();
  session.run("SET a1 v", "SET b1 v", "LPUSH a2 x");
  const reply = (...keys: string[]) => `*2\r\n${bulk("0")}${bulks(...keys)}`;
  assert.equal(
    session.run("SCAN 0 MATCH a*", "SCAN 0 MATCH a* TYPE list", "SCAN 0 COUNT 100 TYPE hash"),
    [
      reply("a1", "a2"),
      reply("a2"),
      reply(),
    ].join(""),
  );
  assert.equal(session.run("SCAN 0 COUNT 0", "SCAN 0 MATCH", "SCAN 0 BAD x"), syntaxError.repeat(3));
  assert.match(session.run("SCAN x"), /invalid cursor/);
});

test("collections come at once, filtered by pattern", () => {
  const session = talk();
  session.run("HSET h a 1 b 2", "SADD s a b", "ZADD z 1 a 2.5 b");
  const reply = (...items: string[]) => `*2\r\n${bulk("0")}${bulks(...items)}`;
  assert.equal(
    session.run("HSCAN h 0", "SSCAN s 0 MATCH b", "ZSCAN z 0 COUNT 1"),
    [
      reply("a", "1", "b", "2"),
      reply("b"),
      reply("a", "1", "b", "2.5"),
    ].join(""),
  );
  assert.equal(session.run("HSCAN none 0", "HSCAN s 0", "HSCAN h 0 TYPE x"), reply() + wrongType + syntaxError);
});
