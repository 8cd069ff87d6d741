import assert from "node:assert/strict";
import { test } from "node:test";
import { ExclusiveOwner } from "../../lib/client/exclusive_owner.ts";
import type { Connection } from "../../lib/connection/connection.ts";
import { openConnection, turn } from "../connection/open_connection.ts";

function owned() {
  const opened = openConnection();
  const errors: string[] = [];
  const stalls: Connection[] = [];
  opened.connection.owner = new ExclusiveOwner({
    onErrorReply: (_, error) => void errors.push(error.code),
    onStalled: (connection) => void stalls.push(connection),
  });
  return { ...opened, errors, stalls };
}

test("error replies go to the caller, and are told of", async () => {
  const { connection, socket, errors } = owned();
  const reply = connection.send(["SET", "k", "1"]);
  await turn();
  socket.feed("-READONLY no\r\n");
  await assert.rejects(reply, { code: "READONLY", command: "SET" });
  assert.deepEqual(errors, ["READONLY"]);
});

test("everything is rejected when the connection is lost, with the truth about what was sent", async () => {
  const { connection, socket } = owned();
  const sent = connection.send(["GET", "a"]);
  await turn();
  const unsent = connection.send(["GET", "b"]);
  socket.end();
  await assert.rejects(sent, { code: "CONN_CLOSED", maybeExecuted: true });
  await assert.rejects(unsent, { code: "CONN_CLOSED", maybeExecuted: false });
});

test("a command that is late ends the connection, after its caller was told", async () => {
  const { clock, connection, socket } = owned();
  const late = connection.send(["GET", "a"]);
  const other = connection.send(["GET", "b"], undefined);
  await turn();
  await clock.advance(5100);
  await assert.rejects(late, { code: "COMMAND_TIMEOUT" });
  await assert.rejects(other, { code: "COMMAND_TIMEOUT" });
  await turn();
  assert.deepEqual([connection.state, socket.isDestroyed], ["closed", true]);
});

test("silence with replies outstanding is told of", async () => {
  const { clock, connection, stalls } = owned();
  connection.send(["GET", "a"]).catch(() => {});
  await turn();
  await clock.advance(1050);
  assert.deepEqual(stalls, [connection]);
});
