/**
 * Checks that hold in every scenario, whatever is tested: the right reply for the right caller, nothing unsettled,
 * nothing unhandled, nothing left behind.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import type { FakeClock } from "../../lib/testing/fake_clock.ts";
import type { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";

/** The value of every key: a function of the key, so that whoever gets another's reply finds out. */
export function valueOf(key: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return `${key}=${hash.toString(36)}`;
}

/** A bulk string on the wire; for ASCII. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** What a server of echo values answers, handshake included. */
export function echoReply(args: readonly string[], protocol: 2 | 3 = 3): string {
  const handshake = handshakeReply(args, { protocol });
  if (handshake !== undefined) return handshake;
  switch (args[0]!.toUpperCase()) {
    case "GET":
      return bulk(valueOf(args[1]!));
    case "MGET":
      return `*${args.length - 1}\r\n${args.slice(1).map((key) => bulk(valueOf(key))).join("")}`;
    case "PING":
      return args.length > 1 ? bulk(args[1]!) : "+PONG\r\n";
    case "ECHO":
      return bulk(args[1]!);
    default:
      return "+OK\r\n";
  }
}

/** How a promise ended; `undefined` while it has not. */
export interface Outcome<T> {
  value?: T;
  error?: unknown;
  isSettled: boolean;
}

/** Watches a promise: its outcome can be looked at any time, and its rejection is never unhandled. */
export function watch<T>(promise: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { isSettled: false };
  promise.then((value) => Object.assign(outcome, { value, isSettled: true }), (error) => {
    Object.assign(outcome, { error, isSettled: true });
  });
  return outcome;
}

/** The error that a promise rejects with; fails when it resolves. */
export async function errorOf<E = Record<string, unknown>>(promise: Promise<unknown>): Promise<E> {
  const value = await promise.then((value) => ({ value }), (error) => ({ error }));
  if ("value" in value) assert.fail(`resolved with ${JSON.stringify(value.value)} instead of rejecting`);
  return value.error as E;
}

/** Checks the fields of a `RedisError` that the test names; the message is free. */
export function assertError(error: unknown, fields: Record<string, unknown>): void {
  assert.ok(error instanceof Error, `expected an error, got ${String(error)}`);
  const actual: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) actual[name] = (error as unknown as Record<string, unknown>)[name];
  assert.deepEqual(actual, fields, `${error.name}: ${error.message}`);
}

/** Runs a test body; fails it when a rejection was handled by nobody, or something was thrown at nobody. */
export async function quietly(body: () => Promise<void>): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  try {
    await body();
    // Rejections are reported once the microtasks of their turn are done.
    await new Promise((resolve) => setTimeout(resolve, 0));
  } finally {
    process.off("unhandledRejection", note);
    process.off("uncaughtException", note);
  }
  assert.deepEqual(unhandled, []);
}

/** Nothing is left that would keep the process alive, and every socket was used as its contract says. */
export function assertAtRest(network: FaultyConnector, clock?: FakeClock): void {
  assert.deepEqual(network.sockets.map((socket) => socket.violations).flat(), []);
  assert.deepEqual(network.sockets.map((socket) => socket.isRefd), network.sockets.map(() => false), "a ref'd socket");
  assert.equal(network.held, 0, "a dial is held");
  if (clock !== undefined) assert.equal(clock.refTimers, 0, "a ref'd timer");
}

/** Everything is gone: no socket is open, no timer runs. */
export function assertGone(network: FaultyConnector, clock: FakeClock): void {
  assertAtRest(network);
  assert.deepEqual(network.sockets.map((socket) => socket.isClosed), network.sockets.map(() => true), "an open socket");
  assert.equal(clock.timers, 0, "a timer");
}

/** An abort signal that knows who still listens to it. */
export class CountingSignal extends EventTarget {
  aborted = false;
  reason: unknown = undefined;
  onabort: null = null;
  listeners = 0;

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
    this.listeners++;
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
    this.listeners--;
    super.removeEventListener(type, listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent(new Event("abort"));
  }
}
