import assert from "node:assert/strict";
import { test } from "node:test";
import { WarmUps } from "../../lib/pool/warm_ups.ts";

/** Notes how each wait ends. */
function setUp(...targets: number[]): { warmUps: WarmUps; ends: string[] } {
  const warmUps = new WarmUps();
  const ends: string[] = [];
  for (const target of targets) {
    warmUps.add(target).then(() => ends.push(`${target}`), (error) => ends.push(`${target} ${error.message}`));
  }
  return { warmUps, ends };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await undefined;
}

test("the target is the most anybody waits for, and 0 when nobody does", () => {
  const { warmUps } = setUp(2, 7, 3);
  assert.equal(warmUps.target, 7);
  warmUps.reached(7);
  assert.equal(warmUps.target, 0);
});

test("each wait ends once there are as many as it is for", async () => {
  const { warmUps, ends } = setUp(3, 1, 2);
  warmUps.reached(0);
  await settle();
  assert.deepEqual(ends, []);
  warmUps.reached(2);
  await settle();
  assert.deepEqual(ends, ["1", "2"]);
  assert.equal(warmUps.target, 3);
  warmUps.reached(9);
  await settle();
  assert.deepEqual(ends, ["1", "2", "3"]);
});

test("nobody waits for more than there may be", async () => {
  const { warmUps, ends } = setUp(9, 2);
  warmUps.limit(4);
  assert.equal(warmUps.target, 4);
  warmUps.reached(4);
  await settle();
  assert.deepEqual(ends, ["9", "2"]);
});

test("an error ends all waits, and the next ones begin anew", async () => {
  const { warmUps, ends } = setUp(1, 2);
  warmUps.fail(new Error("refused"));
  assert.equal(warmUps.target, 0);
  const again = warmUps.add(1);
  warmUps.reached(1);
  await again;
  assert.deepEqual(ends, ["1 refused", "2 refused"]);
});

test("a wait that is joined while others fail is not failed with them", async () => {
  const warmUps = new WarmUps();
  const first = warmUps.add(1);
  const second = first.catch(() => warmUps.add(1));
  warmUps.fail(new Error("refused"));
  await settle();
  assert.equal(warmUps.target, 1);
  warmUps.reached(1);
  await second;
});
