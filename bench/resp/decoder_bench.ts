/**
 * How long it takes to turn bytes into values, against redis-parser and the decoders of node-redis and ioredis.
 *
 * ```sh
 * deno bench -A bench/resp/decoder_bench.ts      # all tables: bench/resp/main.ts
 * ```
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { nativeText } from "../../lib/net/runtime.ts";
import { registerRows, type Row } from "./harness.ts";
import { type Feed, ioredis, nodeRedis, redisParser, type Take } from "./rivals.ts";

const encoder = new TextEncoder();
let count = 0;
let last: unknown;

const take: Take = (value) => {
  last = value;
  count++;
};

function respool(asBytes: boolean): (chunk: Uint8Array) => void {
  const decoder = new Decoder({ decodeText: nativeText() });
  const mapping = asBytes ? { ...defaultMapping, strings: "bytes" as const } : defaultMapping;
  return (chunk) => {
    decoder.feed(chunk);
    for (
      let value = decoder.read(mapping);
      value !== incomplete;
      value = decoder.read(mapping)
    ) take(value);
  };
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function repeat(times: number, make: (i: number) => string): string {
  return Array.from({ length: times }, (_, i) => make(i)).join("");
}

/** What a row is made of. */
interface RowOptions {
  /** What the best rival's time has to be over respool's. */
  goal?: number;
  /** Values that the decoders have to come to. */
  replies: number;
  /** Values that the time is divided by. */
  values?: number;
  /** Bytes of a chunk. */
  chunk?: number;
  asBytes?: boolean;
  isResp3?: boolean;
  /**
   * Chunks come as they do in a program: respool's adapters read into one buffer over and over; the rivals hold on to
   * what they were given, so their sockets allocate each chunk. Otherwise chunks are there already and may be kept.
   */
  fromSocket?: boolean;
}

/** Every contender decodes all chunks and must come to `replies` values. */
function row(work: string, text: string, options: RowOptions): Row {
  const {
    goal,
    replies,
    values = replies,
    chunk = Infinity,
    asBytes = false,
    isResp3 = false,
  } = options;
  const bytes = encoder.encode(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    chunks.push(bytes.slice(at, Math.min(at + chunk, bytes.length)));
  }
  // The rivals are made for Node's buffers; respool gets what its adapters hand it.
  const buffers = chunks.map((part) => Buffer.from(part.buffer, part.byteOffset, part.length));
  const feedAll = <T extends Uint8Array>(feed: (chunk: T) => void, parts: T[]) => () => {
    count = 0;
    for (let i = 0; i < parts.length; i++) feed(parts[i]!);
    if (count !== replies || last === undefined) {
      throw new Error(`${work}: ${count} values`);
    }
  };
  const { fromSocket = false } = options;
  const readBuffer = new Uint8Array(Math.min(chunk, bytes.length));
  const read = (part: Uint8Array) => {
    readBuffer.set(part);
    return part.length === readBuffer.length ? readBuffer : readBuffer.subarray(0, part.length);
  };
  const feed = respool(asBytes);
  const rivals: Record<string, Feed> = {
    ...(isResp3 ? {} : { "redis-parser": redisParser(take, asBytes) }),
    "node-redis": nodeRedis(take, asBytes),
    ioredis: ioredis(take, asBytes),
  };
  const contenders: Row["contenders"] = {
    respool: feedAll(fromSocket ? (part) => feed(read(part)) : feed, chunks),
  };
  for (const [name, feed] of Object.entries(rivals)) {
    contenders[name] = feedAll(
      fromSocket ? (part) => feed(Buffer.from(part)) : feed,
      buffers,
    );
  }
  return { work, values, contenders, ...(goal === undefined ? {} : { goal }) };
}

const value = (i: number) => `value:${i % 1000}`.padEnd(9, "x");
const shortBulks = repeat(1000, (i) => bulk(value(i)));
const largeBulk = bulk("0123456789abcdef".repeat(65_536));
const kilobyte = 1024;

const array = "*100000\r\n" + repeat(100_000, (i) => bulk(`item:${i}`));
const map = "%1000\r\n" +
  repeat(1000, (i) => bulk(`field:${i}`) + bulk(value(i)));
const mixed = repeat(500, (i) => `:${i * 37}\r\n+OK\r\n`);
const inLargeChunks = { replies: 1, chunk: 64 * kilobyte };
const fromSocket = { ...inLargeChunks, fromSocket: true };

/** All that no decoder can do without when the bytes are to be the caller's own. */
function floorOfBytes(): Row {
  const { contenders } = row("", largeBulk, {
    asBytes: true,
    ...inLargeChunks,
  });
  const chunks = Array.from(
    { length: 16 },
    () => new Uint8Array(64 * kilobyte).fill(48),
  );
  const copy = () => {
    const whole = new Uint8Array(16 * 64 * kilobyte);
    chunks.forEach((chunk, i) => whole.set(chunk, i * chunk.length));
    last = whole;
  };
  return {
    work: "1 MB as bytes, against one allocation and one copy alone",
    values: 1,
    contenders: { respool: contenders.respool!, "the copy": copy },
  };
}

/** The work, in the order of the table. */
export const decoderRows: readonly Row[] = [
  row("1 000 short bulk replies in one chunk", shortBulks, {
    goal: 2,
    replies: 1000,
  }),
  row("1 000 short bulk replies in 64-byte chunks", shortBulks, {
    goal: 1.5,
    replies: 1000,
    chunk: 64,
  }),
  row("integers and simple strings", mixed, { goal: 2, replies: 1000 }),
  row("array of 100 000 short bulks", array, {
    goal: 2,
    values: 100_000,
    ...inLargeChunks,
  }),
  row("1 MB bulk in 64 KB chunks, as text", largeBulk, {
    goal: 1.3,
    ...fromSocket,
  }),
  row("1 MB bulk in 64 KB chunks, as bytes", largeBulk, {
    goal: 2,
    asBytes: true,
    ...fromSocket,
  }),
  row("RESP3 map of 1 000 pairs to object", map, {
    goal: 1.5,
    replies: 1,
    values: 1000,
    isResp3: true,
  }),
  row(
    "the 1 MB as text, chunks at hand and free to keep",
    largeBulk,
    inLargeChunks,
  ),
  row("the 1 MB as bytes, chunks at hand and free to keep", largeBulk, {
    asBytes: true,
    ...inLargeChunks,
  }),
  floorOfBytes(),
  row(
    "bulk replies of 500 bytes",
    repeat(1000, () => bulk("0123456789".repeat(50))),
    { replies: 1000, chunk: 64 * kilobyte },
  ),
  row(
    "integers alone",
    repeat(1000, (i) => `:${i * 37}\r\n`),
    { replies: 1000 },
  ),
  row("simple strings alone, none of them OK", "+QUEUED\r\n".repeat(1000), {
    replies: 1000,
  }),
];

registerRows(decoderRows);
