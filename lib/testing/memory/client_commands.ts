/**
 * The CLIENT family.
 *
 * @module
 */
import { type Args, command, type Commands, container } from "./command.ts";
import { CommandError, syntaxError } from "./command_error.ts";
import { checkName } from "./connection_commands.ts";
import { parseInteger } from "./numbers.ts";
import { ok, type Reply, verbatim } from "./reply.ts";
import type { Client } from "./server_state.ts";
import type { Session } from "./session.ts";

/** CLIENT. */
export const clientCommands: Commands<Session> = {
  CLIENT: container<Session>({
    ID: command(2, (_, session) => session.id),
    SETNAME: command(3, ([, , name], session) => {
      session.name = checkName(name);
      return ok;
    }),
    GETNAME: command(2, (_, session) => session.name === "" ? null : session.name),
    SETINFO: command(4, ([, , attribute]) => {
      if (["LIB-NAME", "LIB-VER"].includes(attribute.toUpperCase())) return ok;
      throw new CommandError(`ERR Unrecognized option '${attribute}'`);
    }),
    INFO: command(2, (_, session) => verbatim(`${session.describe()}\n`)),
    LIST: command(-2, list),
    KILL: command(-3, kill),
    "NO-EVICT": command(3, ([, , mode]) => {
      if (["ON", "OFF"].includes(mode.toUpperCase())) return ok;
      throw syntaxError();
    }),
    REPLY: command(3, setReplies),
  }),
};

function list(args: Args, session: Session): Reply {
  const all = [...session.state.clients.values()];
  let chosen = all;
  if (args.length > 3 && args[2].toUpperCase() === "ID") {
    const ids = new Set(args.slice(3).map(toId));
    chosen = all.filter((client) => ids.has(client.id));
  } else if (args.length === 4 && args[2].toUpperCase() === "TYPE") {
    if (args[3].toLowerCase() !== "normal") chosen = [];
  } else if (args.length > 2) throw syntaxError();
  return verbatim(chosen.map((client) => `${client.describe()}\n`).join(""));
}

function toId(text: string): number {
  const id = parseInteger(text);
  if (id === undefined || id <= 0) throw new CommandError("ERR Invalid client ID");
  return Number(id);
}

function kill(args: Args, session: Session): Reply {
  const clients = [...session.state.clients.values()];
  if (args.length === 3) {
    const victim = clients.find(({ address }) => address === args[2]);
    if (victim === undefined) throw new CommandError("ERR No such client");
    victim.kill();
    return ok;
  }
  const victims = clients.filter(killFilter(args, session));
  for (const victim of victims) victim.kill();
  return victims.length;
}

function killFilter(args: Args, session: Session): (client: Client) => boolean {
  if (args.length % 2 !== 0) throw syntaxError();
  const tests: ((client: Client) => boolean)[] = [];
  let skipsMe = true;
  for (let i = 2; i < args.length; i += 2) {
    const [name, value] = [args[i]!.toUpperCase(), args[i + 1]!];
    if (name === "ID") {
      const id = parseInteger(value);
      if (id === undefined || id <= 0) throw new CommandError("ERR client-id should be greater than 0");
      tests.push((client) => client.id === Number(id));
    } else if (name === "ADDR") tests.push((client) => client.address === value);
    else if (name === "SKIPME" && /^(?:yes|no)$/i.test(value)) skipsMe = value.toLowerCase() === "yes";
    else throw syntaxError();
  }
  return (client) => tests.every((test) => test(client)) && !(skipsMe && client === session);
}

function setReplies([, , mode]: Args, session: Session): Reply | undefined {
  switch (mode.toUpperCase()) {
    case "ON":
      session.replies = true;
      return ok;
    case "OFF":
      session.replies = false;
      return undefined;
    case "SKIP":
      session.skipsNextReply = session.replies;
      return undefined;
    default:
      throw syntaxError();
  }
}
