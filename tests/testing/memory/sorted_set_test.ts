import { test } from "node:test";
import assert from "node:assert/strict";
import { SortedSet } from "../../../lib/testing/memory/sorted_set.ts";
import { seeded } from "./random_commands.ts";

function filled(...entries: [string, number][]): SortedSet {
  const sorted = new SortedSet();
  for (const [member, score] of entries) sorted.set(member, score);
  return sorted;
}

test("members are in the order of scores, then of bytes, whatever happens", () => {
  const random = seeded(3);
  const sorted = new SortedSet();
  const model = new Map<string, number>();
  for (let step = 0; step < 3000; step++) {
    const member = `m${Math.floor(random() * 40)}`;
    if (random() < 0.7) {
      const score = random() < 0.1 ? Infinity : Math.floor(random() * 10) - 5;
      sorted.set(member, score);
      model.set(member, score);
    } else assert.equal(sorted.delete(member), model.delete(member));
    const expected = [...model].sort(([a, x], [b, y]) => x === y ? (a < b ? -1 : 1) : x - y).map(([name]) => name);
    assert.deepEqual(sorted.members(), expected);
    assert.equal(sorted.size, model.size);
  }
  for (const [i, member] of sorted.members().entries()) assert.equal(sorted.rank(member), i);
});

test("ranges of scores know open and closed ends", () => {
  const sorted = filled(["a", 1], ["b", 2], ["c", 2], ["d", 3]);
  const closed = (value: number) => ({ value, isExclusive: false });
  const open = (value: number) => ({ value, isExclusive: true });
  assert.deepEqual(sorted.rangeByScore(closed(1), closed(2)), [0, 3]);
  assert.deepEqual(sorted.rangeByScore(open(1), open(3)), [1, 3]);
  assert.deepEqual(sorted.rangeByScore(closed(-Infinity), closed(Infinity)), [0, 4]);
  assert.deepEqual(sorted.rangeByScore(open(2), open(2)), [3, 3]);
  assert.deepEqual(sorted.rangeByScore(closed(3), closed(1)), [3, 3]);
});

test("ranges of members know open, closed and endless ends", () => {
  const sorted = filled(["a", 0], ["b", 0], ["c", 0]);
  assert.deepEqual(sorted.rangeByMember("-", "+"), [0, 3]);
  assert.deepEqual(sorted.rangeByMember("+", "-"), [3, 3]);
  assert.deepEqual(sorted.rangeByMember({ value: "a", isExclusive: true }, { value: "c", isExclusive: true }), [1, 2]);
  assert.deepEqual(sorted.rangeByMember({ value: "b", isExclusive: false }, { value: "b", isExclusive: false }), [
    1,
    2,
  ]);
});

test("a member that is not there has neither score nor rank", () => {
  const sorted = filled(["a", 1]);
  assert.equal(sorted.score("b"), undefined);
  assert.equal(sorted.rank("b"), undefined);
  assert.equal(sorted.delete("b"), false);
});
