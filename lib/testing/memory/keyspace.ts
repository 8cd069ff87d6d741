/**
 * One database: keys, their values, their expiry, and who watches or waits for them.
 *
 * @module
 */
import { wrongType } from "./command_error.ts";
import { Deque } from "./deque.ts";
import { ListWaiters } from "./list_waiters.ts";
import { SortedSet } from "./sorted_set.ts";

/** What a key can hold: a string, a hash, a list, a set or a sorted set. */
export type Value = string | Map<string, string> | Deque<string> | Set<string> | SortedSet;

/** A key with its value. */
export interface Entry {
  /** The key. */
  readonly key: string;
  /** Its value. */
  value: Value;
  /** When it goes, in Unix milliseconds; `Infinity` is never. */
  expiresAt: number;
  /** Its place in the order in which keys came into being. */
  readonly sequence: number;
  /** Whether it is still in the database. */
  isLive: boolean;
}

/** Told when a key that it watches changes. */
export interface Watcher {
  /** Set when a watched key changed. */
  isDirty: boolean;
}

/** What commands that need only a database are given. */
export interface HasDatabase {
  /** The selected database. */
  readonly db: Keyspace;
}

/** The name that TYPE gives a value. */
export function typeOf(value: Value): string {
  if (typeof value === "string") return "string";
  if (value instanceof Map) return "hash";
  if (value instanceof Deque) return "list";
  return value instanceof Set ? "set" : "zset";
}

/** One numbered database. */
export class Keyspace {
  /** Clients that wait for lists. */
  readonly waiters: ListWaiters = new ListWaiters();
  readonly #time: { readonly now: number };
  readonly #entries = new Map<string, Entry>();
  /** Every entry since the last compaction, by rising sequence; dead ones are skipped. SCAN's cursors point into it. */
  #order: Entry[] = [];
  #nextSequence = 1;
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** Entries that have an expiry. */
  readonly #expiring = new Set<Entry>();

  /** Makes an empty database that lives in the given time. */
  constructor(time: { readonly now: number }) {
    this.#time = time;
  }

  /** The time as commands see it, in Unix milliseconds. */
  get now(): number {
    return this.#time.now;
  }

  /** How many keys there are. */
  get size(): number {
    this.#dropExpired();
    return this.#entries.size;
  }

  /** How many keys have an expiry. */
  get expiringSize(): number {
    return this.#expiring.size;
  }

  /** The key's entry. One whose time has come is removed instead. */
  find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt > this.#time.now) return entry;
    this.delete(key);
    return undefined;
  }

  /** The string at the key; throws when it holds another type, as the next four do. */
  string(key: string): string | undefined {
    const value = this.find(key)?.value;
    if (value === undefined || typeof value === "string") return value;
    throw wrongType();
  }

  /** The hash at the key. */
  hash(key: string): Map<string, string> | undefined {
    return this.#collection(key, Map<string, string>);
  }

  /** The list at the key. */
  list(key: string): Deque<string> | undefined {
    return this.#collection(key, Deque<string>);
  }

  /** The set at the key. */
  set(key: string): Set<string> | undefined {
    return this.#collection(key, Set<string>);
  }

  /** The sorted set at the key. */
  sortedSet(key: string): SortedSet | undefined {
    return this.#collection(key, SortedSet);
  }

  #collection<T extends object>(key: string, type: new () => T): T | undefined {
    const value = this.find(key)?.value;
    if (value === undefined || value instanceof type) return value as T | undefined;
    throw wrongType();
  }

  /** Puts a value at a key in place of what was there, and of its expiry. */
  put(key: string, value: Value, expiresAt = Infinity): void {
    const entry = this.find(key);
    if (entry === undefined) this.#add(key, value, expiresAt);
    else {
      entry.value = value;
      this.expire(entry, expiresAt);
    }
    if (value instanceof Deque) this.waiters.signal(key);
    this.touch(key);
  }

  /** Replaces a value and leaves the expiry as it is. */
  replace(key: string, value: Value): void {
    this.put(key, value, this.find(key)?.expiresAt);
  }

  #add(key: string, value: Value, expiresAt: number): void {
    if (this.#order.length > 2 * this.#entries.size + 64) this.#order = this.#order.filter((entry) => entry.isLive);
    const entry: Entry = { key, value, expiresAt: Infinity, sequence: this.#nextSequence++, isLive: true };
    this.#entries.set(key, entry);
    this.#order.push(entry);
    this.expire(entry, expiresAt);
  }

  /** Removes a key. Returns whether it was there. */
  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    entry.isLive = false;
    this.#entries.delete(key);
    this.#expiring.delete(entry);
    this.touch(key);
    return entry.expiresAt > this.#time.now;
  }

  /** Sets when an entry goes; `Infinity` is never. */
  expire(entry: Entry, at: number): void {
    entry.expiresAt = at;
    if (at === Infinity) this.#expiring.delete(entry);
    else this.#expiring.add(entry);
  }

  /** Says that the key's value changed in place; an empty collection is removed. */
  changed(key: string, collection: { readonly size: number } | { readonly length: number }): void {
    const size = "size" in collection ? collection.size : collection.length;
    if (size === 0) this.delete(key);
    else this.touch(key);
  }

  /** Tells those who watch the key. */
  touch(key: string): void {
    if (this.#watchers.size === 0) return;
    for (const watcher of this.#watchers.get(key) ?? []) watcher.isDirty = true;
  }

  /** Lets `watcher` know when the key changes. */
  watch(key: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(key);
    if (watchers === undefined) this.#watchers.set(key, new Set([watcher]));
    else watchers.add(watcher);
  }

  /** Ends `watch`. */
  unwatch(key: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(key);
    if (watchers?.delete(watcher) && watchers.size === 0) this.#watchers.delete(key);
  }

  /** Every key, oldest first. */
  keys(): string[] {
    this.#dropExpired();
    return [...this.#entries.keys()];
  }

  /** Removes every key. */
  clear(): void {
    for (const key of this.keys()) this.delete(key);
    this.#order = [];
  }

  /** Some key, each as likely as the others. */
  randomKey(): string | undefined {
    const keys = this.keys();
    return keys[Math.floor(Math.random() * keys.length)];
  }

  /**
   * Up to `count` entries from a cursor on, and the next cursor, 0 at the end. A key that is there from the first call
   * to the last is returned exactly once, whatever else comes and goes.
   */
  scan(cursor: number, count: number): { next: number; entries: Entry[] } {
    this.#dropExpired();
    const entries: Entry[] = [];
    for (let i = this.#firstFrom(cursor); i < this.#order.length; i++) {
      const entry = this.#order[i]!;
      if (!entry.isLive) continue;
      if (entries.length === count) return { next: entry.sequence, entries };
      entries.push(entry);
    }
    return { next: 0, entries };
  }

  #firstFrom(sequence: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order[middle]!.sequence >= sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #dropExpired(): void {
    for (const entry of this.#expiring) {
      if (entry.expiresAt <= this.#time.now) this.delete(entry.key);
    }
  }
}
