/**
 * Every command that the in-memory server knows.
 *
 * @module
 */
import { blockingCommands } from "./blocking_commands.ts";
import { clientCommands } from "./client_commands.ts";
import { type Command, command, type CommandTable, container } from "./command.ts";
import { connectionCommands } from "./connection_commands.ts";
import { counterCommands } from "./counter_commands.ts";
import { expiryCommands } from "./expiry_commands.ts";
import { hashCommands } from "./hash_commands.ts";
import { keyCommands } from "./key_commands.ts";
import { listCommands } from "./list_commands.ts";
import { pubSubCommands } from "./pub_sub_commands.ts";
import { rangeCommands } from "./range_commands.ts";
import { map } from "./reply.ts";
import { scanCommands } from "./scan_commands.ts";
import { serverCommands } from "./server_commands.ts";
import type { Session } from "./session.ts";
import { setCommands } from "./set_commands.ts";
import { sortedSetCommands } from "./sorted_set_commands.ts";
import { stringCommands } from "./string_commands.ts";
import { transactionCommands } from "./transaction_commands.ts";

/** Clients ask for these to complete and explain commands; the server knows no more than how many there are. */
const introspection: Command<Session> = {
  ...container<Session>({
    COUNT: command(2, () => commandTable.size),
    DOCS: command(-2, () => map([])),
    INFO: command(-2, () => []),
  }),
  arity: -1,
  run: () => [],
};

/** The commands by their verb in upper case. */
export const commandTable: CommandTable<Session> = new Map<string, Command<Session>>(Object.entries({
  ...blockingCommands,
  ...clientCommands,
  COMMAND: introspection,
  ...connectionCommands,
  ...counterCommands,
  ...expiryCommands,
  ...hashCommands,
  ...keyCommands,
  ...listCommands,
  ...pubSubCommands,
  ...rangeCommands,
  ...scanCommands,
  ...serverCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...stringCommands,
  ...transactionCommands,
}));
