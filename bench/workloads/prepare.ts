/**
 * Brings a client and a workload together.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Client } from "../clients/client.ts";
import { data, valueOf, writtenKey } from "./data.ts";
import { type Load, repeat } from "./load.ts";
import type { Workload } from "./workload.ts";

/** The work of one round. */
export type Run = (load: Load) => Promise<void>;

type Call = () => Promise<unknown>;

/**
 * Gives the work of one round, after one call whose reply was looked at: nothing that is wrong is measured.
 *
 * @returns `undefined` when the client has nothing for it.
 */
export async function prepare(client: Client, workload: Workload): Promise<Run | undefined> {
  const driven = client.drive?.(workload);
  if (driven !== undefined) return driven;
  const call = callOf(client, workload);
  if (call === undefined) return undefined;
  check(await call(), workload);
  if (workload.work === "mixed") {
    return besideBigValues(client, call, workload.callers);
  }
  return (load) => repeat(call, workload.callers, load);
}

function callOf(client: Client, { work, data: name, batch }: Workload): Call | undefined {
  const { key, bytes } = data[name];
  const { get, getBytes, set, lrange, getMany, lease, hold } = client;
  switch (work) {
    case "get":
      return get && (() => get(key));
    case "mixed":
      return client.isPool ? undefined : get && (() => get(key));
    case "get-searched":
      return get && (() => searched(get(key)));
    case "get-bytes":
      return getBytes && (() => getBytes(key));
    case "set": {
      const value = valueOf(bytes);
      return set && (() => set(writtenKey, value));
    }
    case "lrange":
      return lrange && (() => lrange(key));
    case "pipeline":
      return getMany && (() => getMany(key, batch));
    case "lease":
      return lease && (() => lease(key));
    case "hold":
      return hold && (() => many(() => hold(false), batch));
    case "crowd":
      return hold && (() => many(() => hold(true), batch));
  }
}

/** A reply that was read to its end, in search of what no value has. */
async function searched(reply: Promise<unknown>): Promise<unknown> {
  const text = await reply;
  if (typeof text !== "string" || text.includes("\n")) throw new Error("a reply that nobody stored");
  return text;
}

/** Many calls that wait for no I/O, then a turn for the timer that ends the round. */
async function many(call: Call, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await call();
  await new Promise<void>((resolve) => setImmediate(resolve));
}

function besideBigValues({ get }: Client, call: Call, callers: number): Run {
  const { key } = data["5 MB"];
  return async (load) => {
    const fetchBig = async () => {
      while (load.running) {
        await get!(key);
        load.alongside++;
      }
    };
    await Promise.all([fetchBig(), repeat(call, callers, load)]);
  };
}

function check(reply: unknown, { work, data: name, batch }: Workload): void {
  if (work === "hold" || work === "crowd") return;
  const { bytes, elements } = data[name];
  const replies = work === "pipeline" || work === "lrange" ? reply as unknown[] : [reply];
  if (replies.length !== (elements ?? batch)) {
    throw new Error(`${replies.length} replies, not ${elements ?? batch}`);
  }
  const expected = work === "set" ? "OK" : valueOf(bytes);
  const wrong = replies.map(textOf).find((text) => text !== expected);
  if (wrong !== undefined) {
    throw new Error(`a reply that nobody stored: ${wrong.slice(0, 40)}`);
  }
}

/** ioredis gives each reply of a pipeline beside its error. */
function textOf(reply: unknown): string {
  const value = Array.isArray(reply) ? reply[1] : reply;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}
