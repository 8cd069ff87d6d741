/**
 * Replies as the commands of the in-memory server make them, and their bytes in either protocol.
 *
 * All text here is latin1: one character per byte, so that keys and values survive whatever bytes they are.
 *
 * @module
 */
import { formatDouble } from "./numbers.ts";

/** A reply that a bare value cannot express. */
export type TaggedReply =
  | { readonly kind: "status" | "error" | "verbatim"; readonly text: string }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "map" | "set" | "pairs" | "push" | "sequence"; readonly items: readonly Reply[] }
  | { readonly kind: "nullArray" };

/** A string is a bulk string, a number or bigint an integer, an array an array. */
export type Reply = string | number | bigint | null | readonly Reply[] | TaggedReply;

/** `+OK`. */
export const ok: Reply = { kind: "status", text: "OK" };
/** The null of commands whose replies are arrays. */
export const nullArray: Reply = { kind: "nullArray" };

/** A simple string. */
export function status(text: string): Reply {
  return { kind: "status", text };
}

/** An error; `text` begins with its code. */
export function failure(text: string): Reply {
  return { kind: "error", text };
}

/** A double; a bulk string in RESP2. */
export function double(value: number): Reply {
  return { kind: "double", value };
}

/** Lines of text; a verbatim string in RESP3. */
export function verbatim(text: string): Reply {
  return { kind: "verbatim", text };
}

/** Keys and values in turn; an array in RESP2. */
export function map(items: readonly Reply[]): Reply {
  return { kind: "map", items };
}

/** A set; an array in RESP2. */
export function set(items: readonly Reply[]): Reply {
  return { kind: "set", items };
}

/** First and second halves in turn: arrays of two in RESP3, one flat array in RESP2. */
export function pairs(items: readonly Reply[]): Reply {
  return { kind: "pairs", items };
}

/** A message nobody asked for; an array in RESP2. */
export function push(items: readonly Reply[]): Reply {
  return { kind: "push", items };
}

/** Several replies to one command. */
export function sequence(items: readonly Reply[]): Reply {
  return { kind: "sequence", items };
}

/** The reply's bytes, one character each. */
export function encodeReply(reply: Reply, protocol: 2 | 3): string {
  switch (typeof reply) {
    case "string":
      return `$${reply.length}\r\n${reply}\r\n`;
    case "number":
    case "bigint":
      return `:${reply}\r\n`;
  }
  if (reply === null) return protocol === 3 ? "_\r\n" : "$-1\r\n";
  return "kind" in reply ? encodeTagged(reply, protocol) : encodeItems("*", reply, protocol);
}

function encodeTagged(reply: TaggedReply, protocol: 2 | 3): string {
  const isNew = protocol === 3;
  switch (reply.kind) {
    case "status":
      return `+${reply.text}\r\n`;
    case "error":
      return `-${reply.text.replace(/[\r\n]/g, " ")}\r\n`;
    case "nullArray":
      return isNew ? "_\r\n" : "*-1\r\n";
    case "verbatim":
      return isNew ? `=${reply.text.length + 4}\r\ntxt:${reply.text}\r\n` : encodeReply(reply.text, protocol);
    case "double":
      return isNew ? `,${formatDouble(reply.value)}\r\n` : encodeReply(formatDouble(reply.value), protocol);
    case "map":
      return isNew
        ? `%${reply.items.length / 2}\r\n${encodeAll(reply.items, protocol)}`
        : encodeItems("*", reply.items, protocol);
    case "pairs":
      return encodeItems("*", isNew ? inTwos(reply.items) : reply.items, protocol);
    case "set":
      return encodeItems(isNew ? "~" : "*", reply.items, protocol);
    case "push":
      return encodeItems(isNew ? ">" : "*", reply.items, protocol);
    case "sequence":
      return encodeAll(reply.items, protocol);
  }
}

function encodeItems(type: string, items: readonly Reply[], protocol: 2 | 3): string {
  return `${type}${items.length}\r\n${encodeAll(items, protocol)}`;
}

function encodeAll(items: readonly Reply[], protocol: 2 | 3): string {
  let text = "";
  for (const item of items) text += encodeReply(item, protocol);
  return text;
}

function inTwos(items: readonly Reply[]): Reply[] {
  const twos: Reply[] = [];
  for (let i = 0; i < items.length; i += 2) twos.push([items[i]!, items[i + 1]!]);
  return twos;
}
