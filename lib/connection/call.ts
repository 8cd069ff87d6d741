/**
 * What a command carries beyond its arguments and resolvers. Most carry nothing: their place in the ring holds
 * `undefined` instead of a call, and the connection settles them itself.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import type { Argument, Encoder } from "../resp/encoder.ts";
import { defaultMapping, type Mapping } from "../resp/mapping.ts";

/** Fulfils the caller's promise. */
export type Resolve = (value: unknown) => void;
/** Rejects the caller's promise. */
export type Reject = (error: unknown) => void;

/** The resolvers of the promise that `capture` was last given to. */
export const captured: { resolve: Resolve; reject: Reject } = { resolve: () => {}, reject: () => {} };

/** One executor for every promise: a closure of its own per command would cost more than its encoding. */
export function capture(resolve: Resolve, reject: Reject): void {
  captured.resolve = resolve;
  captured.reject = reject;
}

/** What a call may want to know of the connection that its reply came from. */
export interface ReplySource {
  /** The protocol that was agreed on. */
  readonly protocol: 2 | 3;
  /** How replies are returned when the call does not say. */
  readonly mapping: Mapping;
  /** `host:port` or the path of the Unix socket. */
  readonly endpoint: string;
}

/** A command with something of its own: options, a reshaped reply, several commands in one. */
export interface Call {
  /** How its replies are returned; the connection's own way when absent. */
  readonly mapping: Mapping | undefined;
  /** Whether it keeps its own deadline instead of the connection's; it counts its own outcome, too. */
  readonly hasDeadline: boolean;
  /** Whether its caller was settled, so that what comes for it is dropped; never, when absent. */
  readonly isSettled?: boolean;
  /** Whether it has several replies, so that it cannot be taken back once the first has come; not so, when absent. */
  readonly isBatch?: boolean | undefined;
  /** Appends its bytes. Returns `false` when it was settled meanwhile and nothing is to be sent. */
  encode(encoder: Encoder, args: readonly Argument[]): boolean;
  /**
   * Takes one reply and settles the caller, unless he is gone. Returns whether it was the last one.
   * `source` is the connection, for replies whose shape depends on its protocol.
   */
  reply(
    value: unknown,
    isError: boolean,
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    source: ReplySource,
  ): boolean;
  /** Rejects the caller, whose replies may still come. Returns the call that takes them in this one's place. */
  fail(error: RedisError, reject: Reject): Call;
}

/** Takes the reply of a command whose caller has gone, and drops it: every command keeps its place in line. */
export const tombstone: Call = {
  mapping: undefined,
  hasDeadline: true,
  isSettled: true,
  encode: () => false,
  reply: () => true,
  fail: () => tombstone,
};

/** The place of a command that was settled before it was sent: no reply will come for it. */
export const skipped: Call = { ...tombstone, fail: () => skipped };

/** A command without options whose replies are returned in a way of their own. One serves every such command. */
export class MappedCall implements Call {
  /** How its reply is returned. */
  readonly mapping: Mapping | undefined;
  /** Whether the connection's deadline does not apply. */
  readonly hasDeadline: boolean;

  /** Returns replies by `mapping`, or in the connection's own way. */
  constructor(mapping: Mapping | undefined, hasDeadline = false) {
    this.mapping = mapping;
    this.hasDeadline = hasDeadline;
  }

  /** Appends the command. */
  encode(encoder: Encoder, args: readonly Argument[]): boolean {
    encoder.append(args);
    return true;
  }

  /** Settles the caller. */
  reply(
    value: unknown,
    isError: boolean,
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    source: ReplySource,
  ): boolean {
    if (isError) reject(value);
    else resolve(this.shaped(value, args, source));
    return true;
  }

  /** What the caller gets for a reply that is no error. */
  protected shaped(value: unknown, _args: readonly Argument[], _source: ReplySource): unknown {
    return value;
  }

  /** Rejects the caller; the late reply is dropped. */
  fail(error: RedisError, reject: Reject): Call {
    reject(error);
    return tombstone;
  }
}

/** For the library's own commands, whose replies must not depend on what the user chose. */
export const ownCall: Call = new MappedCall(defaultMapping);
