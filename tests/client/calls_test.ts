import assert from "node:assert/strict";
import { test } from "node:test";
import { OptionsCall, shaped, ShapedCall } from "../../lib/client/calls.ts";
import { tombstone } from "../../lib/connection/call.ts";
import { ConnectionLostError, ReplyError } from "../../lib/errors.ts";
import { toMapping } from "../../lib/resp/mapping.ts";
import { openConnection, type TestConnection, turn } from "../connection/open_connection.ts";

/** Turns a reply into a list of itself and the mapping's choice for strings. */
const listed = (reply: unknown, _args: unknown, { strings }: { strings: string }) => [reply, strings];

/** Sends a command with options and keeps its call. */
function send({ connection }: TestConnection, ...options: [timeoutMs?: number, signal?: AbortSignal, bytes?: boolean]) {
  const [timeoutMs, signal, bytes = false] = options;
  const args = ["GET", "k"];
  const { promise, resolve, reject } = deferred();
  const mapping = bytes ? toMapping({ strings: "bytes" }) : undefined;
  const call = new OptionsCall(connection.context, args, { timeoutMs, signal }, mapping, listed, resolve, reject);
  connection.push(args, resolve, reject, call, 4, 1);
  return { call, promise };
}

function deferred() {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<unknown>((a, b) => [resolve, reject] = [a, b]);
  promise.catch(() => {});
  return { promise, resolve, reject };
}

test("a reply is reshaped under RESP2 alone, by the mapping it was read with", () => {
  const source = (protocol: 2 | 3) => ({ protocol, mapping: toMapping(undefined), endpoint: "h:1" });
  assert.equal(shaped("a", listed, [], undefined, source(3)), "a");
  assert.equal(shaped("a", undefined, [], undefined, source(2)), "a");
  assert.deepEqual(shaped("a", listed, [], undefined, source(2)), ["a", "utf8"]);
  assert.deepEqual(shaped("a", listed, [], toMapping({ strings: "bytes" }), source(2)), ["a", "bytes"]);
});

test("a shaped call serves every caller of its command, and its errors are the callers'", async () => {
  const { connection, socket } = openConnection({}, 2);
  const call = new ShapedCall(listed);
  const replies = Promise.all([connection.send(["GET", "a"], call), connection.send(["GET", "b"], call)]);
  const refused = connection.send(["GET", "c"], call);
  await turn();
  socket.feed("$1\r\na\r\n$1\r\nb\r\n-ERR no\r\n");
  assert.deepEqual(await replies, [["a", "utf8"], ["b", "utf8"]]);
  await assert.rejects(refused, ReplyError);
  let told: unknown;
  const next = call.fail(new ConnectionLostError("CONN_CLOSED", "gone"), (error) => told = error);
  assert.deepEqual([next, (told as Error).message], [tombstone, "gone"]);
});

test("a call with options is settled once: by its reply, and a late signal or deadline changes nothing", async () => {
  const opened = openConnection({}, 2);
  const controller = new AbortController();
  const { call, promise } = send(opened, 100, controller.signal, true);
  await turn();
  opened.socket.feed("$1\r\na\r\n");
  assert.deepEqual(await promise, [new Uint8Array([97]), "bytes"]);
  controller.abort();
  await opened.clock.advance(200);
  assert.equal(call.isSettled, true);
  assert.equal(opened.connection.ring.size, 0);
});

test("a call that is late keeps its place in line, and its reply is dropped", async () => {
  const opened = openConnection();
  const { call, promise } = send(opened, 100);
  const behind = opened.connection.send(["GET", "b"]);
  const seen: unknown[] = [];
  call.onReply = (reply) => seen.push(reply);
  await turn();
  await opened.clock.advance(120);
  await assert.rejects(promise, { code: "COMMAND_TIMEOUT", command: "GET", sent: true, maybeExecuted: true });
  opened.socket.feed("$1\r\na\r\n$1\r\nb\r\n");
  assert.equal(await behind, "b");
  assert.deepEqual(seen, ["a"], "whoever keeps the session's state still hears of it");
});

test("a call that was given up before it was sent is never sent", async () => {
  const opened = openConnection();
  const controller = new AbortController();
  const reason = new Error("mine");
  const { promise } = send(opened, 0, controller.signal);
  controller.abort(reason);
  await assert.rejects(promise, { code: "ABORTED", sent: false, maybeExecuted: false, cause: reason });
  await turn();
  assert.deepEqual([opened.socket.commands, opened.connection.ring.size], [[], 0]);
});
