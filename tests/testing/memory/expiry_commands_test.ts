import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { talk } from "./talk.ts";

test("a key is there until its time has come, in every unit", () => {
  const clock = new FakeClock();
  const session = talk({ clock });
  session.run("MSET a 1 b 2");
  assert.equal(session.run("EXPIRE a 10", "PEXPIRE b 10000", "TTL a", "PTTL b"), ":1\r\n:1\r\n:10\r\n:10000\r\n");
  clock.tick(9999);
  assert.equal(session.run("EXISTS a b", "PTTL a"), ":2\r\n:1\r\n");
  clock.tick(1);
  assert.equal(session.run("EXISTS a b", "TTL a"), ":0\r\n:-2\r\n");
});

test("instants are absolute", () => {
  const session = talk();
  session.run("MSET a 1 b 2");
  assert.equal(session.run("EXPIREAT a 99999999999", "PEXPIREAT b 99999999999999"), ":1\r\n:1\r\n");
  assert.equal(
    session.run("EXPIRETIME a", "PEXPIRETIME b", "PEXPIRETIME a"),
    [
      ":99999999999\r\n:99999999999999\r\n:99999999999000\r\n",
    ].join(""),
  );
  assert.equal(
    session.run("EXPIREAT a 1", "EXISTS a", "EXPIRE none 5", "EXPIRETIME none"),
    ":1\r\n:0\r\n:0\r\n:-2\r\n",
  );
});

test("PERSIST ends an expiry", () => {
  const session = talk();
  session.run("SET k v EX 100");
  assert.equal(session.run("PERSIST k", "TTL k", "PERSIST k", "PERSIST none"), ":1\r\n:-1\r\n:0\r\n:0\r\n");
});

test("conditions compare the old expiry with the new one", () => {
  const session = talk();
  session.run("SET k v");
  assert.equal(
    session.run("EXPIRE k 10 XX", "EXPIRE k 10 GT", "EXPIRE k 10 NX", "EXPIRE k 20 NX"),
    ":0\r\n:0\r\n:1\r\n:0\r\n",
  );
  assert.equal(
    session.run("EXPIRE k 5 GT", "EXPIRE k 50 GT", "EXPIRE k 60 LT", "EXPIRE k 40 LT XX"),
    [
      ":0\r\n:1\r\n:0\r\n:1\r\n",
    ].join(""),
  );
  session.run("PERSIST k");
  assert.equal(session.run("EXPIRE k 10 LT"), ":1\r\n");
  assert.match(session.run("EXPIRE k 10 NX GT"), /NX and XX, GT or LT/);
  assert.match(session.run("EXPIRE k 10 GT LT"), /GT and LT/);
  assert.match(session.run("EXPIRE k 10 SOON"), /Unsupported option SOON/);
});
