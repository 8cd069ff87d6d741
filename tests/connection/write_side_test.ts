import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { WriteSide } from "../../lib/connection/write_side.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import type { Socket } from "../../lib/net/socket.ts";

function writing(takes: () => boolean = () => true) {
  const ring = new CommandRing({ count: 0, bytes: 0 });
  const writer = new WriteSide(ring);
  const writes: Uint8Array[] = [];
  const socket = {
    write(bytes: Uint8Array, length = bytes.length) {
      writes.push(bytes.slice(0, length));
      return takes();
    },
  } as unknown as Socket;
  const errors: unknown[] = [];
  const push = (...args: Argument[]) => ring.push(args, () => {}, (error) => errors.push(error), undefined, 1, 1);
  return { errors, push, ring, socket, writer, writes };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("nothing is written before there is a socket", () => {
  const { push, ring, socket, writer, writes } = writing();
  push("PING");
  writer.write();
  assert.deepEqual([writes.length, ring.sent], [0, 0]);
  writer.socket = socket;
  writer.write();
  assert.deepEqual([writes.map(text), ring.sent], [["*1\r\n$4\r\nPING\r\n"], 1]);
});

test("what is queued leaves in one write", () => {
  const { push, ring, socket, writer, writes } = writing();
  writer.socket = socket;
  for (let n = 0; n < 100; n++) push("GET", `k${n}`);
  writer.write();
  assert.deepEqual([writes.length, ring.sent], [1, 100]);
});

test("a full socket is written to again only when it has drained", () => {
  const { push, ring, socket, writer, writes } = writing(() => false);
  writer.socket = socket;
  push("GET", "a");
  writer.write();
  push("GET", "b");
  push("GET", "c");
  writer.write();
  assert.deepEqual([writer.isBlocked, writes.length, ring.sent], [true, 1, 1]);
  writer.drain();
  assert.deepEqual([writes.length, ring.sent], [2, 3]);
  assert.equal(text(writes[1]!), "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n*2\r\n$3\r\nGET\r\n$1\r\nc\r\n");
});

test("long byte arguments keep their place, piece by piece, also through a socket that is always full", () => {
  const long = new Uint8Array(100_000).fill(7);
  const { push, ring, socket, writer, writes } = writing(() => false);
  writer.socket = socket;
  push("SET", "a", long);
  push("GET", "a");
  for (writer.write(); writer.isBlocked && writes.length < 20;) writer.drain();
  const whole = writes.reduce((sum, piece) => sum + piece.length, 0);
  const head = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$100000\r\n";
  const tail = "\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n";
  assert.equal(whole, head.length + long.length + tail.length);
  assert.equal(text(writes[0]!), head);
  assert.deepEqual(writes[1], long);
  assert.equal(writes.slice(2).map(text).join(""), tail);
  assert.equal(ring.sent, 2);
});

test("a command that cannot be encoded is rejected alone and takes no place once its turn has come", () => {
  const { errors, push, ring, socket, writer, writes } = writing();
  writer.socket = socket;
  push("GET", NaN);
  push("GET", "b");
  writer.write();
  assert.equal(text(writes[0]!), "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n");
  assert.deepEqual([errors.length, (errors[0] as { code: string }).code], [1, "INVALID_ARG"]);
  assert.deepEqual([ring.size, ring.sent], [1, 1]);
});
