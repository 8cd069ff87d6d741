import assert from "node:assert/strict";
import { test } from "node:test";
import { type Linked, LinkedList } from "../../lib/base/linked_list.ts";
import { Random } from "../support/random.ts";

class Node implements Linked<Node> {
  before: Node | undefined = undefined;
  after: Node | undefined = undefined;
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The values from both directions; they must agree. */
function valuesOf(list: LinkedList<Node>): number[] {
  const values = [...list].map(({ value }) => value);
  const backwards: number[] = [];
  for (let node = list.last; node !== undefined; node = node.before) backwards.push(node.value);
  assert.deepEqual(backwards.reverse(), values);
  assert.equal(list.size, values.length);
  return values;
}

test("nodes come out in order at the front and in reverse at the back", () => {
  const list = new LinkedList<Node>();
  for (let value = 1; value <= 4; value++) list.push(new Node(value));
  list.unshift(new Node(0));
  assert.deepEqual(valuesOf(list), [0, 1, 2, 3, 4]);
  assert.equal(list.shift()?.value, 0);
  assert.equal(list.pop()?.value, 4);
  assert.deepEqual(valuesOf(list), [1, 2, 3]);
});

test("an empty list gives nothing", () => {
  const list = new LinkedList<Node>();
  assert.equal(list.shift(), undefined);
  assert.equal(list.pop(), undefined);
  assert.deepEqual(valuesOf(list), []);
});

test("any order of operations agrees with an array", () => {
  const random = new Random(11);
  const list = new LinkedList<Node>();
  const model: Node[] = [];
  for (let step = 0; step < 5000; step++) {
    const node = new Node(step);
    const action = random.int(0, 5);
    if (action === 0) (list.push(node), model.push(node));
    else if (action === 1) (list.unshift(node), model.unshift(node));
    else if (action === 2) assert.equal(list.shift(), model.shift());
    else if (action === 3) assert.equal(list.pop(), model.pop());
    else if (model.length > 0) {
      const [removed] = model.splice(random.int(0, model.length - 1), 1);
      list.remove(removed!);
      assert.equal(removed!.before ?? removed!.after, undefined);
    }
    if (step % 50 === 0) assert.deepEqual(valuesOf(list), model.map(({ value }) => value));
  }
});

test("the node just visited may leave", () => {
  const list = new LinkedList<Node>();
  for (let value = 0; value < 6; value++) list.push(new Node(value));
  const seen: number[] = [];
  for (const node of list) {
    seen.push(node.value);
    if (node.value % 2 === 0) list.remove(node);
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(valuesOf(list), [1, 3, 5]);
});
