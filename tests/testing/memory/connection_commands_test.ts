import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, ok, talk } from "./talk.ts";

test("PING and ECHO", () => {
  const session = talk();
  assert.equal(session.run("PING", "PING hi", "ECHO hi"), `+PONG\r\n${bulk("hi")}${bulk("hi")}`);
  assert.match(session.run("PING a b"), /wrong number of arguments for 'ping'/);
});

test("HELLO chooses the protocol, names and authenticates", () => {
  const session = talk({ protocol: 2, password: "secret" });
  assert.match(session.run("HELLO 3"), /^-NOAUTH HELLO must/);
  assert.match(session.run("HELLO 3 AUTH default wrong"), /^-WRONGPASS/);
  assert.match(session.run("HELLO 3 AUTH default secret SETNAME me"), /^%7\r\n\$6\r\nserver\r\n/);
  assert.equal(session.run("CLIENT GETNAME"), bulk("me"));
  assert.match(session.run("HELLO"), /^%7\r\n/);
  assert.match(session.run("HELLO 2"), /^\*14\r\n/);
  assert.match(session.run("HELLO 4"), /^-NOPROTO/);
  assert.match(session.run("HELLO x"), /Protocol version is not an integer/);
  assert.match(session.run("HELLO 3 SOMETHING"), /Syntax error in HELLO option 'SOMETHING'/);
});

test("AUTH knows the default user only", () => {
  const session = talk({ password: "secret" });
  assert.match(session.run("AUTH wrong"), /^-WRONGPASS/);
  assert.match(session.run("AUTH someone secret"), /^-WRONGPASS/);
  assert.equal(session.run("AUTH default secret", "PING"), `${ok}+PONG\r\n`);
  assert.match(talk().run("AUTH x"), /without any password configured/);
});

test("each database has its own keys", () => {
  const session = talk();
  assert.equal(session.run("SET k v", "SELECT 1", "GET k", "SELECT 0", "GET k"), `${ok}${ok}_\r\n${ok}${bulk("v")}`);
  assert.match(session.run("SELECT 16"), /DB index is out of range/);
  assert.match(session.run("SELECT x"), /not an integer/);
});

test("RESET undoes the session's state", () => {
  const session = talk();
  session.run("CLIENT SETNAME me", "SELECT 3", "SUBSCRIBE a", "MULTI");
  assert.equal(session.run("RESET", "CLIENT GETNAME", "EXEC"), "+RESET\r\n$-1\r\n-ERR EXEC without MULTI\r\n");
  assert.equal(session.session.databaseIndex, 0);
});

test("QUIT answers and ends; nothing behind it runs", () => {
  const session = talk();
  assert.equal(session.run("QUIT", "SET k v"), ok);
  assert.equal(session.hasEnded, true);
  assert.equal(session.state.databases[0]!.size, 0);
});
