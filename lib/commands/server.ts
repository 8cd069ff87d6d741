/**
 * Commands about the server, and those that belong to no type of key: PING, PUBLISH, EVAL.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import { at, bySubcommand, fields, list, map, set, verbatim } from "./shapes.ts";
import { type CommandSpec, type Shape, spec } from "./spec.ts";
import type { OneOrMore, Returns, Status, Surface } from "./surface.ts";

/** Commands about the server, and those that belong to no type of key. */
export interface ServerCommands<S extends Surface> {
  /** The id of the connection that runs it. */
  client(subcommand: "ID"): Returns<S, number>;
  /** The name of the connection that runs it. */
  client(subcommand: "GETNAME"): Returns<S, S["text"] | null>;
  /** One line about the connection that runs it, or about all that a filter leaves. */
  client(subcommand: "INFO" | "LIST", ...filters: Argument[]): Returns<S, S["text"]>;
  /** Any other subcommand; one that changes the connection's state needs a lease. */
  client(subcommand: string, ...args: Argument[]): Returns<S, unknown>;
  /** Everything the server tells about its commands. */
  command(): Returns<S, unknown[]>;
  /** How many commands the server has. */
  command(subcommand: "COUNT"): Returns<S, number>;
  /** The names of the server's commands. */
  command(subcommand: "LIST", ...filter: Argument[]): Returns<S, S["text"][]>;
  /** The keys of a command. */
  command(subcommand: "GETKEYS", ...command: Argument[]): Returns<S, S["text"][]>;
  /** The documentation of commands by their names. */
  command(subcommand: "DOCS", ...names: Argument[]): Returns<S, Record<string, unknown>>;
  /** Any other subcommand. */
  command(subcommand: string, ...args: Argument[]): Returns<S, unknown>;
  /** The settings that match patterns. */
  config(subcommand: "GET", ...patterns: OneOrMore): Returns<S, Record<string, S["text"]>>;
  /** Changes settings: `config("SET", "maxmemory", "100mb")`. */
  config(subcommand: "SET" | "RESETSTAT" | "REWRITE", ...settings: Argument[]): Returns<S, Status<S, "OK">>;
  /** How many keys the database has. */
  dbsize(): Returns<S, number>;
  /** Replies the message. */
  echo(message: Argument): Returns<S, S["text"]>;
  /** Runs a script: `eval("return redis.call('GET', KEYS[1])", 1, "k")`. Its reply has the form of the wire. */
  eval(script: Argument, numkeys: Argument, ...keysAndArgs: [] | OneOrMore): Returns<S, unknown>;
  /** Runs a script that the server knows by its SHA-1. */
  evalsha(sha1: Argument, numkeys: Argument, ...keysAndArgs: [] | OneOrMore): Returns<S, unknown>;
  /** Deletes every key of every database. */
  flushall(mode?: "ASYNC" | "SYNC"): Returns<S, Status<S, "OK">>;
  /** Deletes every key of the database. */
  flushdb(mode?: "ASYNC" | "SYNC"): Returns<S, Status<S, "OK">>;
  /** What the server tells about itself, section by section, as text. */
  info(...sections: Argument[]): Returns<S, S["text"]>;
  /** Asks for a sign of life. */
  ping(): Returns<S, Status<S, "PONG">>;
  /** Asks for the message. */
  ping(message: Argument): Returns<S, S["text"]>;
  /** Publishes a message and replies how many subscribers of this server got it. */
  publish(channel: Argument, message: Argument): Returns<S, number>;
  /** The server's time: Unix seconds, and microseconds of the second. */
  time(): Returns<S, [seconds: S["text"], microseconds: S["text"]]>;
}

const clientShape = bySubcommand({
  INFO: verbatim,
  LIST: verbatim,
  TRACKINGINFO: fields({ flags: set }),
});

const keySpecShape = fields({ flags: set, begin_search: fields({ spec: map() }), find_keys: fields({ spec: map() }) });

const keySpecsShape = list(keySpecShape);

/** What COMMAND INFO tells about one command: sets at some places, a set of maps, and commands again. */
const commandInfo = at({
  2: set,
  6: set,
  7: set,
  8: (reply, args, mapping) => set(keySpecsShape(reply, args, mapping), args, mapping),
  9: subcommandsShape,
});
const commandInfos = list(commandInfo);

function subcommandsShape(...[reply, args, mapping]: Parameters<Shape>): unknown {
  return commandInfos(reply, args, mapping);
}

const docsShape: Shape = (reply, args, mapping) => commandDocs(reply, args, mapping);
const argumentsShape: Shape = (reply, args, mapping) => list(argumentShape)(reply, args, mapping);
const argumentShape = fields({ arguments: argumentsShape, flags: set });
const commandDocs = map(fields({
  arguments: argumentsShape,
  doc_flags: set,
  history: set,
  subcommands: docsShape,
}));

const commandSubcommands = bySubcommand({
  DOCS: commandDocs,
  GETKEYSANDFLAGS: list(at({ 1: set })),
  INFO: commandInfos,
});
const commandShape: Shape = (reply, args, mapping) =>
  (args.length === 1 ? commandInfos : commandSubcommands)(reply, args, mapping);

/** The commands of `ServerCommands` as data. */
export const serverSpecs: readonly CommandSpec[] = [
  spec("client", 1, { shape: clientShape, checked: true }),
  spec("command", 0, { shape: commandShape }),
  spec("config", 2, { repeat: 1, shape: bySubcommand({ GET: map() }) }),
  spec("dbsize", 0),
  spec("echo", 1),
  spec("eval", 3, { repeat: 2 }),
  spec("evalsha", 3, { repeat: 2 }),
  spec("flushall", 0),
  spec("flushdb", 0),
  spec("info", 0, { shape: verbatim }),
  spec("ping", 0),
  spec("publish", 2),
  spec("time", 0),
];
