import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, ok, syntaxError, talk } from "./talk.ts";

test("a session knows its number and its name", () => {
  const session = talk();
  const other = session.another();
  assert.equal(session.run("CLIENT ID") + other.run("CLIENT ID"), ":1\r\n:2\r\n");
  assert.equal(session.run("CLIENT GETNAME", "CLIENT SETNAME me", "CLIENT GETNAME"), `_\r\n${ok}${bulk("me")}`);
  assert.equal(
    session.run("CLIENT SETINFO LIB-NAME x", "client setinfo lib-ver 1", "CLIENT NO-EVICT on"),
    ok.repeat(3),
  );
  assert.match(session.run("CLIENT SETINFO OTHER x"), /Unrecognized option/);
  assert.match(session.run("CLIENT NO-EVICT maybe"), /syntax error/);
});

test("clients are listed, all or some", () => {
  const session = talk();
  const other = session.another();
  other.run("CLIENT SETNAME other");
  const lines = (reply: string) => reply.split("\n").filter((line) => line.includes("id=")).length;
  assert.equal(lines(session.run("CLIENT LIST")), 2);
  assert.equal(lines(session.run("CLIENT LIST TYPE normal")), 2);
  assert.equal(lines(session.run("CLIENT LIST TYPE replica")), 0);
  assert.match(session.run("CLIENT LIST ID 2 99"), /^=\d+\r\ntxt:id=2 .*name=other[^]*\n\r\n$/);
  assert.equal(session.run("CLIENT LIST ID 99"), "=4\r\ntxt:\r\n");
  assert.match(session.run("CLIENT LIST ID x"), /Invalid client ID/);
  assert.match(session.run("CLIENT INFO"), /id=1 /);
});

test("a client is killed by number or address, waiting or not", () => {
  const session = talk();
  const [second, third] = [session.another(), session.another()];
  second.run("BLPOP k 0");
  assert.equal(session.run("CLIENT KILL ID 2", "CLIENT KILL ID 99"), ":1\r\n:0\r\n");
  assert.equal(second.hasEnded, true);
  assert.equal(session.run(`CLIENT KILL ${third.session.address}`), ok);
  assert.equal(third.hasEnded, true);
  assert.match(session.run("CLIENT KILL 1.2.3.4:5"), /No such client/);
  assert.match(session.run("CLIENT KILL ID x"), /greater than 0/);
  assert.equal(session.run("CLIENT KILL ID 1 BAD"), syntaxError);
});

test("a client kills itself only when it says so", () => {
  const session = talk();
  assert.equal(session.run("CLIENT KILL ID 1"), ":0\r\n");
  assert.equal(session.run(`CLIENT KILL ADDR ${session.session.address} SKIPME no`, "PING"), ":1\r\n");
  assert.equal(session.hasEnded, true);
});

test("replies are left out when they are not wanted", () => {
  const session = talk();
  assert.equal(session.run("CLIENT REPLY SKIP", "PING", "ECHO a"), bulk("a"));
  assert.equal(session.run("CLIENT REPLY OFF", "PING", "NOSUCH", "CLIENT REPLY SKIP"), "");
  assert.equal(session.run("CLIENT REPLY ON", "PING"), `${ok}+PONG\r\n`);
  assert.equal(session.run("CLIENT REPLY NEVER"), syntaxError);
});
