/**
 * Commands on keys of any type, and their expiry.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { type CommandSpec, spec } from "./spec.ts";
import type { OneOrMore, Returns, Status, Surface } from "./surface.ts";

/** When an expiry may be set: without one, with one, only later, only sooner. */
export type ExpireCondition = "NX" | "XX" | "GT" | "LT";

/** An option of SCAN, HSCAN, SSCAN and ZSCAN: `"MATCH", pattern`, `"COUNT", number`, and what the command adds. */
export type ScanOption = Argument;

/** One page: the cursor of the next page, `"0"` at the end, and the elements. */
export type Page<S extends Surface> = [cursor: S["text"], elements: S["text"][]];

/** The types a key can have; modules add their own. */
export type KeyType = "string" | "list" | "set" | "zset" | "hash" | "stream" | "none" | (string & Record<never, never>);

/** Commands on keys of any type, and their expiry. */
export interface KeyCommands<S extends Surface> {
  /** Copies a key; 0 when the destination exists and `REPLACE` is not given. */
  copy(
    source: Argument,
    destination: Argument,
    ...options: [] | ["REPLACE"] | ["DB", Argument] | ["DB", Argument, "REPLACE"]
  ): Returns<S, 0 | 1>;
  /** Deletes keys and replies how many there were. */
  del(...keys: OneOrMore): Returns<S, number>;
  /** Counts the keys that exist; a key given twice counts twice. */
  exists(...keys: OneOrMore): Returns<S, number>;
  /** Lets a key expire after seconds. */
  expire(key: Argument, seconds: Argument, condition?: ExpireCondition): Returns<S, 0 | 1>;
  /** Lets a key expire at a Unix time in seconds. */
  expireat(key: Argument, unixSeconds: Argument, condition?: ExpireCondition): Returns<S, 0 | 1>;
  /** The Unix time in seconds at which a key expires; -1 without expiry, -2 without key. */
  expiretime(key: Argument): Returns<S, number>;
  /** Every key that matches a pattern, found in one long step; prefer `scan`. */
  keys(pattern: Argument): Returns<S, S["text"][]>;
  /** Removes the expiry of a key. */
  persist(key: Argument): Returns<S, 0 | 1>;
  /** Lets a key expire after milliseconds. */
  pexpire(key: Argument, milliseconds: Argument, condition?: ExpireCondition): Returns<S, 0 | 1>;
  /** Lets a key expire at a Unix time in milliseconds. */
  pexpireat(key: Argument, unixMilliseconds: Argument, condition?: ExpireCondition): Returns<S, 0 | 1>;
  /** The Unix time in milliseconds at which a key expires; -1 without expiry, -2 without key. */
  pexpiretime(key: Argument): Returns<S, number>;
  /** Milliseconds until a key expires; -1 without expiry, -2 without key. */
  pttl(key: Argument): Returns<S, number>;
  /** Any key, null when there is none. */
  randomkey(): Returns<S, S["text"] | null>;
  /** Renames a key over whatever has the new name. */
  rename(key: Argument, newKey: Argument): Returns<S, Status<S, "OK">>;
  /** Renames a key unless the new name is taken. */
  renamenx(key: Argument, newKey: Argument): Returns<S, 0 | 1>;
  /** One page of keys: `scan(0, "MATCH", "user:*", "COUNT", 100)`. */
  scan(cursor: Argument, ...options: ScanOption[]): Returns<S, Page<S>>;
  /** Marks keys as just used and replies how many there are. */
  touch(...keys: OneOrMore): Returns<S, number>;
  /** Seconds until a key expires; -1 without expiry, -2 without key. */
  ttl(key: Argument): Returns<S, number>;
  /** The type of a key's value, `none` without key. */
  type(key: Argument): Returns<S, Status<S, KeyType>>;
  /** Deletes keys, whose memory is freed later, and replies how many there were. */
  unlink(...keys: OneOrMore): Returns<S, number>;
}

/** The commands of `KeyCommands` as data. */
export const keySpecs: readonly CommandSpec[] = [
  spec("copy", 2),
  spec("del", 1, { repeat: 0 }),
  spec("exists", 1, { repeat: 0 }),
  spec("expire", 2),
  spec("expireat", 2),
  spec("expiretime", 1),
  spec("keys", 1),
  spec("persist", 1),
  spec("pexpire", 2),
  spec("pexpireat", 2),
  spec("pexpiretime", 1),
  spec("pttl", 1),
  spec("randomkey", 0),
  spec("rename", 2),
  spec("renamenx", 2),
  spec("scan", 1),
  spec("touch", 1, { repeat: 0 }),
  spec("ttl", 1),
  spec("type", 1),
  spec("unlink", 1, { repeat: 0 }),
];
