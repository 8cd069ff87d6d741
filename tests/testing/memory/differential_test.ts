import { test } from "node:test";
import { skipWithoutProgram } from "../../support/matrix.ts";
import { randomCommand, seeded } from "./random_commands.ts";
import { type Twin, withTwins } from "./twin.ts";

const skip = skipWithoutProgram("redis");
/** For runners whose own limit is short. */
const timeout = 60_000;

for (const protocol of ["2", "3"]) {
  for (const seed of [1, 2, 3, 4]) {
    test(
      `random commands, RESP${protocol}, seed ${seed}: the replies are those of Redis`,
      { skip, timeout },
      async () => {
        const random = seeded(seed * 10 + Number(protocol));
        await withTwins(async (first, second) => {
          for (const twin of [first, second]) await twin.send(["HELLO", protocol]);
          for (let step = 0; step < 100; step++) {
            const commands = Array.from({ length: 1 + Math.floor(random() * 20) }, () => randomCommand(random));
            await (random() < 0.7 ? first : second).send(...commands);
          }
        });
      },
    );
  }

  /** A test that talks to both servers in this protocol. */
  const same = (name: string, act: (first: Twin, second: Twin) => Promise<void>) =>
    test(`as Redis, RESP${protocol}: ${name}`, { skip, timeout }, () =>
      withTwins(async (first, second) => {
        for (const twin of [first, second]) await twin.send(["HELLO", protocol]);
        await act(first, second);
      }));

  same("subscribing, messages and the end of it", async (first, second) => {
    first.write(["SUBSCRIBE", "a", "b", "a"], ["PSUBSCRIBE", "a*", "[xy]"]);
    await first.read(5);
    await second.send(["PUBLISH", "a", "hello"], ["PUBLISH", "x", ""], ["PUBLISH", "z", "nobody"]);
    await first.read(3);
    await second.send(["PUBSUB", "NUMPAT"], ["PUBSUB", "NUMSUB", "a", "b", "none"], ["PUBSUB", "CHANNELS", "b*"]);
    first.write(["PING"], ["PING", "text"], ["GET", "key"], ["UNSUBSCRIBE", "b", "none"]);
    await first.read(5);
    first.write(["PUNSUBSCRIBE"], ["UNSUBSCRIBE"], ["UNSUBSCRIBE"], ["PUNSUBSCRIBE"], ["GET", "key"]);
    await first.read(6);
  });

  same("subscribing within a transaction and RESET", async (first, second) => {
    await first.send(["MULTI"], ["SUBSCRIBE", "a"], ["EXEC"], ["RESET"], ["PING"], ["GET", "key"]);
    await second.send(["PUBLISH", "a", "nobody"]);
  });

  same("a transaction fails when a watched key changes, and only then", async (first, second) => {
    await first.send(["SET", "k", "1"], ["WATCH", "k", "other"], ["MULTI"], ["INCR", "k"]);
    await second.send(["GET", "k"], ["SET", "k", "1"]);
    await first.send(["EXEC"], ["MULTI"], ["INCR", "k"], ["EXEC"], ["WATCH", "k"], ["UNWATCH"]);
    await second.send(["SET", "k", "5"]);
    await first.send(["MULTI"], ["EXEC"], ["WATCH", "k"], ["INCR", "k"], ["MULTI"], ["EXEC"], ["WATCH", "none"]);
    await second.send(["DEL", "none"]);
    await first.send(["MULTI"], ["EXEC"], ["WATCH", "k"]);
    await second.send(["SELECT", "1"], ["SET", "k", "x"], ["SELECT", "0"]);
    await first.send(["MULTI"], ["EXEC"], ["WATCH", "k"]);
    await second.send(["FLUSHALL"]);
    await first.send(["MULTI"], ["PING"], ["EXEC"], ["WATCH", "k"]);
    await second.send(["EXPIRE", "k", "100"], ["RPUSH", "k", "a"], ["LPOP", "k"]);
    await first.send(["MULTI"], ["PING"], ["EXEC"]);
  });

  same("a transaction with a refused command is discarded", async (first) => {
    await first.send(["MULTI"], ["NOSUCH"], ["SET", "k", "v"], ["EXEC"], ["GET", "k"], ["EXEC"], ["DISCARD"]);
    await first.send(["MULTI"], ["GET"], ["EXEC"], ["MULTI"], ["CLIENT", "NOSUCH"], ["EXEC"]);
    await first.send(["MULTI"], ["MULTI"], ["WATCH", "k"], ["EXEC"], ["MULTI"], ["SET", "k", "v"], ["DISCARD"]);
    await first.send(["GET", "k"], ["MULTI"], ["INCR", "k"], ["LPUSH", "k", "a"], ["SET", "k", "x"], ["INCR", "k"]);
    await first.send(["EXEC"], ["GET", "k"], ["MULTI"], ["BLPOP", "none", "0"], [
      "BLMOVE",
      "a",
      "b",
      "LEFT",
      "LEFT",
      "0",
    ]);
    await first.send(["EXEC"], ["MULTI"], ["SELECT", "3"], ["SET", "k", "three"], ["EXEC"], ["GET", "k"]);
  });

  same("waiting for lists", async (first, second) => {
    first.write(["BLPOP", "a", "b", "0"], ["PING"]);
    await second.send(["SET", "a", "not a list"], ["DEL", "a"], ["RPUSH", "b", "1", "2"], ["LRANGE", "b", "0", "-1"]);
    await first.read(2);
    first.write(["BRPOP", "a", "0"]);
    await second.send(["MULTI"], ["LPUSH", "a", "x"], ["DEL", "a"], ["EXEC"], ["MULTI"], ["LPUSH", "a", "y"]);
    await second.send(["LPUSH", "a", "z"], ["EXEC"]);
    await first.read(1);
    first.write(["BLMOVE", "from", "to", "LEFT", "RIGHT", "0"], ["BRPOPLPUSH", "from", "from", "0"]);
    await second.send(["LPUSH", "from", "1", "2", "3"], ["LRANGE", "to", "0", "-1"], ["LRANGE", "from", "0", "-1"]);
    await first.read(2);
    first.write(["BLMOVE", "nowhere", "string", "LEFT", "RIGHT", "0"]);
    await second.send(["SET", "string", "v"], ["RENAME", "from", "nowhere"], ["LRANGE", "nowhere", "0", "-1"]);
    await first.read(1);
    await first.send(["BLPOP", "none", "0.02"], ["BLMOVE", "none", "none", "LEFT", "LEFT", "0.02"]);
    await first.send(["BLPOP", "string", "0"], ["BLPOP", "none", "1x"], ["BLPOP", "none", "-0.5"], [
      "BLPOP",
      "none",
    ]);
  });

  same("the connection's own commands", async (first, second) => {
    await first.send(["CLIENT", "SETNAME", "a-name"], ["CLIENT", "GETNAME"], ["CLIENT", "SETNAME", "with space"]);
    await first.send(["CLIENT", "SETNAME", ""], ["CLIENT", "GETNAME"], ["CLIENT", "NO-EVICT", "ON"], [
      "CLIENT",
      "NO-EVICT",
      "X",
    ]);
    await first.send(["CLIENT"], ["CLIENT", "ID", "x"], ["CLIENT", "REPLY", "SOMETIMES"], [
      "CLIENT",
      "LIST",
      "ID",
      "x",
    ]);
    await first.send(["CLIENT", "KILL", "ID", "999999"], ["CLIENT", "KILL", "1.2.3.4:5"], [
      "CLIENT",
      "KILL",
      "ID",
      "x",
    ]);
    await first.send(["CLIENT", "KILL", "ID", "0"], ["CLIENT", "KILL", "ID"], ["CLIENT", "LIST", "ID", "999999"]);
    await first.send(["SELECT", "15"], ["SELECT", "16"], ["SELECT", "a"], ["AUTH", "x"], ["AUTH", "default", "x"]);
    await first.send(["AUTH", "nobody", "x"], ["AUTH", "a", "b", "c"], ["HELLO", "4"], ["HELLO", "x"], [
      "HELLO",
      protocol,
      "X",
    ]);
    await first.send(["HELLO", protocol, "SETNAME", "n"], ["CLIENT", "GETNAME"], ["HELLO"], [
      "HELLO",
      protocol,
      "AUTH",
      "a",
    ]);
    second.write(
      ["CLIENT", "REPLY", "OFF"],
      ["PING"],
      ["CLIENT", "REPLY", "ON"],
      ["CLIENT", "REPLY", "SKIP"],
      ["PING"],
      ["ECHO", "x"],
    );
    await second.read(2);
    await second.send(["RESET"], ["CLIENT", "GETNAME"], ["HGETALL", "none"], ["QUIT"]);
    await second.ended();
  });

  same("the server's own commands", async (first) => {
    await first.send(["CONFIG", "GET", "save"], ["CONFIG", "GET", "appendonly", "data?ases"], [
      "CONFIG",
      "GET",
      "none",
    ]);
    await first.send(["CONFIG", "SET", "maxmemory", "0"], ["CONFIG", "SET"], ["CONFIG"], ["WAIT", "0", "10"], [
      "DEBUG",
    ]);
    await first.send(["SET", "k", "v"], ["DBSIZE"], ["COPY", "k", "k2", "DB", "3"], ["SELECT", "3"], ["DBSIZE"], [
      "FLUSHDB",
    ]);
    await first.send(["SELECT", "0"], ["DBSIZE"], ["FLUSHALL", "ASYNC"], ["DBSIZE"], ["RANDOMKEY"], ["FLUSHALL", "X"]);
    await first.send(["SET", "k", "v", "PXAT", "99999999999999"], ["PEXPIRETIME", "k"], ["EXPIRETIME", "k"]);
  });
}

test(
  "as Redis: without a password nothing but authentication goes",
  { skip },
  () =>
    withTwins(async (first, second) => {
      await first.send(["PING"], ["GET", "k"], ["HELLO", "3"], ["HELLO", "3", "AUTH", "default", "wrong"], ["NOSUCH"]);
      await first.send(["GET"], ["AUTH", "wrong"], ["AUTH", "other", "secret"], ["RESET"], ["AUTH", "secret"], [
        "PING",
      ]);
      await first.send(["RESET"], ["PING"], ["HELLO", "3", "AUTH", "default", "secret", "SETNAME", "n"], [
        "CLIENT",
        "GETNAME",
      ]);
      await second.send(["QUIT"]);
      await second.ended();
    }, "secret"),
);

test("as Redis: streams that are no commands end with an error", { skip, timeout }, async () => {
  for (
    const text of [
      "*a\r\n",
      "*1\r\n$a\r\n",
      "*1\r\n+a\r\n",
      "*1\r\n$-1\r\n",
      'SET k "v\r\n',
      "*2147483648\r\n",
      "SET 'k'v v\r\n",
    ]
  ) {
    await withTwins(async (first) => {
      first.writeRaw(text);
      await first.read(1);
      await first.ended();
    });
  }
});

test("as Redis: inline commands, empty lines and empty arrays", { skip, timeout }, () =>
  withTwins(async (first) => {
    first.writeRaw("\r\n*0\r\n*-1\r\nPING\r\n  ECHO   \"a\\x41\\n\\\"\"  \nECHO 'it\\'s'\r\nSET k v\r\nget k\r\n");
    await first.read(5);
  }));
