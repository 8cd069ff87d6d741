/**
 * What a bare socket says at a workload and how many bytes come back: known beforehand, so that nobody has to read them.
 *
 * @module
 */
import { data, valueOf, writtenKey } from "../workloads/data.ts";
import type { Workload } from "../workloads/workload.ts";

/** One call on the wire; all ASCII. */
export interface Exchange {
  readonly request: string;
  readonly replyBytes: number;
}

/** The exchange of a workload, if it is the same for each call. */
export function exchangeOf({ work, data: name, batch }: Workload): Exchange | undefined {
  const { key, bytes, elements = 0 } = data[name];
  switch (work) {
    case "get":
    case "get-bytes":
      return { request: command("GET", key), replyBytes: bulkLength(bytes) };
    case "pipeline":
      return { request: command("GET", key).repeat(batch), replyBytes: bulkLength(bytes) * batch };
    case "set":
      return { request: command("SET", writtenKey, valueOf(bytes)), replyBytes: "+OK\r\n".length };
    case "lrange":
      return {
        request: command("LRANGE", key, "0", "-1"),
        replyBytes: `*${elements}\r\n`.length + bulkLength(bytes) * elements,
      };
    default:
      return undefined;
  }
}

function command(...words: string[]): string {
  return `*${words.length}\r\n` + words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
}

function bulkLength(bytes: number): number {
  return `$${bytes}\r\n\r\n`.length + bytes;
}
