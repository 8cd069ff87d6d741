/** The `Socket` and `Connector` contract, on the adapter of whichever runtime runs this file. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { ConnectError, ConnectionLostError } from "../../lib/errors.ts";
import { runtimeName } from "../../lib/net/runtime.ts";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import type { Socket } from "../../lib/net/socket.ts";
import {
  least,
  never,
  Recorder,
  soon,
  startScript,
  startScriptWithFiles,
  targetOf,
  until,
  withBlackHole,
  withFolder,
  withServer,
  withSocket,
} from "./helpers.ts";
import { secure, tcp, unix } from "./transports.ts";

const connector = runtimeConnector();
const encoder = new TextEncoder();

const echo = (peer: net.Socket) => void peer.pipe(peer);

/** Serves one peer and hands it to the test. */
function catchPeer(): { serve: (peer: net.Socket) => void; peer: Promise<net.Socket> } {
  let serve = (_peer: net.Socket) => {};
  const peer = new Promise<net.Socket>((resolve) => serve = resolve);
  return { serve, peer };
}

/** More than the kernel buffers of both ends together. */
const bigBytes = 24 * 1024 * 1024;

for (const { name, skip, withServer } of [tcp, unix, secure]) {
  test(
    `${name}: bytes come back from an echo server`,
    { skip },
    () =>
      withServer(echo, (target) =>
        withSocket(connector, target, async (socket, recorder) => {
          const taken = socket.write(encoder.encode("hello"));
          assert.equal(await recorder.received("hello"), "hello");
          await until(() => recorder.drains === (taken ? 0 : 1), "drain exactly when it was announced");
        })),
  );

  test(`${name}: a server that speaks first is heard`, { skip }, () =>
    withServer(
      (peer) => void peer.write("banner"),
      (target) =>
        withSocket(connector, target, async (_socket, recorder) => {
          assert.equal(await recorder.received("banner"), "banner");
        }),
    ));

  test(`${name}: a big write is taken in parts, drains once, and arrives whole`, { skip }, () => {
    const { serve, peer } = catchPeer();
    return withServer(serve, (target) =>
      withSocket(connector, target, async (socket, recorder) => {
        const server = await peer;
        server.pause();
        const big = new Uint8Array(bigBytes);
        for (let i = 0; i < big.length; i++) big[i] = i * 31 + (i >> 8);
        assert.equal(socket.write(big), false, "no kernel buffers that much");

        let at = 0;
        let wrong = 0;
        server.on("data", (chunk: Uint8Array) => {
          for (let i = 0; i < chunk.length; i++, at++) if (chunk[i] !== big[at]) wrong++;
        });
        assert.equal(recorder.drains, 0, "nobody reads yet");
        server.resume();
        await until(() => at >= big.length, "all bytes at the peer");
        await until(() => recorder.drains > 0, "drain");
        assert.deepEqual({ at, wrong, drains: recorder.drains }, { at: big.length, wrong: 0, drains: 1 });
      }));
  });

  test(`${name}: after drain the next write goes out behind the last`, { skip }, () => {
    const { serve, peer } = catchPeer();
    return withServer(serve, (target) =>
      withSocket(connector, target, async (socket, recorder) => {
        const server = await peer;
        server.pause();
        socket.write(new Uint8Array(bigBytes));
        let bytes = 0;
        let tail = "";
        server.on("data", (chunk: Uint8Array) => {
          bytes += chunk.length;
          tail = String.fromCharCode(...chunk.slice(-3));
        });
        server.resume();
        await until(() => recorder.drains === 1, "drain");
        socket.write(encoder.encode("end"));
        await until(() => bytes === bigBytes + 3, "all bytes at the peer");
        assert.equal(tail, "end");
      }));
  });

  test(`${name}: returning false stops reading and resume goes on without loss`, { skip }, () =>
    withServer(
      (peer) => void peer.end(new Uint8Array(16 * 1024 * 1024)),
      (target) => {
        const recorder = new Recorder();
        recorder.keepText = recorder.reading = false;
        return withSocket(connector, target, async (socket) => {
          for (let pauses = 1; pauses <= 5; pauses++) {
            await until(() => recorder.chunks === pauses, "one more chunk");
            const seen = recorder.bytes;
            await new Promise((resolve) => setTimeout(resolve, 20));
            assert.equal(recorder.bytes, seen, "nothing is read while paused");
            socket.resume();
          }
          await until(() => recorder.chunks === 6, "one more chunk");
          assert.equal(recorder.closes.length, 0);
          recorder.reading = true;
          socket.resume();
          assert.equal(await recorder.closed(), undefined);
          assert.equal(recorder.bytes, 16 * 1024 * 1024);
        }, recorder);
      },
    ));

  test(`${name}: sockets that read at the same time keep their bytes apart`, { skip }, () => {
    const letters = ["a", "b", "c", "d"];
    let served = 0;
    const serve = (peer: net.Socket) => void peer.end(letters[served++]!.repeat(1_000_000));
    return withServer(serve, async (target) => {
      const texts = await Promise.all(letters.map(async () => {
        const recorder = new Recorder();
        await withSocket(connector, target, async () => void await recorder.closed(), recorder);
        return recorder.text;
      }));
      assert.deepEqual(texts.map((text) => text[0]).sort(), letters);
      for (const text of texts) assert.equal(text, text[0]!.repeat(1_000_000));
    });
  });

  test(
    `${name}: resume on a socket that reads does nothing`,
    { skip },
    () =>
      withServer(echo, (target) =>
        withSocket(connector, target, async (socket, recorder) => {
          socket.resume();
          socket.write(encoder.encode("hello"));
          socket.resume();
          assert.equal(await recorder.received("hello"), "hello");
        })),
  );

  test(`${name}: N04: a FIN is an orderly close, after the data before it`, { skip }, () =>
    withServer(
      (peer) => void peer.end("last words"),
      (target) =>
        withSocket(connector, target, async (socket, recorder) => {
          assert.equal(await recorder.closed(), undefined);
          assert.equal(recorder.text, "last words");
          assert.equal(socket.write(encoder.encode("too late")), true);
          socket.resume();
          socket.ref();
          socket.unref();
          socket.destroy();
          await new Promise((resolve) => setTimeout(resolve, 30));
          assert.deepEqual([recorder.closes.length, recorder.afterClose], [1, 0]);
        }),
    ));

  test(`${name}: N04: a peer that only stops writing is gone as well`, { skip }, () => {
    const { serve, peer } = catchPeer();
    return withServer(
      serve,
      (target) =>
        withSocket(connector, target, async (_socket, recorder) => {
          const server = await peer;
          server.resume();
          const ended = once(server, "close");
          server.end();
          assert.equal(await recorder.closed(), undefined);
          await soon(ended, "the peer sees our side closed");
        }),
      { allowHalfOpen: true },
    );
  });

  test(`${name}: destroy closes once, later, and stays silent`, { skip }, () =>
    withServer(
      (peer) => void peer.pipe(peer),
      (target) =>
        withSocket(connector, target, async (socket, recorder) => {
          socket.write(encoder.encode("unread"));
          socket.destroy();
          socket.destroy();
          assert.equal(recorder.closes.length, 0, "not from within destroy");
          assert.equal(await recorder.closed(), undefined);
          socket.destroy();
          await new Promise((resolve) => setTimeout(resolve, 30));
          assert.deepEqual([recorder.closes.length, recorder.afterClose], [1, 0]);
        }),
    ));

  test(`${name}: destroy from within data is the last thing heard but close`, { skip }, () =>
    withServer(
      (peer) => void peer.write(new Uint8Array(4 * 1024 * 1024)),
      async (target) => {
        const opened: Socket[] = [];
        const recorder = new Recorder();
        recorder.keepText = false;
        const handler = {
          data(chunk: Uint8Array) {
            const goOn = recorder.data(chunk);
            opened[0]?.destroy();
            return goOn;
          },
          drain: () => recorder.drain(),
          close: (error?: unknown) => recorder.close(error),
        };
        opened.push(await connector(target, handler, never()));
        const before = recorder.chunks;
        assert.equal(await recorder.closed(), undefined);
        await new Promise((resolve) => setTimeout(resolve, 30));
        assert.ok(recorder.chunks <= before + 1, "one chunk at most, the one that destroyed");
        assert.deepEqual([recorder.closes.length, recorder.afterClose], [1, 0]);
      },
    ));

  test(`${name}: destroy with a blocked write lets go of it`, { skip }, () => {
    const { serve, peer } = catchPeer();
    return withServer(serve, (target) =>
      withSocket(connector, target, async (socket, recorder) => {
        (await peer).pause();
        socket.write(new Uint8Array(bigBytes));
        socket.destroy();
        assert.equal(await recorder.closed(), undefined);
        assert.equal(recorder.drains, 0);
      }));
  });

  test(
    `${name}: a signal that fired before rejects at once with its reason`,
    { skip },
    () =>
      withServer(echo, async (target) => {
        const reason = new Error("mine");
        const recorder = new Recorder();
        const connecting = connector(target, recorder, AbortSignal.abort(reason));
        await assert.rejects(soon(connecting, "abort"), (error) => error === reason);
        assert.equal(recorder.closes.length, 0);
      }),
  );

  test(`${name}: a signal that fires at any moment of the opening leaves no socket behind`, { skip }, async () => {
    let open = 0;
    const count = (peer: net.Socket) => {
      open++;
      peer.resume();
      peer.on("close", () => open--);
    };
    await withServer(count, async (target) => {
      for (let round = 0; round < 300; round++) {
        const abort = new AbortController();
        const recorder = new Recorder();
        const connecting = connector(target, recorder, abort.signal);
        for (let hops = 0; hops < round % 6; hops++) await Promise.resolve();
        if (round % 30 > 12) await new Promise((resolve) => setTimeout(resolve, round % 3));
        abort.abort(new Error("mine"));
        const socket = await soon(connecting, "an end").catch((error) => assert.equal(error.message, "mine"));
        socket?.destroy();
        if (!socket) assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);
      }
      await until(() => open === 0, "all connections gone at the server");
    });
  });

  test(
    `${name}: a signal that fires once the socket is open does nothing`,
    { skip },
    () =>
      withServer(echo, async (target) => {
        const abort = new AbortController();
        const recorder = new Recorder();
        const socket = await connector(target, recorder, abort.signal);
        abort.abort();
        socket.write(encoder.encode("alive"));
        assert.equal(await recorder.received("alive"), "alive");
        socket.destroy();
        await recorder.closed();
      }),
  );
}

const notBun = "Bun" in globalThis ? false : "Node and Deno let others have their turn themselves";
test("a socket with much to read lets the loop turn after every large chunk", { skip: notBun }, () => {
  const large = 262_144;
  let turn = 0;
  let turning = setImmediate(function count() {
    turn++;
    turning = setImmediate(count);
  });
  const turns: number[] = [];
  class Turns extends Recorder {
    override keepText = false;
    override data(chunk: Uint8Array): boolean {
      if (chunk.length >= large) turns.push(turn);
      return super.data(chunk);
    }
  }
  const recorder = new Turns();
  return withServer(
    (peer) => void peer.write(new Uint8Array(bigBytes)),
    (port) =>
      withSocket(connector, targetOf(port), async () => {
        await until(() => recorder.bytes === bigBytes, "all bytes");
        assert.ok(turns.length > 1, "there were large chunks");
        assert.equal(new Set(turns).size, turns.length);
      }, recorder),
  ).finally(() => clearImmediate(turning));
});

test("a name is resolved", () =>
  withServer(
    echo,
    (port) =>
      withSocket(connector, targetOf(port, { host: "localhost" }), async (socket, recorder) => {
        socket.write(encoder.encode("hello"));
        assert.equal(await recorder.received("hello"), "hello");
      }),
    { host: "localhost", port: 0 },
  ));

test("N04: a reset is a lost connection", () => {
  const { serve, peer } = catchPeer();
  return withServer(serve, (port) =>
    withSocket(connector, targetOf(port), async (socket, recorder) => {
      const server = await peer;
      server.resetAndDestroy();
      const error = await recorder.closed();
      assert.ok(error instanceof ConnectionLostError);
      assert.deepEqual([error.code, error.endpoint], ["CONN_RESET", `127.0.0.1:${port}`]);
      assert.equal((error.cause as { code: string }).code, "ECONNRESET");
      assert.equal(socket.write(encoder.encode("x")), true);
    }));
});

test("a reset under a blocked write closes without a drain", () => {
  const { serve, peer } = catchPeer();
  return withServer(serve, (port) =>
    withSocket(connector, targetOf(port), async (socket, recorder) => {
      const server = await peer;
      server.pause();
      socket.write(new Uint8Array(bigBytes));
      server.resetAndDestroy();
      const error = await recorder.closed();
      assert.ok(error instanceof ConnectionLostError);
      assert.deepEqual([recorder.drains, recorder.closes.length, recorder.afterClose], [0, 1, 0]);
    }));
});

test("a refused port is a ConnectError with a harmless cause", async () => {
  let port = 0;
  await withServer(() => {}, (free) => Promise.resolve(void (port = free)));
  const recorder = new Recorder();
  await assert.rejects(soon(connector(targetOf(port), recorder, never()), "refusal"), (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    const { code, phase, endpoint, retryable, maybeExecuted } = error;
    assert.deepEqual([code, phase, endpoint], ["CONNECT_REFUSED", "connect", `127.0.0.1:${port}`]);
    assert.deepEqual([retryable, maybeExecuted], [true, false]);
    assert.equal((error.cause as { code: string }).code, "ECONNREFUSED");
    assert.deepEqual(Object.keys(error.cause as object).filter((key) => key !== "code" && key !== "syscall"), []);
    return true;
  });
  assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);
});

test("N11: a name nobody knows is a ConnectError of DNS", async () => {
  const target = targetOf(6379, { host: "no-such-host.invalid" });
  await assert.rejects(soon(connector(target, new Recorder(), never()), "refusal"), (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    assert.deepEqual([error.code, error.phase, error.endpoint], ["DNS", "dns", "no-such-host.invalid:6379"]);
    return true;
  });
});

test("N03: a connect into a black hole ends within 50 ms of the signal, told in which phase", () =>
  withBlackHole(async (port) => {
    const elapsed = await least(async () => {
      const abort = new AbortController();
      const recorder = new Recorder();
      const reason = new ConnectError("CONNECT_TIMEOUT", "too long");
      const connecting = connector(targetOf(port), recorder, abort.signal);
      let settled = false;
      connecting.then(() => settled = true, () => settled = true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(settled, false, "the hole swallows the handshake");
      const before = performance.now();
      abort.abort(reason);
      await assert.rejects(soon(connecting, "abort"), (error) => error === reason);
      assert.equal(reason.phase, "connect");
      assert.deepEqual([recorder.chunks, recorder.closes.length], [0, 0]);
      return performance.now() - before;
    });
    assert.ok(elapsed < 50, `${elapsed} ms`);
  }));

test("a process ends when its only socket is unref'd and stays while it is ref'd", () =>
  withServer(echo, async (port) => {
    const child = startScript("ref_child.ts", String(port));
    let output = "";
    child.stdout!.on("data", (chunk) => output += chunk);
    try {
      const [code] = await soon(once(child, "exit"), "the child to end");
      assert.equal(code, 0);
      assert.equal(output, "ref'd: echoed\n");
    } finally {
      child.kill("SIGKILL");
    }
  }));

test("a process ends after it gave up on a black hole", () =>
  withBlackHole(async (port) => {
    const child = startScript("abort_child.ts", String(port));
    try {
      const [code] = await soon(once(child, "exit"), "the child to end");
      assert.equal(code, 0);
    } finally {
      child.kill("SIGKILL");
    }
  }));

test("a Unix socket works by its path", () =>
  withFolder((folder) => {
    const file = path.join(folder, "redis.sock");
    return withServer(echo, () =>
      withSocket(connector, targetOf(0, { path: file }), async (socket, recorder) => {
        socket.write(encoder.encode("hello"));
        assert.equal(await recorder.received("hello"), "hello");
        socket.destroy();
        assert.equal(await recorder.closed(), undefined);
      }), { path: file });
  }));

test("N15: a Unix path where nobody listens is a ConnectError", () =>
  withFolder(async (folder) => {
    const file = path.join(folder, "missing.sock");
    const connecting = connector(targetOf(0, { path: file }), new Recorder(), never());
    await assert.rejects(soon(connecting, "refusal"), (error: unknown) => {
      assert.ok(error instanceof ConnectError);
      assert.deepEqual([error.code, error.phase, error.endpoint], ["CONNECT_UNREACHABLE", "connect", file]);
      assert.equal((error.cause as { code: string }).code, "ENOENT");
      return true;
    });
  }));

test("N12: a process without file descriptors to spare gets a ConnectError", () =>
  withServer((peer) => void peer.resume(), async (port) => {
    const child = startScriptWithFiles(100, "descriptors_child.ts", String(port));
    let output = "";
    child.stdout!.on("data", (chunk) => output += chunk);
    try {
      await soon(once(child, "close"), "the child to end");
      // Bun tells every failure of a connect as a refusal.
      const code = runtimeName() === "bun" ? "CONNECT_REFUSED" : "FD_LIMIT";
      assert.equal(output, `ConnectError ${code} connect`);
    } finally {
      child.kill("SIGKILL");
    }
  }));
