import assert from "node:assert/strict";
import { test } from "node:test";
import { CircuitBreaker, type CircuitState } from "../../lib/base/circuit_breaker.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";

const options = { failures: 3, openMs: 250, maxOpenMs: 1000 };

function setUp(random = () => 1, change = {}) {
  const clock = new FakeClock();
  const states: CircuitState[] = [];
  const circuit = new CircuitBreaker({ ...options, ...change }, clock, random, (state) => states.push(state));
  return { clock, circuit, states };
}

function fail(circuit: CircuitBreaker, times: number): void {
  for (let n = 0; n < times; n++) circuit.failed();
}

test("it opens after so many failures in a row", () => {
  const { circuit } = setUp();
  fail(circuit, 2);
  assert.equal(circuit.state, "closed");
  assert.equal(circuit.waitMs, 0);
  circuit.failed();
  assert.equal(circuit.state, "open");
  assert.equal(circuit.waitMs, 250);
});

test("a success in between starts the count again", () => {
  const { circuit } = setUp();
  fail(circuit, 2);
  circuit.succeeded();
  fail(circuit, 2);
  assert.equal(circuit.state, "closed");
  assert.equal(circuit.failures, 2);
});

test("each failed probe doubles the time, up to the limit, and a success forgets it", () => {
  const { circuit, clock } = setUp();
  fail(circuit, 3);
  const waits: number[] = [];
  for (let n = 0; n < 4; n++) {
    waits.push(circuit.waitMs);
    clock.tick(circuit.waitMs);
    circuit.probe();
    circuit.failed();
  }
  assert.deepEqual(waits, [250, 500, 1000, 1000]);
  clock.tick(1000);
  circuit.probe();
  circuit.succeeded();
  assert.equal(circuit.state, "closed");
  fail(circuit, 3);
  assert.equal(circuit.waitMs, 250);
});

test("the probe's delay is between a quarter of the bound and the bound", () => {
  const random = new Random(7);
  const waits = Array.from({ length: 1000 }, () => {
    const { circuit } = setUp(random.next);
    fail(circuit, 3);
    return circuit.waitMs;
  });
  assert.ok(Math.min(...waits) >= 62.5 && Math.min(...waits) < 70);
  assert.ok(Math.max(...waits) <= 250 && Math.max(...waits) > 240);
});

test("every state is announced once", () => {
  const { circuit, clock, states } = setUp();
  fail(circuit, 3);
  clock.tick(250);
  circuit.probe();
  circuit.probe();
  circuit.failed();
  clock.tick(500);
  circuit.probe();
  circuit.succeeded();
  circuit.succeeded();
  assert.deepEqual(states, ["open", "half_open", "open", "half_open", "closed"]);
});

test("tries that began before it opened and fail late do not keep it open longer", () => {
  const { circuit, clock } = setUp();
  fail(circuit, 3);
  clock.tick(200);
  circuit.failed();
  assert.equal(circuit.waitMs, 50);
});

test("a probe of a closed circuit changes nothing", () => {
  const { circuit, states } = setUp();
  circuit.probe();
  assert.deepEqual(states, []);
});

test("with no number of failures it never opens", () => {
  const { circuit } = setUp(undefined, { failures: 0 });
  fail(circuit, 1000);
  assert.equal(circuit.state, "closed");
});

test("a circuit that is tripped opens at once, once; one that never opens does not", () => {
  const clock = new FakeClock();
  const states: CircuitState[] = [];
  const circuit = new CircuitBreaker({ failures: 3, openMs: 250, maxOpenMs: 1000 }, clock, () => 1, (state) => {
    states.push(state);
  });
  circuit.trip();
  circuit.trip();
  assert.deepEqual([circuit.state, circuit.failures, circuit.waitMs, states], ["open", 3, 250, ["open"]]);
  circuit.probe();
  circuit.trip();
  assert.equal(circuit.state, "half_open", "the probe that is under way decides");
  circuit.succeeded();
  assert.deepEqual([circuit.state, circuit.failures], ["closed", 0]);
  const never = new CircuitBreaker({ failures: 0, openMs: 250, maxOpenMs: 1000 }, clock, () => 1);
  never.trip();
  assert.equal(never.state, "closed");
});

test("it knows for how long its state has been the same", async () => {
  const { clock, circuit } = setUp();
  await clock.advance(40);
  assert.equal(circuit.stateMs, 40);
  fail(circuit, 3);
  assert.equal(circuit.stateMs, 0);
  await clock.advance(15);
  assert.equal(circuit.stateMs, 15);
  circuit.succeeded();
  assert.equal(circuit.stateMs, 0);
});
