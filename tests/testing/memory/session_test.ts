import { test } from "node:test";
import assert from "node:assert/strict";
import { talk } from "./talk.ts";
import { encode } from "./reply_client.ts";

test("a chunk of commands is answered by one write, in order", () => {
  const session = talk();
  assert.equal(session.run("SET k 1", "INCR k", "GET k"), "+OK\r\n:2\r\n$1\r\n2\r\n");
  assert.equal(session.writes, 1);
});

test("a command may come in any pieces", () => {
  const session = talk();
  const text = encode(["SET", "key", "a\r\nb\xff"]) + encode(["GET", "key"]);
  for (const character of text) session.session.receive(character);
  assert.equal(session.take(), "+OK\r\n$5\r\na\r\nb\xff\r\n");
});

test("long output is written before the chunk is done", () => {
  const session = talk();
  session.run(`SET k ${"x".repeat(200_000)}`);
  session.writes = 0;
  session.run("GET k", "GET k", "GET k", "GET k");
  assert.ok(session.writes > 1);
});

test("a stream that is no RESP is told so and ended; nothing behind it runs", () => {
  const session = talk();
  session.session.receive("*1\r\n+PING\r\nSET k v\r\n");
  assert.equal(session.take(), "-ERR Protocol error: expected '$', got '+'\r\n");
  assert.equal(session.hasEnded, true);
  assert.equal(session.state.databases[0]!.size, 0);
});

test("what comes while a session waits runs afterwards, and another's reply is not delayed", () => {
  const first = talk();
  const second = first.another();
  assert.equal(first.run("BLPOP k 0", "GET k", "BLPOP k 0"), "");
  assert.equal(first.run("PING"), "");
  second.run("RPUSH k a");
  assert.equal(first.take(), "*2\r\n$1\r\nk\r\n$1\r\na\r\n_\r\n");
  second.run("RPUSH k b");
  assert.equal(first.take(), "*2\r\n$1\r\nk\r\n$1\r\nb\r\n+PONG\r\n");
});

test("without authentication only the commands for it run", () => {
  const session = talk({ password: "secret" });
  const refused = "-NOAUTH Authentication required.\r\n";
  assert.equal(session.run("GET k", "AUTH secret", "GET k"), `${refused}+OK\r\n_\r\n`);
});

test("a subscribed RESP2 session takes only the commands for it, a RESP3 session takes all", () => {
  const session = talk({ protocol: 2 });
  session.run("SUBSCRIBE a");
  assert.match(session.run("GET k"), /^-ERR Can't execute 'get': only/);
  assert.equal(session.run("PING"), "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  const modern = talk({ protocol: 3 });
  modern.run("SUBSCRIBE a");
  assert.equal(modern.run("GET k", "PING"), "_\r\n+PONG\r\n");
});

test("an error that is no reply is not hidden", () => {
  const session = talk();
  Object.defineProperty(session.state.databases[0]!, "string", {
    value: () => {
      throw new TypeError("a bug");
    },
  });
  assert.throws(() => session.run("GET k"), /a bug/);
});

test("closing undoes what the session left behind", () => {
  const first = talk();
  const second = first.another();
  first.run("SUBSCRIBE a", "PSUBSCRIBE b*", "WATCH k");
  first.session.close();
  assert.equal(second.run("PUBLISH a x", "PUBLISH b x", "SET k v"), ":0\r\n:0\r\n+OK\r\n");
});

test("CLIENT LIST tells what a session does", () => {
  const session = talk();
  session.run("CLIENT SETNAME worker", "SELECT 2");
  assert.match(session.session.describe(), /^id=1 addr=127.0.0.1:40000 .* name=worker .* flags=N db=2 .* resp=3$/);
});
