import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { type FactorySettings, RedisFactory } from "../../lib/client/redis_factory.ts";
import type { Connection, ConnectionContext } from "../../lib/connection/connection.ts";
import {
  ArgumentError,
  AuthError,
  ConnectError,
  ConnectionLostError,
  ProtocolError,
  ReplyError,
  TlsError,
} from "../../lib/errors.ts";
import { defaultLimits } from "../../lib/resp/limits.ts";
import { defaultMapping, toMapping } from "../../lib/resp/mapping.ts";
import type { Answer } from "../../lib/testing/bytes.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { RecordingOwner, turn } from "../connection/open_connection.ts";

/** A factory whose peer makes the handshake and then answers as `play` says. */
function factoryWith(play: Answer = () => "+PONG\r\n", changes: Partial<FactorySettings> = {}, bytes = false) {
  const clock = new FakeClock();
  const network = new FaultyConnector();
  network.onSocket = (socket) => {
    socket.answer = (args) => handshakeReply(args) ?? play(args);
  };
  const settings: FactorySettings = {
    target: { host: "h", port: 1, noDelay: true, keepAliveMs: 0 },
    connector: network.connect,
    allowHost: undefined,
    identify: () => Promise.resolve({}),
    session: { protocol: "auto", db: 2, clientName: undefined, clientInfo: false },
    undoes: true,
    ...changes,
  };
  const context: ConnectionContext = {
    clock,
    deadlines: new Deadlines(clock, false),
    commandTimeoutMs: 5000,
    stallTimeoutMs: 1000,
    platform: {},
    limits: defaultLimits,
    mapping: bytes ? toMapping({ strings: "bytes", integer: "bigint" }) : defaultMapping,
    endpoint: "h:1",
    onPush: undefined,
  };
  const factory = new RedisFactory(settings, context, new RecordingOwner());
  const connect = (signal = new AbortController().signal) => factory.connect(signal);
  return { clock, connect, factory, network };
}

/** Marks the session as a lease does that runs a command on it. */
const runs = (connection: Connection, ...args: string[]) => connection.session.before(args);

test("a connection is made, introduced to its database and ready", async () => {
  const { connect, network } = factoryWith();
  const connection = await connect();
  assert.equal(connection.state, "ready");
  assert.deepEqual(network.sockets[0]!.commands, [["HELLO", "3"], ["SELECT", "2"]]);
});

test("the end of a connection is over when its socket is gone, which one that was lost is already", async () => {
  const { connect, factory } = factoryWith();
  const connection = await connect();
  let isGone = false;
  const ended = factory.destroy(connection)!.then(() => isGone = true);
  assert.equal(isGone, false);
  await ended;
  assert.equal(factory.destroy(connection), undefined);
  const lost = await connect();
  lost.close();
  assert.equal(factory.destroy(lost), undefined);
});

test("allowHost is asked before each dial, and one that fails has not allowed it", async () => {
  const asked: [string, number][] = [];
  const allowing = factoryWith(undefined, { allowHost: (host, port) => asked.push([host, port]) > 0 });
  await allowing.connect();
  assert.deepEqual(asked, [["h", 1]]);
  for (const allowHost of [() => false, () => Promise.resolve(false), () => Promise.reject(new Error("down"))]) {
    const { connect, network } = factoryWith(undefined, { allowHost });
    await assert.rejects(connect(), { name: "ConnectError", code: "HOST_DENIED" });
    assert.equal(network.targets.length, 0);
  }
});

test("time that is up says how far the opening had come, and nothing is left open", async () => {
  const never = () => new Promise<never>(() => {});
  const dialling = factoryWith();
  dialling.network.holds = true;
  const identifying = factoryWith(undefined, { identify: never });
  const greeting = factoryWith();
  greeting.network.onSocket = () => {};
  for (
    const [{ connect, network }, code] of [
      [dialling, "CONNECT_TIMEOUT"],
      [identifying, "HANDSHAKE_TIMEOUT"],
      [greeting, "HANDSHAKE_TIMEOUT"],
    ] as const
  ) {
    const controller = new AbortController();
    const connecting = connect(controller.signal);
    await turn();
    controller.abort();
    await assert.rejects(connecting, { name: "ConnectError", code, endpoint: "h:1" });
    assert.ok(network.sockets.every((socket) => socket.isDestroyed));
  }
});

test("only what another attempt cannot cure is fatal", () => {
  const { factory } = factoryWith();
  const fatal = [
    new AuthError("WRONGPASS", "m"),
    new ReplyError("ERR", "DB index is out of range"),
    new TlsError("TLS_CA", "m"),
    new ProtocolError("WRONG_PEER", "m", 0),
    new ConnectError("HOST_DENIED", "m"),
    new ArgumentError("INVALID_OPTION", "m"),
  ];
  const passing = [
    new ReplyError("LOADING", "m", { retryable: true }),
    new TlsError("TLS_HANDSHAKE", "m", { retryable: true }),
    new ProtocolError("BAD_TYPE", "m", 0),
    new ConnectError("CONNECT_REFUSED", "m"),
    new ConnectionLostError("CONN_RESET", "m"),
    new Error("m"),
  ];
  assert.deepEqual(fatal.map((error) => factory.isFatal(error)), fatal.map(() => true));
  assert.deepEqual(passing.map((error) => factory.isFatal(error)), passing.map(() => false));
});

test("a connection is fit when it answers, whatever the user wants strings to be", async () => {
  const { connect, factory } = factoryWith(undefined, {}, true);
  assert.equal(await factory.validate(await connect()), true);
});

test("a clean connection is reset at once; a lost one and a retiring one are not kept", async () => {
  const { connect, factory } = factoryWith();
  const clean = await connect();
  assert.equal(factory.reset(clean), true);
  const lost = await connect();
  runs(lost, "AUTH", "secret");
  assert.equal(factory.reset(lost), false);
  const retiring = await connect();
  retiring.retire();
  assert.equal(factory.reset(retiring), false);
});

test("a dirty connection is undone by as few commands as will do, and a nonce proves that all were answered", async () => {
  const answers: Answer = (args) => args[0] === "PING" ? `$${args[1]!.length}\r\n${args[1]}\r\n` : "+OK\r\n";
  const { connect, factory, network } = factoryWith(answers, {}, true);
  const connection = await connect();
  runs(connection, "WATCH", "k");
  runs(connection, "SELECT", "5");
  assert.equal(await factory.reset(connection), true);
  assert.equal(connection.session.isClean, true);
  const sent = network.sockets[0]!.commands.slice(-3).map(([verb, arg]) =>
    verb === "PING" ? verb : `${verb} ${arg ?? ""}`
  );
  assert.deepEqual(sent, ["UNWATCH ", "SELECT 2", "PING"]);
});

test("a connection whose undo is refused or answered by something else is not kept", async () => {
  for (const play of [() => "-ERR no\r\n", () => "+OK\r\n"]) {
    const { connect, factory } = factoryWith(play);
    const connection = await connect();
    runs(connection, "WATCH", "k");
    assert.notEqual(await Promise.resolve(factory.reset(connection)).catch(() => false), true);
    assert.equal(connection.session.isClean, false);
  }
});

test("with reset off a dirty connection is not undone", async () => {
  const { connect, factory } = factoryWith(undefined, { undoes: false });
  const connection = await connect();
  runs(connection, "WATCH", "k");
  assert.equal(factory.reset(connection), false);
});

test("the end of a connection is told, whoever ended it", async () => {
  const { connect, factory, network } = factoryWith();
  const ends: string[] = [];
  factory.onClose = (_, error) => void ends.push(error.code);
  factory.destroy(await connect());
  await connect();
  network.sockets[1]!.end();
  assert.deepEqual(ends, ["CONN_EVICTED", "CONN_CLOSED"]);
});
