import { test } from "node:test";
import assert from "node:assert/strict";
import { Deque } from "../../../lib/testing/memory/deque.ts";
import { seeded } from "./random_commands.ts";

test("a deque does what an array does, at both ends and across its wrap", () => {
  const random = seeded(7);
  const deque = new Deque<number>();
  const array: number[] = [];
  for (let step = 0; step < 5000; step++) {
    const choice = random();
    if (choice < 0.3) {
      deque.pushLeft(step);
      array.unshift(step);
    } else if (choice < 0.6) {
      deque.pushRight(step);
      array.push(step);
    } else if (choice < 0.75) assert.equal(deque.popLeft(), array.shift());
    else if (choice < 0.9) assert.equal(deque.popRight(), array.pop());
    else if (array.length > 0) {
      const position = Math.floor(random() * array.length);
      deque.set(position, step);
      array[position] = step;
      assert.equal(deque.at(position), step);
    }
    assert.equal(deque.length, array.length);
    if (step % 50 === 0) assert.deepEqual(deque.slice(), array);
  }
  assert.deepEqual(deque.slice(2, 5), array.slice(2, 5));
});

test("positions beyond the ends are empty", () => {
  const deque = new Deque(["a", "b"]);
  assert.equal(deque.at(-1), undefined);
  assert.equal(deque.at(2), undefined);
  assert.equal(new Deque().popLeft(), undefined);
  assert.equal(new Deque().popRight(), undefined);
});

test("replace starts over", () => {
  const deque = new Deque(["a", "b"]);
  deque.replace(["c"]);
  assert.deepEqual(deque.slice(), ["c"]);
});
