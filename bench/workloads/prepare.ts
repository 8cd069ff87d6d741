/**
 * Brings a client and a workload together.
 *
 * @module
 */
import type { Client } from "../clients/client.ts";
import { data, valueOf } from "./data.ts";
import { type Load, repeat } from "./load.ts";
import type { Workload } from "./workload.ts";

/** Says what a client that lacks something was asked for. */
export class NotSupported extends Error {}

/** Gives the work of one round, after one call whose reply was looked at: nothing that is wrong is measured. */
export async function prepare(
  client: Client,
  workload: Workload,
): Promise<(load: Load) => Promise<void>> {
  const driven = client.drive?.(workload);
  if (driven !== undefined) return driven;
  const call = callOf(client, workload);
  check(await call(), workload);
  return repeat(call, workload.callers);
}

function callOf(
  client: Client,
  { work, data: name, batch }: Workload,
): () => Promise<unknown> {
  const { key } = data[name];
  if (work === "get" && client.get) {
    const get = client.get;
    return () => get(key);
  }
  if (work === "pipeline" && client.getMany) {
    const getMany = client.getMany;
    return () => getMany(key, batch);
  }
  throw new NotSupported(`it has no ${work}`);
}

function check(reply: unknown, { work, data: name, batch }: Workload): void {
  const replies = work === "pipeline" ? reply as unknown[] : [reply];
  if (replies.length !== batch) {
    throw new Error(`${replies.length} replies to ${batch} commands`);
  }
  const expected = valueOf(data[name].bytes);
  // ioredis gives each reply of a pipeline beside its error.
  const wrong = replies.map((one) => Array.isArray(one) ? one[1] : one).find((
    one,
  ) => String(one) !== expected);
  if (wrong !== undefined) {
    throw new Error(
      `a reply that nobody stored: ${String(wrong).slice(0, 40)}`,
    );
  }
}
