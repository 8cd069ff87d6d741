/**
 * Writes `lib/commands/flags.ts` from what running servers say about their commands:
 *
 * ```sh
 * redis-server --port 7001 --save "" & valkey-server --port 7002 --save "" &
 * deno run -A tests/support/generate_command_flags.ts redis://127.0.0.1:7001 redis://127.0.0.1:7002
 * ```
 *
 * Give it the newest Redis and the newest Valkey there are (at least 8.0 and 9.0), so that no command gets lost, and no
 * server with extra modules. When a command is new, it says so: classify it in `command_review.ts` and run it again.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { buildTable, readCommands, renderTable, type ServerCommand } from "./command_table.ts";
import { RawClient } from "./raw_client.ts";

const urls = process.argv.slice(2);
if (urls.length === 0) throw new Error("give the addresses of running servers, such as redis://127.0.0.1:7001");

const names: string[] = [];
const commands: ServerCommand[][] = [];
for (const url of urls) {
  const client = await RawClient.connect(url);
  const info = String(await client.send(["INFO", "server"]));
  const [, name, version] = /(valkey)_version:(\S+)/.exec(info) ?? /(redis)_version:(\S+)/.exec(info)!;
  names.push(`${name === "valkey" ? "Valkey" : "Redis"} ${version}`);
  commands.push(readCommands(await client.send(["COMMAND"])));
  client.close();
}
writeFileSync(new URL("../../lib/commands/flags.ts", import.meta.url), renderTable(buildTable(commands), names));
console.log(`wrote lib/commands/flags.ts from ${names.join(" and ")}`);
