import assert from "node:assert/strict";
import { test } from "node:test";
import { type DemandFacts, missing } from "../../lib/pool/demand.ts";
import { Random } from "../support/random.ts";

const nothing: DemandFacts = { waiting: 0, connecting: 0, validating: 0, idle: 0, open: 0, minIdle: 0, warm: 0 };

function missingWith(facts: Partial<DemandFacts>): number {
  return missing({ ...nothing, ...facts });
}

/** Whether so many arrivals are enough for everyone. */
function isEnough({ waiting, validating, idle, open, minIdle, warm }: DemandFacts, arrivals: number): boolean {
  const left = validating + arrivals - waiting;
  return left >= 0 && idle + left >= minIdle && open + arrivals >= warm;
}

test("nothing is wanted where nobody waits and nothing is kept idle", () => {
  assert.equal(missingWith({}), 0);
  assert.equal(missingWith({ open: 5, idle: 2 }), 0);
});

test("a connection on its way is for one who waits, whoever caused it", () => {
  assert.equal(missingWith({ waiting: 3 }), 3);
  assert.equal(missingWith({ waiting: 3, connecting: 2 }), 1);
  assert.equal(missingWith({ waiting: 1, connecting: 3 }), -2);
});

test("a connection under check is for one who waits, else it counts as idle", () => {
  assert.equal(missingWith({ waiting: 2, validating: 1 }), 1);
  assert.equal(missingWith({ minIdle: 2, validating: 1 }), 1);
  assert.equal(missingWith({ waiting: 1, minIdle: 2, validating: 2 }), 1);
});

test("those who wait and those kept idle add up, while warming counts every open one", () => {
  assert.equal(missingWith({ waiting: 2, minIdle: 3, idle: 1 }), 4);
  assert.equal(missingWith({ open: 2, warm: 5 }), 3);
  assert.equal(missingWith({ open: 2, warm: 5, waiting: 4 }), 4);
});

test("it is the least number with which everybody has what he needs", () => {
  const random = new Random(5);
  for (let n = 0; n < 5000; n++) {
    const few = () => random.int(0, 4);
    const [idle, validating] = [few(), few()];
    const facts: DemandFacts = {
      waiting: few(),
      connecting: few(),
      validating,
      idle,
      open: idle + validating + few(),
      minIdle: few(),
      warm: random.int(0, 12),
    };
    let arrivals = 0;
    while (!isEnough(facts, arrivals)) arrivals++;
    assert.equal(missing(facts), arrivals - facts.connecting, JSON.stringify(facts));
  }
});
