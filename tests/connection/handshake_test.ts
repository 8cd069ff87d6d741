import { test } from "node:test";
import assert from "node:assert/strict";
import { handshake, type Identity, type SessionSettings } from "../../lib/connection/handshake.ts";
import { libraryName, libraryVersion } from "../../lib/connection/library.ts";
import { ConnectionLostError } from "../../lib/errors.ts";
import type { FaultySocket } from "../../lib/testing/faulty_socket.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { assertError, errorOf, watch } from "../support/oracles.ts";
import { makeConnection, type TestConnection, turn } from "./open_connection.ts";

const canary = "canary-hunter2";
const plain: SessionSettings = { protocol: "auto", db: 0, clientName: undefined, clientInfo: true };
const setInfo = [
  ["CLIENT", "SETINFO", "LIB-NAME", libraryName],
  ["CLIENT", "SETINFO", "LIB-VER", libraryVersion],
];

/** A connection whose peer answers each command as told, by default like a server. */
function peer(answer: (args: string[]) => string | undefined = (args) => handshakeReply(args)): TestConnection {
  const made = makeConnection();
  const socket = made.attach();
  socket.answer = answer;
  return { ...made, socket };
}

/** Answers like a server, except to some verbs. */
function except(replies: Record<string, string>, protocol: 2 | 3 = 3): (args: string[]) => string | undefined {
  return (args) => replies[args.slice(0, 2).join(" ")] ?? replies[args[0]!] ?? handshakeReply(args, { protocol });
}

function shake({ connection }: TestConnection, identity: Identity = {}, settings: Partial<SessionSettings> = {}) {
  return handshake(connection, identity, { ...plain, ...settings });
}

function commandsOf(socket: FaultySocket): string[][][] {
  return socket.writes.map((_, i) => {
    const count = (bytes: Uint8Array) => (new TextDecoder().decode(bytes).match(/^\*/gm) ?? []).length;
    const before = socket.writes.slice(0, i).reduce((sum, bytes) => sum + count(bytes), 0);
    return socket.commands.slice(before, before + count(socket.writes[i]!));
  });
}

test("RESP3: everything leaves in one write, and one round trip later the session is ready", async () => {
  const test = peer((args) => handshakeReply(args, { id: 42 }));
  await shake(test, { password: canary }, { db: 3, clientName: "worker" });
  assert.deepEqual(commandsOf(test.socket), [[
    ["HELLO", "3", "AUTH", "default", canary],
    ["SELECT", "3"],
    ["CLIENT", "SETNAME", "worker"],
    ...setInfo,
  ]]);
  const { connection } = test;
  assert.deepEqual([connection.protocol, connection.id, connection.state], [3, 42, "ready"]);
  assert.equal(connection.session.isClean, true);
});

test("nothing is sent that was not asked for", async () => {
  const test = peer();
  await shake(test, {}, { clientInfo: false });
  assert.deepEqual(test.socket.commands, [["HELLO", "3"]]);
});

test("a user name goes with its password", async () => {
  for (const protocol of [2, 3] as const) {
    const test = peer((args) => handshakeReply(args, { protocol }));
    await shake(test, { username: "ann", password: canary }, { clientInfo: false, protocol });
    const login = test.socket.commands[0]!;
    assert.deepEqual(login.slice(protocol === 2 ? 0 : 2), ["AUTH", "ann", canary]);
  }
});

test("a server that refuses HELLO gets a second write in RESP2", async () => {
  const refusals = [
    "-ERR unknown command 'HELLO'\r\n",
    "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n",
    "-NOPROTO unsupported protocol version\r\n",
    "-NOPERM this user has no permissions to run the 'hello' command\r\n",
  ];
  for (const refusal of refusals) {
    const test = peer(except({ HELLO: refusal }, 2));
    await shake(test, { password: canary }, { db: 3, clientName: "worker" });
    const rest = [["SELECT", "3"], ["CLIENT", "SETNAME", "worker"], ...setInfo];
    assert.deepEqual(commandsOf(test.socket), [
      [["HELLO", "3", "AUTH", "default", canary], ...rest],
      [["AUTH", canary], ...rest, ["CLIENT", "ID"]],
    ], refusal);
    assert.deepEqual([test.connection.protocol, test.connection.id, test.connection.state], [2, 1, "ready"]);
  }
});

test("a server that wants a login before it says that it knows no HELLO gets one in RESP2", async () => {
  const test = peer(except({ HELLO: "-NOAUTH Authentication required.\r\n" }, 2));
  await shake(test, { username: "ann", password: canary }, { clientInfo: false });
  assert.deepEqual(test.socket.commands, [
    ["HELLO", "3", "AUTH", "ann", canary],
    ["AUTH", "ann", canary],
    ["CLIENT", "ID"],
  ]);
  assert.equal(test.connection.protocol, 2);
});

test("protocol 2 sends no HELLO", async () => {
  const test = peer();
  await shake(test, {}, { protocol: 2, clientInfo: false });
  assert.deepEqual(test.socket.commands, [["CLIENT", "ID"]]);
  assert.equal(test.connection.protocol, 2);
});

test("protocol 3 insists: the server's refusal is the error", async () => {
  for (const [refusal, code] of [["-NOPROTO no\r\n", "NOPROTO"], ["-ERR unknown command 'HELLO'\r\n", "ERR"]]) {
    const error = await errorOf(shake(peer(except({ HELLO: refusal! }, 2)), {}, { protocol: 3 }));
    assertError(error, { name: "ReplyError", code, phase: "handshake", endpoint: "h:1", retryable: false });
  }
});

test("optional steps may be refused", async () => {
  for (const protocol of [2, 3] as const) {
    const test = peer(except({ CLIENT: "-ERR unknown subcommand\r\n" }, protocol));
    await shake(test, {}, { clientName: "worker" });
    assert.equal(test.connection.state, "ready");
  }
});

test("73: refused credentials are an AuthError, whatever the server calls it, and the password is in no error", async () => {
  const refusals: [string, string][] = [
    ["-WRONGPASS invalid username-password pair or user is disabled.\r\n", "WRONGPASS"],
    [`-ERR invalid password ${canary}\r\n`, "ERR"],
    ["-ERR AUTH <password> called without any password configured\r\n", "ERR"],
    ["-NOAUTH Authentication required.\r\n", "NOAUTH"],
  ];
  for (const protocol of [2, 3] as const) {
    for (const [refusal, code] of refusals) {
      const verb = protocol === 3 ? "HELLO" : "AUTH";
      const error = await errorOf(
        shake(peer(except({ [verb]: refusal }, protocol)), { password: canary }, { protocol }),
      );
      assertError(error, { name: "AuthError", code, phase: "handshake", retryable: false, maybeExecuted: false });
      assert.doesNotMatch(`${error} ${JSON.stringify(error)} ${(error as { cause?: unknown }).cause}`, /canary/);
    }
  }
});

test("a server that wants a password says NOAUTH when none was given", async () => {
  for (const protocol of [2, 3] as const) {
    const noAuth = "-NOAUTH Authentication required.\r\n";
    const error = await errorOf(shake(peer(() => noAuth), {}, { protocol, db: 1 }));
    assertError(error, { name: "AuthError", code: "NOAUTH", phase: "handshake" });
  }
});

test("a database that does not exist is a ReplyError", async () => {
  for (const protocol of [2, 3] as const) {
    const test = peer(except({ SELECT: "-ERR DB index is out of range\r\n" }, protocol));
    const error = await errorOf(shake(test, {}, { db: 99, protocol }));
    assertError(error, { name: "ReplyError", code: "ERR", command: "SELECT", phase: "handshake", retryable: false });
  }
});

test("refusals that pass by themselves are marked as such", async () => {
  for (const code of ["LOADING", "BUSY", "MASTERDOWN"]) {
    const error = await errorOf(shake(peer(() => `-${code} wait\r\n`), { password: canary }));
    assertError(error, { name: "ReplyError", code, retryable: true, phase: "handshake" });
  }
});

test("a full server is MAXCLIENTS, whether it says so before or after it was asked", async () => {
  const banner = "-ERR max number of clients reached\r\n";
  const expected = { name: "ReplyError", code: "MAXCLIENTS", retryable: true, phase: "handshake" };
  const asked = peer(() => undefined);
  const late = shake(asked, { password: canary });
  await turn();
  asked.socket.feed(banner);
  asked.socket.end();
  assertError(await errorOf(late), expected);

  const early = peer();
  early.socket.feed(banner);
  early.socket.end();
  assertError(await errorOf(shake(early, { password: canary })), expected);

  const queued = peer();
  const between = shake(queued);
  queued.socket.feed(banner);
  queued.socket.end();
  assertError(await errorOf(between), expected);
});

test("G19: a peer that speaks another language is WRONG_PEER", async () => {
  for (const text of ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n", "\x15\x03\x03\x00\x02\x02\x28"]) {
    const test = peer(() => undefined);
    const error = errorOf(shake(test, { password: canary }));
    await turn();
    test.socket.feed(text);
    assertError(await error, { name: "ProtocolError", code: "WRONG_PEER", maybeExecuted: false });
    assert.equal(test.connection.state, "closed");
  }
});

test("the end of the connection at any byte of the handshake is HANDSHAKE_FAILED", async () => {
  const greetings = { 2: "+OK\r\n+OK\r\n:12\r\n", 3: handshakeReply(["HELLO", "3"])! + "+OK\r\n+OK\r\n" };
  for (const protocol of [2, 3] as const) {
    const whole = greetings[protocol];
    for (let length = 0; length < whole.length; length++) {
      const test = peer(() => undefined);
      const error = errorOf(shake(test, {}, { protocol }));
      await turn();
      if (length > 0) test.socket.feed(whole.slice(0, length));
      test.socket.end();
      assertError(await error, {
        name: "ConnectError",
        code: "HANDSHAKE_FAILED",
        phase: "handshake",
        endpoint: "h:1",
        sent: false,
        maybeExecuted: false,
      });
    }
  }
});

test("a connection that was given up rejects its handshake with the reason", async () => {
  const test = peer(() => undefined);
  const outcome = watch(shake(test));
  await turn();
  test.connection.destroy(new ConnectionLostError("CONN_KILLED", "enough", { endpoint: "h:1" }));
  await turn();
  assertError(outcome.error, { name: "ConnectError", code: "HANDSHAKE_FAILED" });
  assert.equal(test.connection.state, "closed");
});

test("a greeting of an unusual shape harms nobody", async () => {
  for (const greeting of ["+OK\r\n", "_\r\n", "*0\r\n", ":1\r\n", "%0\r\n"]) {
    const test = peer(except({ HELLO: greeting }));
    await shake(test);
    assert.deepEqual([test.connection.id, test.connection.state], [undefined, "ready"], greeting);
  }
});

test("the user's way of reading replies does not apply to the handshake", async () => {
  const made = makeConnection({
    mapping: {
      strings: "bytes",
      map: "pairs",
      set: "set",
      integer: "string",
      double: "string",
      bigNumber: "string",
      verbatim: "tagged",
    },
  });
  const socket = made.attach();
  socket.answer = (args) => handshakeReply(args, { id: 7 });
  await handshake(made.connection, {}, plain);
  assert.equal(made.connection.id, 7);
});

test("C11: a step that is answered late is answered to nobody", async () => {
  const test = peer((args) => args[1] === "SETINFO" ? undefined : handshakeReply(args));
  const outcome = watch(shake(test));
  await turn();
  assert.equal(outcome.isSettled, false, "the session is ready only when every step was answered");
  test.connection.destroy(new ConnectionLostError("CONN_KILLED", "too late", { endpoint: "h:1" }));
  test.socket.feed("+OK\r\n+OK\r\n");
  await turn();
  assertError(outcome.error, { code: "HANDSHAKE_FAILED" });
});
