/** Who is trusted, under which name, and what happens otherwise, on the adapter of whichever runtime runs this file. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type net from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { inspect } from "node:util";
import { ConnectError, ConnectionLostError, TlsError } from "../../lib/errors.ts";
import { runtimeName } from "../../lib/net/runtime.ts";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import type { TlsOptions } from "../../lib/net/socket.ts";
import { certificates, type Identity, noOpenssl } from "./certificates.ts";
import { readClientHello } from "./client_hello.ts";
import { least, never, Recorder, soon, targetOf, until, withListener, withServer } from "./helpers.ts";

const connector = runtimeConnector();
const encoder = new TextEncoder();
const skip = noOpenssl;

/** A TLS server that greets and keeps what it is sent. */
async function withGreeter(
  options: tls.TlsOptions,
  body: (port: number, received: () => string) => Promise<void>,
): Promise<void> {
  const server = tls.createServer(options);
  server.on("tlsClientError", () => {});
  let text = "";
  const serve = (peer: net.Socket) => {
    peer.write("greeting");
    peer.on("data", (chunk) => text += chunk);
  };
  const loopback = { host: "127.0.0.1", port: 0 };
  await withListener(server, "secureConnection", loopback, serve, (port) => body(port, () => text));
}

/** Connects to a server that shows `identity`, expects to be greeted and to be heard. */
function accepts(identity: Identity, options: TlsOptions, host = "127.0.0.1"): Promise<void> {
  return withGreeter(identity, async (port, received) => {
    const recorder = new Recorder();
    const socket = await soon(connector(targetOf(port, { host, tls: options }), recorder, never()), "connect");
    assert.equal(await recorder.received("greeting"), "greeting");
    socket.write(encoder.encode("AUTH secret"));
    await until(() => received() === "AUTH secret", "what we wrote");
    socket.destroy();
    assert.equal(await recorder.closed(), undefined);
  });
}

/** Connects and gives the TlsError it must end with; nothing may have been heard or said. */
async function refusal(port: number, options: TlsOptions, host = "127.0.0.1"): Promise<TlsError> {
  const recorder = new Recorder();
  let error: unknown;
  try {
    (await soon(connector(targetOf(port, { host, tls: options }), recorder, never()), "refusal")).destroy();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof TlsError, `${inspect(error)} is a TlsError`);
  assert.deepEqual([error.phase, error.endpoint], ["tls", `${host}:${port}`]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0], "the handler hears nothing");
  return error;
}

/** Connects to a server that shows `identity` and expects to be put off by it. */
function refuses(code: string, identity: Identity, options: TlsOptions, host?: string): Promise<void> {
  return withGreeter(identity, async (port, received) => {
    const error = await refusal(port, options, host);
    assert.deepEqual([error.code, error.retryable, received()], [code, false, ""]);
  });
}

test("a trusted certificate for the address or the name is accepted", { skip }, async () => {
  const { ca, server, nameOnly } = await certificates();
  await accepts(server, { ca });
  await accepts(server, { ca: [ca] });
  await accepts(server, { ca }, "localhost");
  await accepts(nameOnly, { ca }, "localhost");
});

test("T01: an authority nobody trusts is TLS_CA", { skip }, async () => {
  const { server, stranger } = await certificates();
  await refuses("TLS_CA", server, {});
  await refuses("TLS_CA", server, { ca: stranger });
});

test("T01: a self-signed certificate is TLS_CA unless it is itself trusted", { skip }, async () => {
  const { ca, selfSigned } = await certificates();
  await refuses("TLS_CA", selfSigned, {});
  await refuses("TLS_CA", selfSigned, { ca });
  await accepts(selfSigned, { ca: selfSigned.cert });
});

test("T01: an expired certificate and one that is not valid yet are TLS_EXPIRED", { skip }, async () => {
  const { ca, expired, future } = await certificates();
  // Deno's TLS says no more than that the certificate cannot be verified.
  const code = runtimeName() === "deno" ? "TLS_CA" : "TLS_EXPIRED";
  await refuses(code, expired, { ca });
  await refuses(code, future, { ca });
});

test("T02: a certificate for another name is TLS_NAME", { skip }, async () => {
  const { ca, other, nameOnly } = await certificates();
  await refuses("TLS_NAME", other, { ca });
  await refuses("TLS_NAME", other, { ca }, "localhost");
  await refuses("TLS_NAME", nameOnly, { ca }, "127.0.0.1");
});

test("T02: serverName is the name that is checked", { skip }, async () => {
  const { ca, other, server } = await certificates();
  await accepts(other, { ca, serverName: "other.example" });
  await accepts(other, { ca, serverName: "a.wild.example" });
  await refuses("TLS_NAME", other, { ca, serverName: "a.b.wild.example" });
  await refuses("TLS_NAME", other, { ca, serverName: "wild.example" });
  await refuses("TLS_NAME", server, { ca, serverName: "other.example" });
});

test("dangerouslyAllowUnverifiedTls accepts what is refused otherwise", { skip }, async () => {
  const { ca, selfSigned, expired, other } = await certificates();
  await accepts(selfSigned, { dangerouslyAllowUnverifiedTls: true });
  await accepts(expired, { ca, dangerouslyAllowUnverifiedTls: true });
  await accepts(other, { ca, dangerouslyAllowUnverifiedTls: true });
  await refuses("TLS_CA", selfSigned, { dangerouslyAllowUnverifiedTls: false });
});

test("mutual TLS shows the client's certificate, with a server name too", { skip }, async () => {
  const { ca, server, other, client } = await certificates();
  const mutual = { ca: [ca], requestCert: true, rejectUnauthorized: true };
  await accepts({ ...server, ...mutual }, { ca, ...client });
  await accepts({ ...other, ...mutual }, { ca, ...client, serverName: "other.example" });
});

test("a server that wants a client's certificate and gets none ends the connection unheard", { skip }, async () => {
  const { ca, server, selfSigned } = await certificates();
  const mutual = { ...server, ca: [ca], requestCert: true, rejectUnauthorized: true };
  for (const identity of [undefined, selfSigned]) {
    await withGreeter(mutual, async (port, received) => {
      const recorder = new Recorder();
      // With TLS 1.3 the client is done before the server has judged it: either way round is right.
      const opening = connector(targetOf(port, { tls: { ca, ...identity } }), recorder, never());
      const socket = await soon(opening, "an end").catch((error) => {
        assert.ok(error instanceof TlsError, inspect(error));
      });
      if (socket !== undefined) {
        socket.write(encoder.encode("AUTH secret"));
        const error = await recorder.closed();
        assert.ok(
          error === undefined || error instanceof TlsError || error instanceof ConnectionLostError,
          inspect(error),
        );
      }
      assert.deepEqual([recorder.text, received()], ["", ""]);
    });
  }
});

test("a key that does not fit its certificate is a TlsError that shows neither", { skip }, async () => {
  const { ca, server, client } = await certificates();
  await withGreeter({ ...server, ca: [ca], requestCert: true, rejectUnauthorized: true }, async (port) => {
    const error = await refusal(port, { ca, cert: client.cert, key: server.key });
    const line = server.key.split("\n")[1]!;
    assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(line));
  });
});

test("versions before TLS 1.2 are not offered, and the name is sent but never an address", async () => {
  const hellos: Uint8Array[] = [];
  const alert = Uint8Array.of(21, 3, 1, 0, 2, 2, 70); // fatal: protocol_version
  const serve = (peer: net.Socket) => {
    peer.on("data", (chunk: Uint8Array) => {
      hellos.push(chunk.slice());
      peer.end(alert);
    });
  };
  await withServer(serve, async (port) => {
    const seen = async (host: string, options: TlsOptions) => {
      assert.equal((await refusal(port, options, host)).code, "TLS_VERSION");
      return readClientHello(hellos.pop()!);
    };
    const named = await seen("localhost", {});
    assert.equal(named.serverName, "localhost");
    assert.ok(named.versions.includes(0x0303) && named.versions.includes(0x0304), String(named.versions));
    assert.ok(!named.versions.includes(0x0302) && !named.versions.includes(0x0301), String(named.versions));
    assert.equal((await seen("127.0.0.1", {})).serverName, undefined);
    assert.equal((await seen("127.0.0.1", { serverName: "other.example" })).serverName, "other.example");
  }, { port: 0 });
});

test("TLS 1.2 alone is enough", { skip }, async () => {
  const { ca, server } = await certificates();
  await accepts({ ...server, maxVersion: "TLSv1.2" } as Identity, { ca });
});

test("T03: a peer that answers in plain text is TLS_HANDSHAKE", () =>
  withServer((peer) => void peer.on("data", () => peer.write("-ERR unknown command\r\n")), async (port) => {
    const error = await refusal(port, {});
    assert.deepEqual([error.code, error.retryable], ["TLS_HANDSHAKE", false]);
  }));

test("T03: a peer that hangs up in mid-handshake is TLS_HANDSHAKE and may be tried again", async () => {
  const endings = [(peer: net.Socket) => void peer.end(), (peer: net.Socket) => void peer.resetAndDestroy()];
  for (const end of endings) {
    await withServer((peer) => void peer.once("data", () => end(peer)), async (port) => {
      const error = await refusal(port, {});
      assert.deepEqual([error.code, error.retryable], ["TLS_HANDSHAKE", true]);
    });
  }
});

test("a port where nobody listens is a ConnectError with TLS too", async () => {
  let port = 0;
  await withServer(() => {}, (free) => Promise.resolve(void (port = free)));
  const connecting = connector(targetOf(port, { tls: {} }), new Recorder(), never());
  await assert.rejects(soon(connecting, "refusal"), (error: unknown) => {
    assert.ok(error instanceof ConnectError && !(error instanceof TlsError));
    assert.deepEqual([error.code, error.phase], ["CONNECT_REFUSED", "connect"]);
    return true;
  });
});

test("N03: a peer that is silent in the handshake is left within 50 ms of the signal, in phase tls", async () => {
  const peers: Promise<unknown>[] = [];
  const serve = (peer: net.Socket) => {
    peer.resume();
    peers.push(once(peer, "close"));
  };
  await withServer(serve, async (port) => {
    const elapsed = await least(async () => {
      const seen = peers.length;
      const abort = new AbortController();
      const reason = new ConnectError("CONNECT_TIMEOUT", "too long");
      const recorder = new Recorder();
      const connecting = connector(targetOf(port, { tls: {} }), recorder, abort.signal);
      connecting.catch(() => {});
      await until(() => peers.length > seen, "the peer to see us");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const before = performance.now();
      abort.abort(reason);
      await assert.rejects(soon(connecting, "abort"), (error) => error === reason);
      await soon(peers[seen]!, "the socket closed");
      assert.equal(reason.phase, "tls");
      assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);
      return performance.now() - before;
    });
    assert.ok(elapsed < 50, `${elapsed} ms`);
  });
});

test("T13: what is on Object.prototype neither redirects a connection nor weakens it", { skip }, async () => {
  const { ca, server, selfSigned } = await certificates();
  const polluted: Record<string, unknown> = {
    rejectUnauthorized: false,
    dangerouslyAllowUnverifiedTls: true,
    ca: selfSigned.cert,
    serverName: "other.example",
    servername: "other.example",
    path: "/nonexistent",
    socketPath: "/nonexistent",
    localPort: 1,
  };
  await withGreeter(selfSigned, (bad) =>
    withGreeter(server, async (good) => {
      const recorder = new Recorder();
      const targets = [targetOf(bad, { tls: { ca } }), targetOf(good, { tls: { ca } })];
      for (const [name, value] of Object.entries(polluted)) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
      }
      try {
        const opened = targets.map((target) => connector(target, recorder, never()));
        const [first, second] = await soon(Promise.allSettled(opened), "both ends");
        assert.ok(first?.status === "rejected" && first.reason.code === "TLS_CA", inspect(first));
        assert.ok(second?.status === "fulfilled", inspect(second));
        assert.equal(await recorder.received("greeting"), "greeting");
        second.value.destroy();
      } finally {
        for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
      }
    }));
});
