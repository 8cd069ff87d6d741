import assert from "node:assert/strict";
import { test } from "node:test";
import { isIncrement, refineCategory } from "../../lib/commands/refine.ts";

/** The command's words, and what its options make of it. */
const cases: [command: string, category: string | undefined][] = [
  ["SET k v", undefined],
  ["SET k v EX 10", undefined],
  ["SET k v KEEPTTL", undefined],
  ["set k v nx", "writeChecked"],
  ["SET k v EX 10 XX", "writeChecked"],
  ["SET k v IFEQ old", "writeChecked"],
  ["SET k v GET", "accumulating"],
  ["SET k v NX GET", "accumulating"],
  ["SET NX GET", undefined],
  ["GETEX k", undefined],
  ["GETEX k PERSIST", "accumulating"],
  ["GETEX k EX 10", "accumulating"],
  ["HGETEX k FIELDS 1 f", undefined],
  ["HGETEX k EX 10 FIELDS 1 f", "accumulating"],
  ["HSETEX k EX 10 FIELDS 1 f v", undefined],
  ["HSETEX k FNX FIELDS 1 f v", "writeChecked"],
  ["MSETEX 1 k v", undefined],
  ["MSETEX 1 k v NX", "writeChecked"],
  ["ZADD k 1 m", undefined],
  ["ZADD k XX 1 m", undefined],
  ["ZADD k CH NX 1 m", "writeChecked"],
  ["ZADD k INCR 1 m", "accumulating"],
  ["ZADD k nx incr 1 m", "accumulating"],
  ["ZADD k 1 INCR", undefined],
  ["ZADD k 1 NX", undefined],
  ["GEOADD k 1 2 m", undefined],
  ["GEOADD k NX 1 2 m", "writeChecked"],
  ["XADD s * f v", undefined],
  ["XADD s 5-* f v", undefined],
  ["XADD s 5-1 f v", "writeChecked"],
  ["XADD s 5 f v", "writeChecked"],
  ["XADD s NOMKSTREAM 5-1 f v", "writeChecked"],
  ["XADD s NOMKSTREAM * 5-1 v", undefined],
  ["XADD s MAXLEN ~ 100 LIMIT 10 5-1 f v", "writeChecked"],
  ["XADD s MAXLEN ~ 100 LIMIT 10 * f v", undefined],
  ["XADD s MAXLEN 100 * f v", undefined],
  ["XADD s MINID = 100-1 5-1 f v", "writeChecked"],
  ["XADD s KEEPREF MAXLEN 100 5-1 f v", "writeChecked"],
  ["XADD s", undefined],
  ["BITFIELD k GET u8 0", "read"],
  ["BITFIELD k SET u8 0 1", undefined],
  ["BITFIELD k OVERFLOW SAT INCRBY u8 0 1", undefined],
  ["SORT k BY w ALPHA", undefined],
  ["SORT k STORE d", "lastWins"],
  ["GEORADIUS k 1 2 3 m", undefined],
  ["GEORADIUS k 1 2 3 m STORE d", "lastWins"],
  ["GEORADIUSBYMEMBER k m 3 m STOREDIST d", "lastWins"],
  ["GET k", undefined],
  ["constructor k", undefined],
];

test("options change what running a command twice does", () => {
  for (const [command, category] of cases) assert.equal(refineCategory(command.split(" ")), category, command);
});

test("ids may be numbers", () => {
  assert.equal(refineCategory(["XADD", "s", 5, "f", "v"]), "writeChecked");
});

test("no command, no category", () => {
  assert.equal(refineCategory([]), undefined);
});

test("an increment is told by the options before the score", () => {
  assert.equal(isIncrement(["ZADD", "k", "XX", "CH", "incr", 1, "m"]), true);
  assert.equal(isIncrement(["ZADD", "k", 1, "INCR"]), false);
  assert.equal(isIncrement(["ZADD", "INCR"]), false);
});
