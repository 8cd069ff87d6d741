import assert from "node:assert/strict";
import { test } from "node:test";
import { Unfitness } from "../../lib/client/unfitness.ts";
import { ReplyError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

function watched(codes: string[]) {
  const clock = new FakeClock();
  const bumps: string[] = [];
  return { clock, bumps, unfitness: new Unfitness(codes, clock, (code) => void bumps.push(code)) };
}

const readOnly = new ReplyError("READONLY", "READONLY You can't write against a read only replica.");

test("an error that is not listed says nothing of its connection", async () => {
  const { bumps, unfitness } = watched(["READONLY"]);
  assert.equal(unfitness.shows(new ReplyError("WRONGTYPE", "…")), false);
  await undefined;
  assert.deepEqual(bumps, []);
});

test("a listed error has all connections replaced, not from within the reading of replies", async () => {
  const { bumps, unfitness } = watched(["READONLY"]);
  assert.equal(unfitness.shows(readOnly), true);
  assert.deepEqual(bumps, []);
  await undefined;
  assert.deepEqual(bumps, ["READONLY"]);
});

test("connections are replaced once a second at most: a new one that is no better is kept until then", async () => {
  const { bumps, clock, unfitness } = watched(["READONLY"]);
  for (let n = 0; n < 5; n++) assert.equal(unfitness.shows(readOnly), true);
  await clock.advance(999);
  assert.equal(unfitness.shows(readOnly), false);
  assert.equal(bumps.length, 1);
  await clock.advance(1);
  unfitness.shows(readOnly);
  await undefined;
  assert.equal(bumps.length, 2);
});
