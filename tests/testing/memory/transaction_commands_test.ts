import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, ok, talk } from "./talk.ts";

const queued = "+QUEUED\r\n";

test("queued commands run at once with EXEC", () => {
  const session = talk();
  assert.equal(session.run("MULTI", "SET k 1", "INCR k", "LPUSH k x", "GET k"), ok + queued.repeat(4));
  assert.equal(
    session.run("EXEC"),
    `*4\r\n${ok}:2\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n${bulk("2")}`,
  );
  assert.equal(session.run("MULTI", "EXEC"), `${ok}*0\r\n`);
});

test("a command that cannot be queued discards the transaction", () => {
  const session = talk();
  for (const bad of ["NOSUCH", "GET", "CLIENT NOSUCH"]) {
    const [, , , last] = session.run("MULTI", bad, "SET k v", "EXEC").split("\r\n");
    assert.equal(last, "-EXECABORT Transaction discarded because of previous errors.");
  }
  assert.equal(session.run("GET k", "EXEC"), "_\r\n-ERR EXEC without MULTI\r\n");
});

test("DISCARD forgets what was queued and watched", () => {
  const session = talk();
  assert.equal(session.run("WATCH k", "MULTI", "SET k v", "DISCARD", "GET k"), `${ok}${ok}${queued}${ok}_\r\n`);
  session.another().run("SET k 1");
  assert.equal(session.run("MULTI", "EXEC", "DISCARD"), `${ok}*0\r\n-ERR DISCARD without MULTI\r\n`);
});

test("EXEC does nothing once a watched key has changed", () => {
  for (const [protocol, none] of [[2, "*-1\r\n"], [3, "_\r\n"]] as const) {
    const session = talk({ protocol });
    session.run("WATCH k", "MULTI", "SET k mine");
    session.another().run("SET k theirs");
    assert.equal(session.run("EXEC", "GET k"), none + bulk("theirs"));
    assert.equal(session.run("MULTI", "GET k", "EXEC"), `${ok}${queued}*1\r\n${bulk("theirs")}`);
  }
});

test("UNWATCH makes changes harmless", () => {
  const session = talk();
  session.run("WATCH k", "UNWATCH");
  session.another().run("SET k theirs");
  assert.equal(session.run("MULTI", "EXEC"), `${ok}*0\r\n`);
});

test("what makes no sense within a transaction is refused and harmless", () => {
  const session = talk();
  assert.match(session.run("MULTI", "MULTI"), /MULTI calls can not be nested/);
  assert.match(session.run("WATCH k"), /WATCH inside MULTI is not allowed/);
  assert.equal(session.run("PING", "EXEC"), `${queued}*1\r\n+PONG\r\n`);
});
