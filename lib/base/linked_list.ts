/**
 * A doubly linked list threaded through its members.
 *
 * Every operation takes constant time and allocates nothing; a member leaves from any place. A node is in one list at
 * most, and only the list touches its two links.
 *
 * ```txt
 *   first ─► a ⇄ b ⇄ c ◄─ last        shift takes a, pop takes c
 * ```
 *
 * @module
 */

/** What a member brings along. */
export interface Linked<T> {
  /** The neighbour towards `first`. */
  before: T | undefined;
  /** The neighbour towards `last`. */
  after: T | undefined;
}

/** An ordered set of nodes. */
export class LinkedList<T extends Linked<T>> {
  /** The node at the front. */
  first: T | undefined = undefined;
  /** The node at the back. */
  last: T | undefined = undefined;
  /** How many nodes there are. */
  size = 0;

  /** Adds a node that is in no list at the back. */
  push(node: T): void {
    const last = this.last;
    node.before = last;
    this.last = node;
    if (last === undefined) this.first = node;
    else last.after = node;
    this.size++;
  }

  /** Adds a node that is in no list at the front. */
  unshift(node: T): void {
    const first = this.first;
    node.after = first;
    this.first = node;
    if (first === undefined) this.last = node;
    else first.before = node;
    this.size++;
  }

  /** Takes a node out. It must be in this list. */
  remove(node: T): void {
    const { before, after } = node;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
    node.before = node.after = undefined;
    this.size--;
  }

  /** Takes the node at the front. */
  shift(): T | undefined {
    const node = this.first;
    if (node !== undefined) this.remove(node);
    return node;
  }

  /** Takes the node at the back. */
  pop(): T | undefined {
    const node = this.last;
    if (node !== undefined) this.remove(node);
    return node;
  }

  /** The nodes from front to back. The one just yielded may leave meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let node = this.first, after; node !== undefined; node = after) {
      after = node.after;
      yield node;
    }
  }
}
