import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram, matrix, readRecord, skipWithoutProgram } from "./matrix.ts";

test("the record names each used server once and the rows that nobody met", () => {
  const text = [
    { kind: "redis", version: "7.0.15" },
    { kind: "redis", version: "7.0.15" },
    { kind: "valkey", version: "8.1.1" },
  ].map((line) => JSON.stringify(line) + "\n").join("");
  const { used, missing } = readRecord(text);
  assert.deepEqual(used, ["redis 7.0.15", "valkey 8.1.1"]);
  assert.deepEqual(missing, ["redis 8", "valkey 9", "dragonfly 1"]);
});

test("an empty record means that the whole matrix was missed", () => {
  assert.deepEqual(readRecord(""), { used: [], missing: [...matrix] });
});

test("a reason to skip is given exactly when the program is not there", () => {
  for (const kind of ["redis", "valkey", "dragonfly"] as const) {
    const reason = skipWithoutProgram(kind);
    if (findProgram(kind) !== undefined) assert.equal(reason, false);
    else assert.match(String(reason), /is not on PATH$/);
  }
});
