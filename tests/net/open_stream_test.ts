import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectError, TlsError } from "../../lib/errors.ts";
import { openStream } from "../../lib/net/open_stream.ts";
import type { Socket } from "../../lib/net/socket.ts";
import type { ReadInto } from "../../lib/net/stream_options.ts";
import { FakeStream } from "./fake_stream.ts";
import { Recorder, targetOf } from "./helpers.ts";

/** Begins to open a fake stream; the test plays its events. */
function begin(rest: Parameters<typeof targetOf>[1] = {}, adopt?: () => Socket | undefined) {
  const stream = new FakeStream();
  const recorder = new Recorder();
  const abort = new AbortController();
  let onread: ReadInto | undefined;
  const connect = (options: object) => {
    onread = (options as { onread: ReadInto }).onread;
    return stream;
  };
  const opening = openStream(connect, targetOf(6379, rest), recorder, abort.signal, adopt);
  opening.catch(() => {});
  /** Lets the stream read a text. */
  const arrive = (text: string) => {
    const { written } = new TextEncoder().encodeInto(text, onread!.buffer);
    return onread!.callback(written);
  };
  return { stream, recorder, abort, opening, arrive };
}

/** Gives the phase that a timeout strikes in. */
async function phaseOf({ abort, opening }: ReturnType<typeof begin>): Promise<string | undefined> {
  const reason = new ConnectError("CONNECT_TIMEOUT", "too long");
  abort.abort(reason);
  await assert.rejects(opening, (error) => error === reason);
  return reason.phase;
}

test("a plain stream is open when it is connected, tuned as the target says", async () => {
  const { stream, recorder, opening, arrive } = begin({ noDelay: true, keepAliveMs: 9_000 });
  stream.emit("connect");
  assert.equal(arrive("early"), true);
  assert.ok(await opening);
  assert.deepEqual([stream.noDelay, stream.keepAlive, recorder.text], [true, [true, 9_000], "early"]);
  const slow = begin({ noDelay: false, keepAliveMs: 0 });
  slow.stream.emit("connect");
  await slow.opening;
  assert.deepEqual([slow.stream.noDelay, slow.stream.keepAlive], [false, [false, 0]]);
});

test("a TLS stream is open when its peer is verified; nothing is heard before", async () => {
  const { stream, recorder, opening, arrive } = begin({ tls: {} });
  let open = false;
  opening.then(() => open = true);
  stream.emit("connect");
  assert.equal(arrive("unverified"), true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual([open, recorder.text], [false, ""]);
  stream.emit("secureConnect");
  await opening;
  arrive("verified");
  assert.equal(recorder.text, "verified");
});

test("a timeout knows how far the opening had come", async () => {
  const named = begin({ host: "cache.example" });
  assert.equal(await phaseOf(named), "dns");
  const unresolved = begin({ host: "cache.example" });
  unresolved.stream.emit("lookup", new Error("no such name"));
  assert.equal(await phaseOf(unresolved), "dns");
  const resolved = begin({ host: "cache.example" });
  resolved.stream.emit("lookup", null);
  assert.equal(await phaseOf(resolved), "connect");
  assert.equal(await phaseOf(begin()), "connect");
  assert.equal(await phaseOf(begin({ path: "/run/x.sock" })), "connect");
  const secure = begin({ tls: {} });
  secure.stream.emit("connect");
  assert.equal(await phaseOf(secure), "tls");
  assert.equal(secure.stream.destroyed, true);
});

test("after the signal nothing opens any more and nothing is told", async () => {
  const { stream, recorder, abort, opening, arrive } = begin();
  abort.abort(new Error("mine"));
  stream.emit("connect");
  arrive("late");
  stream.emit("close");
  await assert.rejects(opening, { message: "mine" });
  assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);
});

test("a failure before the connection is a ConnectError, after it a TlsError", async () => {
  const refused = begin({ tls: {} });
  refused.stream.emit("error", { code: "ECONNREFUSED" });
  refused.stream.emit("close");
  await assert.rejects(refused.opening, (error) => error instanceof ConnectError && error.code === "CONNECT_REFUSED");
  const untrusted = begin({ tls: {} });
  untrusted.stream.emit("connect");
  untrusted.stream.emit("error", { code: "SELF_SIGNED_CERT_IN_CHAIN" });
  untrusted.stream.emit("close");
  await assert.rejects(untrusted.opening, (error) => error instanceof TlsError && error.code === "TLS_CA");
  const left = begin({ tls: {} });
  left.stream.emit("connect");
  left.stream.emit("end");
  assert.equal(left.stream.destroyed, true);
  left.stream.emit("close");
  await assert.rejects(left.opening, (error) => error instanceof TlsError && error.code === "TLS_HANDSHAKE");
});

test("what connecting throws at once becomes one of our errors", async () => {
  const connect = () => {
    throw Object.assign(new Error("s3cret-canary"), { code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH" });
  };
  const open = (tls: object | undefined) => {
    return openStream(connect, targetOf(6379, tls && { tls }), new Recorder(), new AbortController().signal);
  };
  await assert.rejects(open({}), (error) => error instanceof TlsError && !error.message.includes("s3cret"));
  await assert.rejects(open(undefined), (error) => error instanceof ConnectError && !error.message.includes("s3cret"));
});

test("an adapter may make a socket of its own, or leave it", async () => {
  const own = { write: () => true } as unknown as Socket;
  const adopted = begin({}, () => own);
  adopted.stream.emit("connect");
  assert.equal(await adopted.opening, own);
  const left = begin({}, () => undefined);
  left.stream.emit("connect");
  (await left.opening).write(new TextEncoder().encode("abc"));
  assert.equal(left.stream.written, "abc");
});
