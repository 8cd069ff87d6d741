/**
 * Random replies on which all decoders have to agree, and what came of them in a form that compares.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { RedisError } from "../../lib/errors.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import type { Random } from "./mutate.ts";

/** What a decoder made of some bytes: its values, and how it ended. */
export interface Outcome {
  /** Each value as text. */
  values: string[];
  /** What it refused or threw; empty when it did neither. */
  end: string;
}

/** What other decoders have in common: they call back. */
export interface Callbacks {
  /** Takes a reply, and an error that is one. */
  take: (value: unknown) => void;
  /** Takes a push. */
  takePush: (value: unknown) => void;
}

/** A value as text that compares across decoders. */
export function show(value: unknown): string {
  if (typeof value === "string" || value instanceof String) {
    return JSON.stringify(String(value));
  }
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (value instanceof RedisError && value.name === "DecodeError") {
    return `refused: ${value.code}`;
  }
  if (value instanceof Error) return `Error(${JSON.stringify(value.message)})`;
  if (value instanceof Uint8Array) {
    return `bytes ${show(Buffer.from(value).toString())}`;
  }
  if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
  if (value === null || typeof value !== "object") return String(value);
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${show(item)}`);
  return `{${pairs.join(", ")}}`;
}

/** What respool makes of the chunks. */
export function decodeRespool(chunks: readonly Uint8Array[]): Outcome {
  const values: string[] = [];
  try {
    const decoder = new Decoder();
    for (const chunk of chunks) {
      decoder.feed(chunk);
      for (let value = decoder.read(); value !== incomplete; value = decoder.read()) {
        values.push(decoder.kind === "push" ? `push ${show(value)}` : show(value));
      }
    }
    return { values, end: "" };
  } catch (error) {
    return { values, end: `refuses: ${(error as RedisError).code}` };
  }
}

/** What another decoder makes of the chunks; `open` starts it and returns how it is fed. */
export function decodeOther(
  open: (callbacks: Callbacks) => (chunk: Buffer) => void,
  chunks: readonly Uint8Array[],
): Outcome {
  const values: string[] = [];
  const feed = open({
    take: (value) => void values.push(show(value)),
    takePush: (value) => void values.push(`push ${show(value)}`),
  });
  try {
    for (const chunk of chunks) feed(Buffer.from(chunk));
    return { values, end: "" };
  } catch (error) {
    return { values, end: `throws ${(error as Error).name}` };
  }
}

/** A value that every decoder has to agree on. */
function anyAgreed(random: Random, isResp3: boolean, depth: number): string {
  const text = () => "aé日".repeat(random(12)).slice(0, random(20));
  const bulk = (value: string) => `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
  const choices: (() => string)[] = [
    () => bulk(text()),
    () => bulk("x".repeat(random(3000))),
    () => `+${text()}\r\n`,
    () => `:${random(2) === 0 ? "-" : ""}${1 + random(2 ** 31)}\r\n`,
    () => "$-1\r\n",
    () => "*-1\r\n",
    () => `-ERR ${text()}\r\n`,
    () => "*0\r\n",
  ];
  if (isResp3) {
    choices.push(
      () => "_\r\n",
      () => `#${random(2) === 0 ? "t" : "f"}\r\n`,
      () => `,${random(1000)}.${5 * random(2)}\r\n`,
      () => `(${"9".repeat(20 + random(20))}\r\n`,
      () => `=${4 + Buffer.byteLength("text")}\r\ntxt:text\r\n`,
    );
  }
  if (depth < 4) {
    const items = (count: number) =>
      Array.from({ length: count }, () => anyAgreed(random, isResp3, depth + 1)).join("");
    choices.push(() => {
      const count = random(6);
      return `*${count}\r\n${items(count)}`;
    });
    if (isResp3) {
      choices.push(
        () => {
          const count = random(6);
          return `~${count}\r\n${items(count)}`;
        },
        () => {
          const count = random(6);
          return `%${count}\r\n${Array.from({ length: count }, (_, i) => bulk(`key:${i}`) + items(1)).join("")}`;
        },
      );
    }
  }
  return choices[random(choices.length)]!();
}

/** The bytes in chunks of any size. */
function cutAnywhere(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random(random(3) === 0 ? bytes.length : 40);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** A few replies in a row on which every decoder has to agree, in chunks. */
export function anyAgreedChunks(random: Random, isResp3: boolean): Buffer[] {
  const frames = Array.from({ length: 1 + random(4) }, () => anyAgreed(random, isResp3, 0));
  const bytes = Buffer.from(frames.join(""));
  return random(2) === 0 ? [bytes] : cutAnywhere(bytes, random);
}
