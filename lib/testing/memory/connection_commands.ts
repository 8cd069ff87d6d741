/**
 * The commands about the connection itself.
 *
 * @module
 */
import { type Args, command, type Commands } from "./command.ts";
import { CommandError, wrongArity } from "./command_error.ts";
import { parseInteger } from "./numbers.ts";
import { map, ok, type Reply, status } from "./reply.ts";
import { serverVersion } from "./server_info.ts";
import type { Session } from "./session.ts";

/** The commands of the connection, by verb. */
export const connectionCommands: Commands<Session> = {
  PING: command(-1, (args, session) => {
    if (args.length > 2) throw wrongArity("ping");
    const isSubscribed = session.channels.size + session.patterns.size > 0;
    if (isSubscribed && session.protocol === 2) return ["pong", args.length > 1 ? args[1] : ""];
    return args.length > 1 ? args[1] : status("PONG");
  }),
  ECHO: command(2, ([, text]) => text),
  HELLO: command(-1, hello),
  AUTH: command(-2, (args, session) => {
    if (args.length > 3) throw new CommandError("ERR syntax error");
    if (args.length === 2 && session.state.password === undefined) {
      throw new CommandError(
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
      );
    }
    authenticate(session, args.length > 2 ? args[1] : "default", args.length > 2 ? args[2] : args[1]);
    return ok;
  }),
  SELECT: command(2, ([, text], session) => {
    const index = parseInteger(text);
    if (index === undefined) throw new CommandError("ERR value is not an integer or out of range");
    if (index < 0 || index >= session.state.databases.length) throw new CommandError("ERR DB index is out of range");
    session.databaseIndex = Number(index);
    return ok;
  }),
  RESET: command(1, (_, session) => {
    session.reset();
    return status("RESET");
  }),
  QUIT: command(-1, (_, session) => {
    session.end();
    return ok;
  }),
};

/** The name, when it may be one. */
export function checkName(name: string): string {
  if (/^[!-~]*$/.test(name)) return name;
  throw new CommandError("ERR Client names cannot contain spaces, newlines or special characters.");
}

function authenticate(session: Session, user: string, password: string): void {
  const { password: expected } = session.state;
  if (user !== "default" || (expected !== undefined && password !== expected)) {
    throw new CommandError("WRONGPASS invalid username-password pair or user is disabled.");
  }
  session.isAuthenticated = true;
}

function hello(args: Args, session: Session): Reply {
  const version = args.length > 1 ? parseInteger(args[1]) : session.protocol;
  if (version === undefined) {
    throw new CommandError("ERR Protocol version is not an integer or out of range");
  }
  if (version !== 2 && version !== 3) throw new CommandError("NOPROTO unsupported protocol version");
  const options = helloOptions(args);
  if (options.auth !== undefined) authenticate(session, ...options.auth);
  if (!session.isAuthenticated) {
    throw new CommandError(
      "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
    );
  }
  if (options.name !== undefined) session.name = checkName(options.name);
  session.protocol = version;
  return map([
    ...["server", "redis", "version", serverVersion, "proto", version, "id", session.id],
    ...["mode", "standalone", "role", "master", "modules", []],
  ]);
}

function helloOptions(args: Args): { auth?: [string, string]; name?: string } {
  const options: { auth?: [string, string]; name?: string } = {};
  for (let i = 2; i < args.length; i++) {
    const name = args[i]!.toUpperCase();
    if (name === "AUTH" && i + 2 < args.length) options.auth = [args[++i]!, args[++i]!];
    else if (name === "SETNAME" && i + 1 < args.length) options.name = args[++i]!;
    else throw new CommandError(`ERR Syntax error in HELLO option '${args[i]}'`);
  }
  return options;
}
