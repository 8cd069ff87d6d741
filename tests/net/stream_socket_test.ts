import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionLostError, TlsError } from "../../lib/errors.ts";
import { StreamSocket } from "../../lib/net/stream_socket.ts";
import { FakeStream } from "./fake_stream.ts";
import { Recorder, targetOf } from "./helpers.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A socket over a fake stream, with all that a test looks at. */
function open(rest: Parameters<typeof targetOf>[1] = {}) {
  const stream = new FakeStream();
  const recorder = new Recorder();
  return { stream, recorder, socket: new StreamSocket(stream, targetOf(6379, rest), recorder) };
}

test("a write that the kernel takes at once is done", () => {
  const { stream, recorder, socket } = open();
  assert.equal(socket.write(bytes("abc")), true);
  assert.equal(stream.written, "abc");
  assert.equal(recorder.drains, 0);
});

test("a write that the kernel does not take drains once it is gone", () => {
  const { stream, recorder, socket } = open();
  stream.blocked = true;
  assert.equal(socket.write(bytes("abc")), false);
  assert.equal(recorder.drains, 0);
  stream.unblock();
  assert.equal(recorder.drains, 1);
  assert.equal(socket.write(bytes("def")), true);
  assert.equal(stream.written, "abcdef");
});

test("with TLS a write drains when the stream has taken it", () => {
  const { stream, recorder, socket } = open({ tls: {} });
  stream.blocked = true;
  assert.equal(socket.write(bytes("abc")), false);
  assert.equal(recorder.drains, 0);
  stream.unblock();
  assert.equal(recorder.drains, 1);
});

test("nothing drains once the stream is destroyed", () => {
  const { stream, recorder, socket } = open();
  stream.blocked = true;
  socket.write(bytes("abc"));
  socket.destroy();
  stream.unblock();
  assert.equal(recorder.drains, 0);
  assert.equal(socket.write(bytes("def")), true);
});

test("what TLS had read ahead when reading was paused comes with resume, in order, one pause at a time", async () => {
  const { stream, recorder, socket } = open({ tls: {} });
  recorder.reading = false;
  const buffer = bytes("a");
  assert.equal(socket.read(buffer), false);
  for (const letter of ["b", "c", "d"]) {
    buffer.set(bytes(letter));
    assert.equal(socket.read(buffer), false);
  }
  assert.equal(recorder.text, "a");
  socket.resume();
  socket.resume();
  assert.equal(recorder.text, "a", "not from within resume");
  await turn();
  assert.equal(recorder.text, "ab");
  recorder.reading = true;
  socket.resume();
  await turn();
  assert.equal(recorder.text, "abcd");
  assert.equal(stream.resumes, 1);
  assert.equal(socket.read(bytes("e")), true);
  assert.equal(recorder.text, "abcde");
});

test("an end that comes while reading is paused is told after all that was read", async () => {
  const { recorder, socket } = open({ tls: {} });
  recorder.reading = false;
  socket.read(bytes("a"));
  socket.read(bytes("b"));
  socket.ended(undefined);
  await turn();
  assert.deepEqual([recorder.text, recorder.closes.length], ["a", 0]);
  recorder.reading = true;
  socket.resume();
  await turn();
  assert.deepEqual([recorder.text, recorder.closes], ["ab", [undefined]]);
});

test("a stream that hands out what it held back while it starts is stopped only when it has started", async () => {
  const { stream, recorder, socket } = open({ tls: {} });
  recorder.reading = false;
  const pausesSeen: number[] = [];
  stream.onResume = () => {
    assert.equal(socket.read(bytes("b")), true, "the end behind it would be forgotten");
    assert.equal(socket.read(bytes("c")), true, "the end behind it would be forgotten");
    pausesSeen.push(stream.pauses);
    socket.ended(undefined);
  };
  assert.equal(socket.read(bytes("a")), false);
  socket.resume();
  assert.deepEqual([recorder.text, pausesSeen, stream.pauses], ["ab", [0], 1]);
  recorder.reading = true;
  socket.resume();
  await turn();
  assert.deepEqual([recorder.text, recorder.closes], ["abc", [undefined]]);
});

test("destroy while an end is held back tells it, once, and drops what was read ahead", async () => {
  const { recorder, socket } = open({ tls: {} });
  recorder.reading = false;
  socket.read(bytes("a"));
  socket.read(bytes("b"));
  socket.ended(undefined);
  socket.destroy();
  socket.destroy();
  assert.equal(recorder.closes.length, 0, "not from within destroy");
  await turn();
  socket.resume();
  await turn();
  assert.deepEqual([recorder.text, recorder.closes], ["a", [undefined]]);
});

test("the end of a stream says why", () => {
  const why = (failure: unknown, rest = {}) => {
    const { recorder, socket } = open(rest);
    socket.ended(failure);
    return recorder.closes[0];
  };
  assert.equal(why(undefined), undefined);
  const reset = why({ code: "ECONNRESET" });
  assert.ok(reset instanceof ConnectionLostError && reset.code === "CONN_RESET");
  const refusal = why({ code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" }, { tls: {} });
  assert.ok(refusal instanceof TlsError && refusal.code === "TLS_HANDSHAKE");
});

test("an error that follows our own destroy is no news", () => {
  const { recorder, socket } = open();
  socket.destroy();
  socket.ended({ code: "EPIPE" });
  assert.deepEqual(recorder.closes, [undefined]);
});

test("nothing is heard after destroy but close", () => {
  const { recorder, socket } = open();
  socket.destroy();
  assert.equal(socket.read(bytes("a")), false);
  assert.equal(recorder.text, "");
});

test("ref and unref reach the stream", () => {
  const { stream, socket } = open();
  socket.unref();
  assert.equal(stream.referenced, false);
  socket.ref();
  assert.equal(stream.referenced, true);
});
