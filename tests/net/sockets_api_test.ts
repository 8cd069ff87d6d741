import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError, ConnectError, ConnectionLostError, TlsError } from "../../lib/errors.ts";
import { type ApiSocket, socketsApiConnector } from "../../lib/net/sockets_api.ts";
import { never, Recorder, soon, targetOf, until } from "./helpers.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A promise that a test ends. */
class Deferred {
  resolve: () => void = () => {};
  reject: (error: unknown) => void = () => {};
  readonly promise: Promise<unknown> = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** A socket of the API in memory; the test plays the peer. */
class FakeApiSocket implements ApiSocket {
  readonly opening = new Deferred();
  readonly opened = this.opening.promise;
  readonly closed = new Promise<unknown>(() => {});
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  written = "";
  closes = 0;
  upgrade: { options: { expectedServerHostname?: string }; socket: FakeApiSocket } | undefined;
  #incoming: ReadableByteStreamController | undefined;

  constructor() {
    this.readable = new ReadableStream({ type: "bytes", start: (controller) => void (this.#incoming = controller) });
    this.writable = new WritableStream({ write: (chunk) => void (this.written += new TextDecoder().decode(chunk)) });
  }

  arrive(text: string): void {
    this.#incoming!.enqueue(bytes(text));
  }

  breakOff(error: Error): void {
    this.#incoming!.error(error);
  }

  startTls(options: { expectedServerHostname?: string }): FakeApiSocket {
    this.upgrade = { options, socket: new FakeApiSocket() };
    return this.upgrade.socket;
  }

  close(): Promise<void> {
    this.closes++;
    return Promise.resolve();
  }
}

/** Begins to connect; gives the fake socket and what `connect` was asked. */
function begin(rest: Parameters<typeof targetOf>[1] = {}, signal: AbortSignal = never()) {
  const plain = new FakeApiSocket();
  const recorder = new Recorder();
  const asked: unknown[] = [];
  const connector = socketsApiConnector((...args) => {
    asked.push(...args);
    return plain;
  });
  const opening = connector(targetOf(6379, rest), recorder, signal);
  opening.catch(() => {});
  return { plain, recorder, asked, opening };
}

test("a plain socket reads and writes", async () => {
  const { plain, recorder, asked, opening } = begin();
  plain.opening.resolve();
  const socket = await opening;
  assert.deepEqual(asked, [{ hostname: "127.0.0.1", port: 6379 }, { secureTransport: "off", allowHalfOpen: false }]);
  assert.equal(socket.write(bytes("ping")), false);
  await until(() => recorder.drains === 1, "drain");
  assert.equal(plain.written, "ping");
  plain.arrive("pong");
  assert.equal(await recorder.received("pong"), "pong");
  plain.arrive("again");
  assert.equal(await recorder.received("pongagain"), "pongagain");
  socket.destroy();
  assert.equal(await recorder.closed(), undefined);
  assert.equal(plain.closes, 1);
});

test("reading pauses and goes on", async () => {
  const { plain, recorder, opening } = begin();
  plain.opening.resolve();
  const socket = await opening;
  recorder.reading = false;
  plain.arrive("a");
  await recorder.received("a");
  plain.arrive("b");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(recorder.text, "a");
  socket.resume();
  assert.equal(await recorder.received("ab"), "ab");
  socket.destroy();
});

test("a broken socket is a lost connection", async () => {
  const { plain, recorder, opening } = begin();
  plain.opening.resolve();
  await opening;
  plain.breakOff(new Error("Network connection lost."));
  const error = await recorder.closed();
  assert.ok(error instanceof ConnectionLostError && error.code === "CONN_CLOSED");
});

test("a socket that does not open is a ConnectError", async () => {
  const { plain, opening } = begin();
  plain.opening.reject(new Error("cannot connect to s3cret-canary"));
  await assert.rejects(opening, (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.phase, error.retryable], ["CONNECT_UNREACHABLE", "connect", true]);
    assert.doesNotMatch(error.message + JSON.stringify(error.cause), /s3cret-canary/);
    return true;
  });
  assert.equal(plain.closes, 1);
});

test("T01: with TLS nothing is open before the peer is verified", async () => {
  const { plain, recorder, asked, opening } = begin({ tls: {} });
  let open = false;
  opening.then(() => open = true);
  assert.deepEqual(asked[1], { secureTransport: "starttls", allowHalfOpen: false });
  plain.opening.resolve();
  await until(() => plain.upgrade !== undefined, "the upgrade");
  const secure = plain.upgrade!.socket;
  secure.arrive("greeting");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual([open, recorder.text], [false, ""]);
  secure.opening.resolve();
  const socket = await soon(opening, "open");
  assert.equal(await recorder.received("greeting"), "greeting");
  socket.write(bytes("AUTH"));
  await until(() => secure.written === "AUTH", "written");
  assert.equal(plain.written, "");
  socket.destroy();
});

test("the name to check is serverName, or the runtime's own choice", async () => {
  const named = { serverName: "a.example" };
  for (const [tls, want] of [[{}, {}], [named, { expectedServerHostname: "a.example" }]] as const) {
    const { plain } = begin({ tls });
    plain.opening.resolve();
    await until(() => plain.upgrade !== undefined, "the upgrade");
    assert.deepEqual(plain.upgrade!.options, want);
  }
});

test("a peer that cannot be verified is a TlsError", async () => {
  const { plain, opening } = begin({ tls: {} });
  plain.opening.resolve();
  await until(() => plain.upgrade !== undefined, "the upgrade");
  plain.upgrade!.socket.opening.reject(new Error("internal error"));
  await assert.rejects(opening, (error) => error instanceof TlsError && error.code === "TLS_HANDSHAKE");
  assert.equal(plain.upgrade!.socket.closes, 1);
});

test("the signal ends the opening at once, in its phase; a socket that opens too late is closed", async () => {
  const abort = new AbortController();
  const { plain, recorder, opening } = begin({}, abort.signal);
  const reason = new ConnectError("CONNECT_TIMEOUT", "too long");
  abort.abort(reason);
  await assert.rejects(opening, (error) => error === reason);
  assert.deepEqual([reason.phase, plain.closes], ["connect", 1]);
  plain.opening.resolve();
  await until(() => plain.closes === 2, "closed again");
  assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);

  const late = new AbortController();
  const secure = begin({ tls: {} }, late.signal);
  secure.plain.opening.resolve();
  await until(() => secure.plain.upgrade !== undefined, "the upgrade");
  const inTls = new ConnectError("CONNECT_TIMEOUT", "too long");
  late.abort(inTls);
  await assert.rejects(secure.opening, (error) => error === inTls);
  assert.equal(inTls.phase, "tls");
});

test("a signal that fired before dials nothing", async () => {
  const { asked, opening } = begin({}, AbortSignal.abort(new Error("mine")));
  await assert.rejects(opening, { message: "mine" });
  assert.deepEqual(asked, []);
});

test("what such a runtime cannot do is refused by its name before a dial", async () => {
  const cases = [
    [{ path: "/run/x.sock" }, "path"],
    [{ tls: { ca: "s3cret-canary" } }, "tls.ca"],
    [{ tls: { cert: "s3cret-canary" } }, "tls.cert"],
    [{ tls: { key: "s3cret-canary" } }, "tls.key"],
    [{ tls: { dangerouslyAllowUnverifiedTls: true } }, "tls.dangerouslyAllowUnverifiedTls"],
  ] as const;
  for (const [rest, name] of cases) {
    const { asked, opening } = begin(rest);
    await assert.rejects(opening, (error: unknown) => {
      assert.ok(error instanceof ArgumentError);
      assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", name]);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    assert.deepEqual(asked, []);
  }
});
