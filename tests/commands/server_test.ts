import { serverSpecs } from "../../lib/commands/server.ts";
import { testShapes } from "../support/reply_shapes.ts";

/** A command without subcommands has an empty set of them on Redis and an empty array on Valkey. */
function withoutEmptySets(name: string, reply: unknown): unknown {
  return name === "command" ? deepWithoutEmptySets(reply) : reply;
}

function deepWithoutEmptySets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepWithoutEmptySets);
  return value instanceof Set && value.size === 0 ? [] : value;
}

testShapes("server", serverSpecs, {
  even: withoutEmptySets,
  exact: [
    ["ping"],
    ["ping", "hello"],
    ["echo", "hello"],
    ["dbsize"],
    ["publish", "channel", "message"],
    ["eval", "return {1, 'a', false, {redis.status_reply('fine')}}", 0],
    ["eval", "return redis.call('SET', KEYS[1], ARGV[1])", 1, ["k", "v"]],
    ["eval", "return redis.error_reply('MY error')", 0],
    ["eval", "return 1", 0],
    ["evalsha", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", 0],
    ["evalsha", "0".repeat(40), 0],
    ["client", "GETNAME"],
    ["client", "GETREDIR"],
    ["client", "trackinginfo"],
    ["client", "SETNAME", "someone"],
    ["client", "GETNAME"],
    ["client", "UNBLOCK", 1_000_000],
    ["config", "GET", "maxmemory*"],
    ["config", "GET", ["maxmemory", "no-such-setting"]],
    ["config", "GET", "no-such-setting"],
    ["config", "SET", "maxmemory", 0],
    ["config", "RESETSTAT"],
    ["command", "COUNT"],
    ["command", "LIST", "FILTERBY", "PATTERN", "hset*"],
    ["command", "GETKEYS", "MSET", "a", 1, "b", 2],
    ["command", "GETKEYSANDFLAGS", "LMOVE", "a", "b", "LEFT", "LEFT"],
    ["command", "INFO", "get", "no-such-command", "client", "xadd"],
    ["command"],
    ["command", "DOCS", "set", "client", "zadd", "no-such-command"],
    ["command", "DOCS"],
    ["flushdb"],
    ["flushdb", "SYNC"],
    ["flushall"],
  ],
  alike: [
    ["client", "ID"],
    ["client", "INFO"],
    ["client", "LIST"],
    ["client", "LIST", "TYPE", "normal"],
    ["info"],
    ["info", "server", "memory"],
    ["time"],
  ],
});
