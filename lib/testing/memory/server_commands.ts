/**
 * The commands about the server and all of its databases.
 *
 * @module
 */
import { type Args, type Command, command, type Commands, container } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import { globMatcher } from "./glob.ts";
import { copyOf } from "./key_commands.ts";
import type { Keyspace } from "./keyspace.ts";
import { parseInteger, toDouble } from "./numbers.ts";
import { map, ok, type Reply, verbatim } from "./reply.ts";
import { infoText } from "./server_info.ts";
import type { Session } from "./session.ts";

const configuration: Readonly<Record<string, string>> = {
  appendonly: "no",
  databases: "16",
  maxclients: "10000",
  maxmemory: "0",
  save: "",
  timeout: "0",
};

/** The commands of the server, by verb. */
export const serverCommands: Commands<Session> = {
  INFO: command(-1, ([, ...sections], { state }) => verbatim(infoText(state, sections))),
  TIME: command(1, (_, { state }) => {
    const { now } = state.time;
    return [String(Math.floor(now / 1000)), String((now % 1000) * 1000)];
  }),
  CONFIG: container<Session>({
    GET: command(-3, ([, , ...patterns]) => {
      const matchers = patterns.map((pattern) => globMatcher(pattern.toLowerCase()));
      return map(Object.entries(configuration).filter(([name]) => matchers.some((matches) => matches(name))).flat());
    }),
    SET: command(-4, () => ok),
    RESETSTAT: command(2, () => ok),
  }),
  DEBUG: container<Session>({
    SLEEP: command(3, ([, , seconds], { state }) => {
      state.freeze(toDouble(seconds) * 1000);
      return ok;
    }),
  }),
  WAIT: command(3, () => 0),
  FLUSHDB: flushCommand((session) => [session.db]),
  FLUSHALL: flushCommand((session) => session.state.databases),
  COPY: command(-3, copy),
  EVAL: scriptCommand(-3),
  EVAL_RO: scriptCommand(-3),
  EVALSHA: scriptCommand(-3),
  EVALSHA_RO: scriptCommand(-3),
  SCRIPT: scriptCommand(-2),
  FCALL: scriptCommand(-3),
  FUNCTION: scriptCommand(-2),
};

function flushCommand(choose: (session: Session) => readonly Keyspace[]): Command<Session> {
  return command(-1, (args, session) => {
    if (args.length > 2 || (args.length === 2 && !/^(?:a?sync)$/i.test(args[1]))) throw syntaxError();
    for (const db of choose(session)) db.clear();
    return ok;
  });
}

function scriptCommand(arity: number): Command<Session> {
  return command(arity, () => {
    throw new CommandError("ERR the in-memory server has no Lua; use a real server for scripts");
  });
}

function copy(args: Args, session: Session): Reply {
  const [, from, to] = args;
  let target = session.db;
  let replaces = false;
  for (let i = 3; i < args.length; i++) {
    const name = args[i]!.toUpperCase();
    if (name === "REPLACE") replaces = true;
    else if (name === "DB" && i + 1 < args.length) target = databaseOf(args[++i]!, session);
    else throw syntaxError();
  }
  if (target === session.db && from === to) throw new CommandError("ERR source and destination objects are the same");
  const entry = session.db.find(from);
  if (entry === undefined || (!replaces && target.find(to) !== undefined)) return 0;
  target.delete(to);
  target.put(to, copyOf(entry.value), entry.expiresAt);
  return 1;
}

function databaseOf(text: string, session: Session): Keyspace {
  const index = parseInteger(text);
  if (index === undefined) throw new CommandError("ERR value is not an integer or out of range");
  const db = session.state.databases[Number(index)];
  if (db === undefined) throw new CommandError("ERR DB index is out of range");
  return db;
}
