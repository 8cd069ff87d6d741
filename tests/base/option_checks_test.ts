import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionReader } from "../../lib/base/option_checks.ts";
import { ArgumentError } from "../../lib/errors.ts";

/** Runs `check` and gives the error it must throw. */
function refused(check: () => unknown): ArgumentError {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof ArgumentError);
    assert.equal(error.code, "INVALID_OPTION");
    return error;
  }
  assert.fail("nothing was refused");
}

/** A reader of one option named `it`. */
function reader(it: unknown): OptionReader {
  return new OptionReader({ it }, ["it"]);
}

test("what is left out or undefined gets its fallback", () => {
  for (const read of [new OptionReader(undefined, ["it"]), new OptionReader({}, ["it"]), reader(undefined)]) {
    assert.equal(read.int("it", 7), 7);
    assert.equal(read.number("it", 0.5), 0.5);
    assert.equal(read.ms("it", 100), 100);
    assert.equal(read.bool("it", true), true);
    assert.equal(read.text("it"), undefined);
    assert.equal(read.oneOf("it", "a", ["a", "b"]), "a");
    assert.equal(read.fn("it"), undefined);
    assert.equal(read.nested("it", ["x"]).int("x", 3), 3);
    assert.equal(read.value("it"), undefined);
  }
});

test("what fits is returned", () => {
  const fn = () => {};
  assert.equal(reader(5).int("it", 7), 5);
  assert.equal(reader(0).int("it", 7), 0);
  assert.equal(reader(0.25).number("it", 7), 0.25);
  assert.equal(reader(0).ms("it", 7), 0);
  assert.equal(reader(1.5).ms("it", 7), 1.5);
  assert.equal(reader(false).bool("it", true), false);
  assert.equal(reader("x").text("it"), "x");
  assert.equal(reader("b").oneOf("it", "a", ["a", "b"]), "b");
  assert.equal(reader(3).oneOf("it", "auto", ["auto", 2, 3]), 3);
  assert.equal(reader(fn).fn("it"), fn);
  assert.equal(reader({ x: 4 }).nested("it", ["x"]).int("x", 3), 4);
});

test("numbers out of range, fractions, NaN, infinities and other types are refused with what is accepted", () => {
  const range = { min: 1, max: 9 };
  for (const bad of [0, 10, 1.5, NaN, Infinity, -Infinity, -1, 2 ** 53, "5", 5n, true, null, [], {}, new Number(5)]) {
    const { message, argument } = refused(() => reader(bad).int("it", 7, range));
    assert.ok(message.startsWith("option it accepts a whole number from 1 to 9, not "), message);
    assert.equal(argument, "it");
  }
  for (const bad of [-0.5, NaN, Infinity, "1", null]) refused(() => reader(bad).number("it", 7));
  assert.equal(refused(() => reader(-1).number("it", 7)).message, "option it accepts a number from 0, not -1");
});

test("milliseconds are what a timer can wait", () => {
  assert.equal(reader(2 ** 31 - 1).ms("it", 7), 2 ** 31 - 1);
  for (const bad of [2 ** 31, Infinity, NaN, -1, "100"]) refused(() => reader(bad).ms("it", 7));
  assert.match(refused(() => reader(0).ms("it", 7, { min: 1 })).message, /milliseconds from 1 to 2147483647, not 0$/);
});

test("booleans, texts, choices and functions take nothing else", () => {
  for (const bad of [0, 1, "true", null, {}]) refused(() => reader(bad).bool("it", true));
  for (const bad of ["", 1, null, {}, new String("x")]) refused(() => reader(bad).text("it"));
  for (const bad of ["c", "A", 1, null, ["a"]]) refused(() => reader(bad).oneOf("it", "a", ["a", "b"]));
  for (const bad of ["f", {}, null]) refused(() => reader(bad).fn("it"));
  const { message } = refused(() => reader(4).oneOf("it", "auto", ["auto", 2, 3]));
  assert.equal(message, 'option it accepts "auto" or 2 or 3, not 4');
});

test("options that are no object are refused", () => {
  for (const bad of [null, 1, "redis://user:secret@host", true, [], () => {}]) {
    assert.doesNotMatch(refused(() => new OptionReader(bad, ["it"])).message, /secret/);
  }
  assert.equal(refused(() => reader([1]).nested("it", ["x"])).message, "option it accepts an object, not an array");
});

test("an unknown name is refused, with the name that was meant or all that are accepted", () => {
  const near = refused(() => new OptionReader({ maxsize: 1 }, ["maxSize", "minIdle"]));
  assert.equal(near.message, "unknown option maxsize: did you mean maxSize?");
  assert.equal(near.argument, "maxsize");
  const far = refused(() => new OptionReader({ size: 1 }, ["maxSize", "minIdle"]));
  assert.equal(far.message, "unknown option size: accepted are maxSize, minIdle");
});

test("options within options are named by their path", () => {
  const read = new OptionReader({ backoff: { baseMs: -1, more: { x: "" } } }, ["backoff"]);
  const backoff = read.nested("backoff", ["baseMs", "more"]);
  assert.equal(refused(() => backoff.ms("baseMs", 20)).argument, "backoff.baseMs");
  assert.equal(refused(() => backoff.nested("more", ["x"]).text("x")).argument, "backoff.more.x");
  assert.equal(refused(() => read.nested("backoff", ["baseMs"])).argument, "backoff.more");
});

test("T06: no text is ever shown, be it a value or a name", () => {
  const secret = "s3cret-canary";
  const errors = [
    refused(() => reader(secret).int("it", 1)),
    refused(() => reader(secret).ms("it", 1)),
    refused(() => reader(secret).bool("it", true)),
    refused(() => reader(secret).oneOf("it", "a", ["a"])),
    refused(() => reader({ toString: () => secret }).text("it")),
    refused(() => reader([secret]).fn("it")),
    refused(() => reader(secret).nested("it", [])),
    refused(() => new OptionReader({ [`redis://:${secret}@host`]: 1 }, ["it"])),
    reader(secret).refusal("it", "something else"),
  ];
  for (const error of errors) {
    const everything = [error.message, String(error.stack), JSON.stringify(error), String(error.argument), error.cause];
    assert.doesNotMatch(everything.join(), /s3cret-canary/);
  }
});

test("T13: what is on Object.prototype is no option", () => {
  const prototype = Object.prototype as unknown as Record<string, unknown>;
  prototype.maxSize = 99;
  prototype.backoff = { baseMs: 99 };
  try {
    const read = new OptionReader({}, ["maxSize", "backoff"]);
    assert.equal(read.int("maxSize", 10), 10);
    assert.equal(read.value("maxSize"), undefined);
    assert.equal(read.nested("backoff", ["baseMs"]).ms("baseMs", 20), 20);
    assert.equal(reader(undefined).int("it", 1, {}), 1);
  } finally {
    delete prototype.maxSize;
    delete prototype.backoff;
  }
});

test("T13: a polluted range does not widen or narrow what is accepted", () => {
  const prototype = Object.prototype as unknown as Record<string, unknown>;
  prototype.min = -100;
  prototype.max = 1;
  try {
    assert.equal(reader(5).int("it", 1), 5);
    refused(() => reader(-5).int("it", 1));
  } finally {
    delete prototype.min;
    delete prototype.max;
  }
});

test("an object without a prototype works", () => {
  const options = Object.assign(Object.create(null), { maxSize: 3 });
  assert.equal(new OptionReader(options, ["maxSize"]).int("maxSize", 10), 3);
});
