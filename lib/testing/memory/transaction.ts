/**
 * What a session keeps between WATCH, MULTI and EXEC.
 *
 * @module
 */
import type { Args, Command } from "./command.ts";
import type { Keyspace, Watcher } from "./keyspace.ts";

/** The commands between MULTI and EXEC. */
export class Transaction<Context> {
  /** What EXEC will run, in order. */
  readonly commands: { readonly command: Command<Context>; readonly args: Args }[] = [];
  /** Whether a command was refused, so that EXEC will refuse as well. */
  hasFailed = false;
}

/** The keys that a session watches. */
export class Watches implements Watcher {
  /** Whether one of them changed since. */
  isDirty = false;
  readonly #watched: { readonly db: Keyspace; readonly key: string }[] = [];

  /** Watches one more key. */
  add(db: Keyspace, key: string): void {
    // A key that expired earlier must not count as a change later.
    db.find(key);
    db.watch(key, this);
    this.#watched.push({ db, key });
  }

  /** Whether one of the keys changed or expired. */
  check(): boolean {
    for (const { db, key } of this.#watched) db.find(key);
    return this.isDirty;
  }

  /** Forgets every key. */
  clear(): void {
    for (const { db, key } of this.#watched.splice(0)) db.unwatch(key, this);
    this.isDirty = false;
  }
}
