import assert from "node:assert/strict";
import { test } from "node:test";
import { startBatch, startCall } from "../../lib/client/start_call.ts";
import type { BatchCommand } from "../../lib/client/batch_call.ts";
import { openConnection, turn } from "../connection/open_connection.ts";

const command = (...args: string[]): BatchCommand => ({ args, shape: undefined });
const asIs = (results: unknown[]) => results;

test("a signal that has fired leaves no trace", async () => {
  const { connection, socket } = openConnection();
  const reason = new Error("mine");
  const signal = AbortSignal.abort(reason);
  const fields = { name: "AbortError", code: "ABORTED", sent: false, maybeExecuted: false, cause: reason };
  await assert.rejects(startCall(connection, ["GET", "k"], undefined, { signal }), { ...fields, command: "GET" });
  await assert.rejects(startBatch(connection, [command("GET", "k")], { signal }, asIs), fields);
  await turn();
  assert.deepEqual([socket.commands, connection.ring.size], [[], 0]);
});

test("replies are returned as the call asks, others as ever", async () => {
  const { connection, socket } = openConnection();
  const bytes = startCall(connection, ["GET", "k"], undefined, { replies: { strings: "bytes" } });
  const text = startCall(connection, ["GET", "k"], undefined, {});
  await turn();
  socket.feed("$1\r\na\r\n$1\r\na\r\n");
  assert.deepEqual(await bytes, new Uint8Array([97]));
  assert.equal(await text, "a");
});

test("the call is prepared before it can be sent or given up", async () => {
  const { connection } = openConnection();
  const sizes: number[] = [];
  startCall(connection, ["GET", "k"], undefined, {}, () => void sizes.push(connection.ring.size)).catch(() => {});
  startBatch(connection, [command("GET", "k")], {}, asIs, () => void sizes.push(connection.ring.size)).catch(() => {});
  assert.deepEqual(sizes, [0, 1]);
  connection.destroy();
  await turn();
});

test("a batch counts all of its commands and all of their bytes", () => {
  const { connection } = openConnection();
  startBatch(connection, [command("SET", "k", "12345"), command("GET", "k")], {}, asIs).catch(() => {});
  assert.deepEqual(connection.ring.load, { count: 2, bytes: 9 + 4 });
  connection.destroy();
});
