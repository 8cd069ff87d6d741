import { test } from "node:test";
import assert from "node:assert/strict";
import { FakeClock } from "../../../lib/testing/fake_clock.ts";
import { bulks, talk } from "./talk.ts";

test("a frozen server answers when it thaws, in order", () => {
  const clock = new FakeClock();
  const first = talk({ clock });
  const second = first.another();
  assert.equal(first.run("DEBUG SLEEP 0.5", "ECHO after"), "+OK\r\n");
  assert.equal(second.run("PING"), "");
  clock.tick(499);
  assert.equal(first.take() + second.take(), "");
  clock.tick(1);
  assert.equal(first.take(), "$5\r\nafter\r\n");
  assert.equal(second.take(), "+PONG\r\n");
});

test("a server that is closed while frozen leaves no timer behind", () => {
  const clock = new FakeClock();
  const session = talk({ clock });
  session.run("DEBUG SLEEP 5");
  assert.equal(clock.timers, 1);
  session.state.close();
  assert.equal(clock.timers, 0);
});

test("one who is served writes in the same turn as the one who pushed", () => {
  const first = talk();
  const second = first.another();
  first.run("BLPOP k 0");
  assert.equal(first.state.blockedCount, 1);
  assert.equal(second.run("RPUSH k a"), ":1\r\n");
  assert.equal(first.take(), bulks("k", "a"));
  assert.equal(first.state.blockedCount, 0);
});

test("a client that is gone is forgotten", () => {
  const first = talk();
  const second = first.another();
  first.run("BLPOP k 0", "PING");
  first.session.close();
  assert.deepEqual([...first.state.clients.keys()], [second.session.id]);
  assert.equal(second.run("RPUSH k a", "LLEN k"), ":1\r\n:1\r\n");
  assert.equal(first.take(), "");
});
