import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { askFor, type Credentials, type CredentialsProvider, isCredentials } from "../../lib/client/credentials.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import type { Identity } from "../../lib/connection/handshake.ts";
import { AuthError, ConnectError, TimeoutError } from "../../lib/errors.ts";
import { echoReply, valueOf, watch } from "../support/oracles.ts";
import { type FaultyPool, faultyPool, type Play } from "./faulty_pool.ts";

const canary = "c4n4ry";

/** A provider whose identity the test changes. */
class Rotating implements CredentialsProvider {
  asked = 0;
  subscribers = 0;
  ended = 0;
  password = "first";
  #changed = () => {};

  current(): Identity {
    this.asked++;
    return { username: "app", password: this.password };
  }

  subscribe(changed: () => void): () => void {
    this.subscribers++;
    this.#changed = changed;
    return () => this.ended++;
  }

  rotate(password: string): void {
    this.password = password;
    this.#changed();
  }
}

/** The passwords that sockets were shown, in their order. */
function shown({ network }: FaultyPool): (string | undefined)[] {
  return network.sockets.map(({ commands }) => commands.find(([verb]) => verb === "HELLO")?.[4]);
}

test("a function or an object with current and subscribe can be asked", () => {
  assert.ok(isCredentials(() => ({})));
  assert.ok(isCredentials(new Rotating()));
  for (const value of [undefined, null, "text", {}, { current() {} }, { subscribe() {} }]) {
    assert.ok(!isCredentials(value), inspect(value));
  }
});

test("the identity is asked for at each handshake", async () => {
  let asked = 0;
  const faulty = faultyPool({ credentials: () => Promise.resolve({ username: "app", password: `p${++asked}` }) });
  const { pool, settle, end } = faulty;
  await pool.ready();
  const warmed = pool.warm(3);
  await settle();
  await warmed;
  assert.deepEqual(shown(faulty), ["p1", "p2", "p3"]);
  await end();
});

test("T15: credentials that fail are an AuthError at once, and what was thrown is in no error", async () => {
  const failures: [Credentials, string][] = [
    [() => {
      throw new Error(`token ${canary}`);
    }, "Error"],
    [() => Promise.reject(Object.assign(new Error(canary), { code: "ECONNREFUSED", token: canary })), "ECONNREFUSED"],
    [() => Promise.reject(canary), "UNKNOWN"],
    [{ current: () => Promise.reject(new TypeError(canary)), subscribe: () => () => {} }, "TypeError"],
  ];
  for (const [credentials, code] of failures) {
    const { pool, settle, network, end } = faultyPool({ credentials });
    const outcomes = [watch(pool.ready()), watch(pool.get("k")), watch(pool.acquire())];
    await settle();
    for (const { error } of outcomes) {
      assert.ok(error instanceof AuthError, inspect(error));
      assert.deepEqual([error.code, error.phase, error.maybeExecuted], ["CREDENTIALS_FAILED", "handshake", false]);
      assert.deepEqual(error.cause, { code });
      assert.ok(!`${inspect(error, { depth: 20 })}${JSON.stringify(error)}${error}`.includes(canary));
    }
    assert.deepEqual(network.sockets.flatMap(({ commands }) => commands), [], "nothing is said without credentials");
    await end();
  }
});

test("T15: credentials that do not come are given up at the deadline of the connect", async () => {
  const { pool, network, advance, settle, end } = faultyPool({
    credentials: () => new Promise(() => {}),
    connectTimeoutMs: 300,
  });
  const ready = watch(pool.ready());
  const lease = watch(pool.acquire({ timeoutMs: 1000 }));
  await advance(299);
  assert.deepEqual([ready.isSettled, network.sockets.length], [false, 1]);
  await advance(20);
  assert.ok(ready.error instanceof ConnectError);
  assert.deepEqual([ready.error.code, ready.error.phase], ["HANDSHAKE_TIMEOUT", "handshake"]);
  assert.match(ready.error.message, /credentials/);
  assert.ok(network.sockets[0]!.isDestroyed);
  await advance(700);
  await settle();
  assert.ok(lease.error instanceof TimeoutError);
  assert.equal((lease.error.cause as ConnectError).code, "HANDSHAKE_TIMEOUT");
  await end();
});

test("an answer that is no identity is refused by the option's name", async () => {
  const answers = [undefined, null, "secret", { password: 1 }, { username: "app" }, { username: "", password: "p" }];
  for (const answer of answers) {
    const asked = askFor(() => answer as unknown as Identity);
    await assert.rejects(asked, { name: "ArgumentError", code: "INVALID_OPTION", argument: "credentials" });
  }
});

test("T13: an identity is what its object holds itself", async () => {
  const prototype = Object.prototype as { password?: string };
  prototype.password = "inherited";
  try {
    const { password } = await askFor(() => ({}));
    assert.equal(password, undefined);
  } finally {
    delete prototype.password;
  }
});

test("T15: a provider that has changed gets every connection replaced, the ones in use when they come back", async () => {
  const credentials = new Rotating();
  const faulty = faultyPool({ credentials, maxSize: 4 });
  const { pool, network, settle, end } = faulty;
  await pool.ping();
  const lease = await pool.acquire();
  const warmed = pool.warm(3);
  await settle();
  await warmed;
  assert.deepEqual(shown(faulty), ["first", "first", "first"]);
  credentials.rotate("second");
  await settle();
  const gone = () => network.sockets.map(({ isDestroyed }) => isDestroyed);
  assert.deepEqual(gone(), [true, false, true], "the lane's and the idle one; not the leased one");
  assert.equal(await lease.get("a"), valueOf("a"));
  lease.release();
  await settle();
  assert.deepEqual(gone(), [true, true, true]);
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(await pool.use((next) => next.get("b")), valueOf("b"));
  assert.deepEqual(shown(faulty).slice(3), ["second", "second"]);
  await end();
});

test("T15: commands in flight are answered on the old connection, those behind them go to the new one", async () => {
  const credentials = new Rotating();
  const held: (() => void)[] = [];
  const play: Play = (args, socket) => {
    if (args[0] !== "GET" || args[1] !== "slow") return echoReply(args);
    held.push(() => socket.feed(echoReply(args)));
    return undefined;
  };
  const faulty = faultyPool({ credentials }, play);
  const { pool, network, settle, commands, end } = faulty;
  await pool.ping();
  const slow = watch(pool.get("slow"));
  await settle();
  credentials.rotate("second");
  assert.equal(await pool.get("quick"), valueOf("quick"));
  assert.deepEqual([slow.isSettled, network.sockets.length], [false, 2]);
  assert.deepEqual(commands(network.sockets[1]), [["GET", "quick"]]);
  held[0]!();
  await settle();
  assert.equal(slow.value, valueOf("slow"));
  assert.ok(network.sockets[0]!.isDestroyed);
  await end();
});

test("a provider is subscribed to once and let go once, whichever way the pool ends", async () => {
  for (const finish of [["close"], ["destroy"], ["close", "destroy"], ["destroy", "close"]] as const) {
    const credentials = new Rotating();
    const { pool, settle } = faultyPool({ credentials });
    await pool.get("k");
    const ended = finish.map((how) => pool[how]());
    await settle();
    await Promise.all(ended);
    assert.deepEqual([credentials.subscribers, credentials.ended], [1, 1], finish.join());
    credentials.rotate("after the end");
  }
});

test("a provider that cannot be let go does not keep the pool from closing", async () => {
  const credentials: CredentialsProvider = {
    current: () => ({}),
    subscribe: () => () => {
      throw new Error("mine");
    },
  };
  const { pool, settle } = faultyPool({ credentials });
  const closed = watch(pool.close());
  await settle();
  assert.deepEqual([closed.isSettled, closed.error], [true, undefined]);
});

/** Answers NOAUTH on the first `count` sockets once they are told to. */
function forgetful(count: number, options: RedisPoolOptions = {}): FaultyPool & { forget: () => void } {
  let forgets = false;
  const faulty = faultyPool(options, (args, socket) => {
    const index = faulty.network.sockets.indexOf(socket);
    const isGreeting = ["HELLO", "CLIENT"].includes(args[0]!);
    return forgets && index < count && !isGreeting ? "-NOAUTH Authentication required.\r\n" : echoReply(args);
  });
  return { ...faulty, forget: () => forgets = true };
}

test("S18: commands refused with NOAUTH run again on a new session, once", async () => {
  const credentials = new Rotating();
  const faulty = forgetful(1, { credentials });
  const { pool, network, settle, commands, forget, end } = faulty;
  await pool.ping();
  forget();
  credentials.password = "second";
  const outcomes = [watch(pool.get("a")), watch(pool.incr("b")), watch(pool.send(["EVAL", "return 1", 0]))];
  await settle();
  assert.deepEqual(outcomes.map(({ value }) => value), [valueOf("a"), "OK", "OK"]);
  assert.deepEqual(shown(faulty), ["first", "second"]);
  assert.deepEqual(commands(network.sockets[1]).map(([verb]) => verb), ["GET", "INCR", "EVAL"]);
  assert.ok(network.sockets[0]!.isDestroyed);
  await end();
});

test("S18: a session that is refused again gives its caller the error", async () => {
  const { pool, network, settle, forget, end } = forgetful(Infinity);
  await pool.ping();
  forget();
  const outcome = watch(pool.incr("b"));
  await settle();
  assert.ok(outcome.error instanceof AuthError);
  assert.deepEqual([outcome.error.code, outcome.error.maybeExecuted, outcome.error.attempts], ["NOAUTH", false, 2]);
  assert.equal(network.sockets.length, 2);
  await end();
});

test("S18: without retry NOAUTH goes to its caller, and the connection is replaced all the same", async () => {
  const { pool, network, settle, forget, end } = forgetful(1, { retry: false });
  await pool.ping();
  forget();
  const outcome = watch(pool.get("a"));
  await settle();
  assert.equal((outcome.error as AuthError).code, "NOAUTH");
  assert.equal(await pool.get("a"), valueOf("a"));
  assert.equal(network.sockets.length, 2);
  await end();
});

test("S18: on a lease NOAUTH goes to its holder, whose session nobody else gets", async () => {
  const { pool, network, settle, forget, end } = forgetful(1);
  const lease = await pool.acquire();
  forget();
  const outcome = watch(lease.get("a"));
  await settle();
  assert.equal((outcome.error as AuthError).code, "NOAUTH");
  lease.release();
  await settle();
  assert.ok(network.sockets[0]!.isDestroyed);
  assert.equal(await pool.use((next) => next.get("a")), valueOf("a"));
  await end();
});
