import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { bulk, ok, syntaxError, talk } from "./talk.ts";

test("INFO is text, verbatim in RESP3", () => {
  assert.match(talk({ protocol: 3 }).run("INFO server"), /^=\d+\r\ntxt:# Server\r\nredis_version:7/);
  assert.match(talk({ protocol: 2 }).run("INFO server"), /^\$\d+\r\n# Server\r\n/);
});

test("TIME is Unix time in seconds and microseconds", () => {
  const clock = new FakeClock();
  const session = talk({ clock });
  const [, , seconds, , micros] = session.run("TIME").split("\r\n");
  assert.ok(Math.abs(Number(seconds) - Date.now() / 1000) < 60);
  assert.ok(Number(micros) >= 0 && Number(micros) < 1_000_000);
});

test("CONFIG answers what tools ask for", () => {
  const session = talk();
  assert.equal(session.run("CONFIG GET save", "CONFIG GET none"), `%1\r\n${bulk("save")}${bulk("")}%0\r\n`);
  assert.equal(
    session.run("CONFIG GET append* MAXMEM*"),
    `%2\r\n${bulk("appendonly")}${bulk("no")}${bulk("maxmemory")}${bulk("0")}`,
  );
  assert.equal(session.run("CONFIG SET anything 1", "CONFIG RESETSTAT"), ok + ok);
});

test("databases are emptied, one or all", () => {
  const session = talk();
  session.run("SET k v", "SELECT 1", "SET k v");
  assert.equal(session.run("FLUSHDB", "DBSIZE", "SELECT 0", "DBSIZE"), `${ok}:0\r\n${ok}:1\r\n`);
  assert.equal(session.run("FLUSHALL ASYNC", "DBSIZE", "FLUSHDB NOW"), `${ok}:0\r\n${syntaxError}`);
});

test("a key is copied with its expiry, also to another database", () => {
  const session = talk();
  session.run("SET a 1 EXAT 99999999999", "SET b 2");
  assert.equal(
    session.run("COPY a b", "COPY a b REPLACE", "GET b", "EXPIRETIME b"),
    `:0\r\n:1\r\n${bulk("1")}:99999999999\r\n`,
  );
  assert.equal(session.run("COPY a a DB 2", "SELECT 2", "GET a", "COPY none x"), `:1\r\n${ok}${bulk("1")}:0\r\n`);
  assert.match(session.run("COPY a a"), /source and destination objects are the same/);
  assert.match(session.run("COPY a b DB 99"), /DB index is out of range/);
  assert.equal(session.run("COPY a b BAD"), syntaxError);
});

test("scripts are refused honestly", () => {
  const session = talk();
  for (const command of ["EVAL return 0", "EVALSHA abc 0", "SCRIPT LOAD x", "FCALL f 0", "FUNCTION LIST"]) {
    assert.match(session.run(command), /^-ERR the in-memory server has no Lua/);
  }
});

test("nobody replicates", () => {
  assert.equal(talk().run("WAIT 1 100"), ":0\r\n");
});
