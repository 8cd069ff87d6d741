import { test } from "node:test";
import assert from "node:assert/strict";
import { timeUnits, toFutureInstant, toInstant } from "../../../lib/testing/memory/expiry_options.ts";

test("units count seconds or milliseconds, from now or from 1970", () => {
  assert.equal(toInstant("2", timeUnits.EX!, 1000, "EXPIRE"), 3000);
  assert.equal(toInstant("2", timeUnits.PX!, 1000, "EXPIRE"), 1002);
  assert.equal(toInstant("2", timeUnits.EXAT!, 1000, "EXPIRE"), 2000);
  assert.equal(toInstant("-2", timeUnits.PXAT!, 1000, "EXPIRE"), -2);
});

test("what 64 bits do not hold is refused, naming the command", () => {
  assert.throws(() => toInstant("9223372036854775807", timeUnits.EX!, 0, "EXPIRE"), /in 'expire' command/);
  assert.throws(() => toInstant("9223372036854775807", timeUnits.PX!, 1, "PEXPIRE"), /in 'pexpire' command/);
  assert.throws(() => toInstant("x", timeUnits.PX!, 1, "PEXPIRE"), /not an integer/);
});

test("some commands refuse the past", () => {
  assert.equal(toFutureInstant("5", timeUnits.PXAT!, 1000, "SET"), 5);
  for (const text of ["0", "-1"]) {
    assert.throws(() => toFutureInstant(text, timeUnits.EX!, 0, "set"), /in 'set' command/);
  }
});
