import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionLostError } from "../../lib/errors.ts";
import { type PromiseConnection, PromiseSocket } from "../../lib/net/promise_socket.ts";
import type { SocketHandler } from "../../lib/net/socket.ts";
import { Recorder, targetOf } from "./helpers.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Lets every task that is ready run, and those that they made ready. */
async function turn(): Promise<void> {
  for (let tasks = 0; tasks < 3; tasks++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A connection whose every read and write ends when the test says. */
class Scripted implements PromiseConnection {
  written = "";
  closes = 0;
  referenced = true;
  /** Ends the write under way with the count of bytes taken. */
  wrote: (count: number) => void = () => {};
  /** Breaks the write under way. */
  broke: (error: unknown) => void = () => {};

  write(chunk: Uint8Array): Promise<number> {
    this.written = new TextDecoder().decode(chunk);
    return new Promise((resolve, reject) => {
      this.wrote = resolve;
      this.broke = reject;
    });
  }

  close(): void {
    this.closes++;
  }

  ref(): void {
    this.referenced = true;
  }

  unref(): void {
    this.referenced = false;
  }
}

/** Reads what the test gives: a text, or `undefined` for the end. */
class ScriptedSocket extends PromiseSocket {
  give: (text: string | undefined) => void = () => {};
  fail: (error: unknown) => void = () => {};

  protected override async readAll(): Promise<void> {
    for (;;) {
      const text = await new Promise<string | undefined>((resolve, reject) => {
        this.give = resolve;
        this.fail = reject;
      });
      if (text === undefined || this.destroyed) return;
      const pause = this.deliver(bytes(text));
      if (pause !== undefined) await pause;
    }
  }
}

function open(handler?: SocketHandler) {
  const connection = new Scripted();
  const recorder = new Recorder();
  const socket = new ScriptedSocket(connection, targetOf(6379), handler ?? recorder).start();
  return { connection, recorder, socket };
}

test("a write drains when all of it is written, part by part", async () => {
  const { connection, recorder, socket } = open();
  assert.equal(socket.write(bytes("abcdef")), false);
  connection.wrote(2);
  await turn();
  assert.deepEqual([connection.written, recorder.drains], ["cdef", 0]);
  connection.wrote(4);
  await turn();
  assert.equal(recorder.drains, 1);
});

test("reading stops when data returns false and goes on with resume", async () => {
  const { recorder, socket } = open();
  recorder.reading = false;
  socket.give("a");
  await turn();
  socket.give("b");
  await turn();
  assert.equal(recorder.text, "a", "the next read has not begun");
  recorder.reading = true;
  socket.resume();
  await turn();
  socket.give("c");
  await turn();
  assert.equal(recorder.text, "ac");
});

test("the peer's end closes in a task of its own", async () => {
  const { connection, recorder, socket } = open();
  socket.give(undefined);
  for (let hops = 0; hops < 20; hops++) await Promise.resolve();
  assert.equal(recorder.closes.length, 0);
  assert.equal(await recorder.closed(), undefined);
  assert.equal(connection.closes, 1);
  assert.equal(socket.write(bytes("late")), true);
  assert.equal(connection.written, "");
});

test("a broken read closes with the reason", async () => {
  const { recorder, socket } = open();
  socket.fail({ code: "ECONNRESET" });
  const error = await recorder.closed();
  assert.ok(error instanceof ConnectionLostError && error.code === "CONN_RESET");
});

test("a broken write waits for the last words of the peer", async () => {
  const { connection, recorder, socket } = open();
  socket.write(bytes("abc"));
  connection.broke({ code: "EPIPE" });
  await turn();
  assert.equal(recorder.closes.length, 0);
  socket.give("-ERR max number of clients reached");
  await turn();
  socket.give(undefined);
  const error = await recorder.closed();
  assert.ok(error instanceof ConnectionLostError && error.code === "CONN_CLOSED");
  assert.equal(recorder.text, "-ERR max number of clients reached");
  assert.equal(recorder.drains, 0);
});

test("destroy closes once, later, whatever is under way", async () => {
  const { connection, recorder, socket } = open();
  socket.write(bytes("abc"));
  socket.destroy();
  socket.destroy();
  assert.equal(recorder.closes.length, 0);
  connection.wrote(3);
  socket.give("late");
  await turn();
  socket.fail({ code: "EINTR" });
  await recorder.closed();
  await turn();
  assert.deepEqual([recorder.closes, recorder.text, recorder.drains, connection.closes], [[undefined], "", 0, 1]);
});

test("destroy ends a pause", async () => {
  const { recorder, socket } = open();
  recorder.reading = false;
  socket.give("a");
  await turn();
  socket.destroy();
  assert.equal(await recorder.closed(), undefined);
});

test("ref and unref reach the connection until it is closed", () => {
  const { connection, socket } = open();
  socket.unref();
  assert.equal(connection.referenced, false);
  socket.ref();
  assert.equal(connection.referenced, true);
  socket.destroy();
  socket.unref();
  assert.equal(connection.referenced, true);
});
