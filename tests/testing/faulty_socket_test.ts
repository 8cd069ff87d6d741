import { test } from "node:test";
import assert from "node:assert/strict";
import type { SocketHandler, Target } from "../../lib/net/socket.ts";
import { FaultySocket } from "../../lib/testing/faulty_socket.ts";
import { encodeCommand } from "../../lib/resp/encoder.ts";

const target: Target = { host: "h", port: 1, noDelay: true, keepAliveMs: 0 };

/** Writes down what a socket reports; reads on unless `accept` says no. */
class Recorder implements SocketHandler {
  accept = true;
  readonly events: string[] = [];
  readonly chunks: Uint8Array[] = [];

  data(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    this.events.push(`data ${new TextDecoder().decode(chunk)}`);
    return this.accept;
  }

  drain(): void {
    this.events.push("drain");
  }

  close(error?: unknown): void {
    this.events.push(error === undefined ? "close" : `close ${(error as Error).message}`);
  }
}

function open(): { socket: FaultySocket; handler: Recorder } {
  const handler = new Recorder();
  return { handler, socket: new FaultySocket(target, handler) };
}

test("each chunk that is fed is one call, and overwritten afterwards", () => {
  const { socket, handler } = open();
  socket.feed("ab", new Uint8Array([99]));
  assert.deepEqual(handler.events, ["data ab", "data c"]);
  assert.deepEqual(handler.chunks[0], new Uint8Array([0xee, 0xee]));
});

test("nothing is delivered while reading is paused, and resume delivers later", async () => {
  const { socket, handler } = open();
  handler.accept = false;
  socket.feed("a", "b");
  socket.end();
  assert.deepEqual(handler.events, ["data a"]);
  assert.equal(socket.isPaused, true);
  handler.accept = true;
  socket.resume();
  assert.deepEqual(handler.events, ["data a"]);
  await Promise.resolve();
  assert.deepEqual(handler.events, ["data a", "data b", "close"]);
});

test("a chunk that is fed within data is delivered after that call returned", () => {
  const { socket, handler } = open();
  const data = handler.data.bind(handler);
  let inside = 0;
  handler.data = (chunk) => {
    assert.equal(inside++, 0);
    data(chunk);
    if (handler.events.length === 1) socket.feed("second");
    inside--;
    return true;
  };
  socket.feed("first");
  assert.deepEqual(handler.events, ["data first", "data second"]);
});

test("writes are kept and decoded as commands", async () => {
  const { socket } = open();
  const bytes = encodeCommand(["SET", "k", "é"]);
  assert.equal(socket.write(bytes.subarray(0, 5)), true);
  assert.deepEqual(socket.commands, []);
  const next = socket.nextCommand();
  socket.write(bytes.subarray(5));
  assert.deepEqual(await next, ["SET", "k", "é"]);
  assert.deepEqual(socket.commands, [["SET", "k", "é"]]);
  assert.equal(socket.writes.length, 2);
  bytes.fill(0);
  assert.equal(socket.writes[0]![0], 42);
  assert.deepEqual(socket.violations, []);
});

test("an answer is fed after the write has returned", async () => {
  const { socket, handler } = open();
  socket.answer = (args) => args[0] === "PING" ? "+PONG\r\n" : undefined;
  socket.write(encodeCommand(["PING"]));
  socket.write(encodeCommand(["GET", "k"]));
  assert.deepEqual(handler.events, []);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(handler.events, ["data +PONG\r\n"]);
});

test("a stalled write is a loan until drain", () => {
  const { socket, handler } = open();
  socket.stallsWrites = true;
  const bytes = encodeCommand(["PING"]);
  assert.equal(socket.write(bytes), false);
  assert.equal(socket.isStalled, true);
  socket.stallsWrites = false;
  socket.drain();
  socket.drain();
  assert.deepEqual(handler.events, ["drain"]);
  assert.equal(socket.write(bytes), true);
  assert.deepEqual(socket.violations, []);
});

test("writing before drain and reusing a loaned buffer are violations", () => {
  const { socket } = open();
  socket.stallsWrites = true;
  const bytes = encodeCommand(["PING"]);
  socket.write(bytes);
  socket.write(encodeCommand(["PING"]));
  assert.deepEqual(socket.violations, ["wrote before drain"]);
  bytes.fill(0);
  socket.drain();
  const { socket: other } = open();
  other.stallsWrites = true;
  other.write(bytes);
  bytes.fill(1);
  other.drain();
  assert.ok(other.violations.includes("changed a buffer before drain"));
  assert.ok(other.violations.includes("wrote bytes that are no command"));
});

test("destroy closes later and once, and nothing follows", async () => {
  const { socket, handler } = open();
  socket.destroy();
  socket.destroy();
  assert.deepEqual(handler.events, []);
  assert.equal(socket.isDestroyed, true);
  await Promise.resolve();
  socket.feed("late");
  socket.fail(new Error("late"));
  socket.end();
  socket.drain();
  assert.deepEqual(handler.events, ["close"]);
  assert.equal(socket.write(encodeCommand(["PING"])), true);
  assert.deepEqual(socket.writes, []);
});

test("fail drops what was not delivered and tells why", async () => {
  const { socket, handler } = open();
  handler.accept = false;
  socket.feed("a", "b");
  const waiting = socket.nextCommand();
  socket.fail(new Error("reset"));
  assert.deepEqual(handler.events, ["data a", "close reset"]);
  assert.equal(socket.isClosed, true);
  await assert.rejects(waiting, /the socket closed/);
});

test("a socket is ref'd until it is unref'd or closed", () => {
  const { socket } = open();
  assert.equal(socket.isRefd, true);
  socket.unref();
  assert.equal(socket.isRefd, false);
  socket.ref();
  assert.equal(socket.isRefd, true);
  socket.end();
  assert.equal(socket.isRefd, false);
});
