/**
 * What the door of one runtime says: the main door's exports, with that runtime's sockets bound to it.
 *
 * @module
 */

/** A runtime with a door of its own. */
export type DoorName = "deno" | "bun" | "node" | "workerd";

/** The doors, with the name that their readers know the runtime by. */
export const doorTitles: Readonly<Record<DoorName, string>> = {
  deno: "Deno",
  bun: "Bun",
  node: "Node.js",
  workerd: "Cloudflare Workers",
};

/** Writes the text of a door; `main` is the text of `mod.ts`. */
export function doorText(name: DoorName, main: string): string {
  const exports = main.slice(main.indexOf("\nexport {")).replaceAll('"./lib/', '"../');
  return head(name) + exports;
}

function head(name: DoorName): string {
  const title = doorTitles[name];
  const more = [
    ...(name === "workerd" ? ["markRequest"] : [`decodeText: ${textOf(name)}()`]),
    ...(keepsMemory(name) ? ["keepMemory: memoryKeeper()"] : []),
    ...(hasTurns(name) ? ["nextTurn: immediateTurn()"] : []),
  ].join(", ");
  return `/**
 * Connection pool and client for Redis, Valkey and Dragonfly on ${title}, with nothing of any other runtime behind it:
 * for bundling and vendoring.
 *
 * @example
 * \`\`\`ts
 * import { createPool } from "@respool/respool/${name}";
 *
 * const pool = createPool("redis://localhost:6379");
 * await pool.set("greeting", "hello");
 * console.log(await pool.get("greeting")); // hello
 * await pool.close();
 * \`\`\`
 *
 * @module
 */
import { type CreatePool, createPoolWith } from "../client/create_pool.ts";
${imports(name)}

/**
 * Makes a pool on the sockets of ${title}.
 *
 * @example
 * \`\`\`ts
 * import { createPool } from "@respool/respool/${name}";
 *
 * const pool = createPool({ host: "localhost", maxSize: 3 });
 * console.log(await pool.ping()); // PONG
 * await pool.close();
 * \`\`\`
 * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
 */
export const createPool: CreatePool = createPoolWith(() => ${name}Connector, { environmentUrl: ${
    urlOf(name)
  }, tracingChannels, ${more} });
`;
}

/** What reads the environment there. */
function urlOf(name: DoorName): string {
  return name === "deno" ? "denoUrl" : "processUrl";
}

/** What makes text there. */
function textOf(name: DoorName): string {
  return name === "deno" ? "denoText" : "bufferText";
}

/** Whether each turn of the event loop looks for bytes. */
function hasTurns(name: DoorName): boolean {
  return name === "node" || name === "bun";
}

/** Whether large values have their memory from the allocator of the system. */
function keepsMemory(name: DoorName): boolean {
  return name === "deno" || name === "node";
}

function imports(name: DoorName): string {
  const words = [urlOf(name), "tracingChannels"];
  if (name !== "workerd") words.push(textOf(name));
  if (hasTurns(name)) words.push("immediateTurn");
  if (keepsMemory(name)) words.push("memoryKeeper");
  const runtime = `import { ${words.sort().join(", ")} } from "../net/runtime.ts";`;
  const names = name === "workerd" ? "markRequest, workerdConnector" : `${name}Connector`;
  const adapter = `import { ${names} } from "../net/${name}.ts";`;
  return (name < "runtime" ? [adapter, runtime] : [runtime, adapter]).join("\n");
}

/** The text without its line breaks and the commas that come with them: a formatter may set them otherwise. */
export function unformatted(text: string): string {
  return text.replace(/\s+/g, " ").replace(/, \}/g, " }");
}
