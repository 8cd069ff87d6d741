/**
 * How long it takes to turn commands into bytes, against the encoders of node-redis and ioredis.
 *
 * What they make are strings, which their sockets turn into bytes later. Here that is done at once, by the cheapest
 * call their runtime has for it, because bytes are what every encoder is for; "strings only" leaves it out.
 *
 * ```sh
 * deno bench -A bench/resp/encoder_bench.ts      # all tables: bench/resp/main.ts
 * ```
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Encoder } from "../../lib/resp/encoder.ts";
import { registerRows, type Row } from "./harness.ts";
import { type Encoded, ioredisEncoder, nodeRedisEncoder } from "./rivals.ts";

type Args = [string, ...(string | Buffer)[]];

/** Commands per call, as a turn of a busy connection has them. */
const batch = 100;
const target = Buffer.alloc(1_048_576);
let sink: unknown;

function respool(args: Args): () => void {
  const encoder = new Encoder();
  return () => {
    for (let i = 0; i < batch; i++) encoder.append(args);
    if (encoder.hasPieces) sink = encoder.take();
    else encoder.rewind(0);
  };
}

function rival(encode: () => Encoded): () => void {
  return () => {
    let at = 0;
    for (let i = 0; i < batch; i++) {
      const encoded = encode();
      if (typeof encoded === "string") at += target.write(encoded, at);
      else if (Array.isArray(encoded)) {
        for (const part of encoded) {
          if (typeof part === "string") at += target.write(part, at);
        }
      } else sink = encoded;
    }
    sink = at;
  };
}

function stringsOnly(encode: () => Encoded): () => void {
  return () => {
    for (let i = 0; i < batch; i++) sink = encode();
  };
}

function row(work: string, args: Args): Row {
  return {
    work: `encode ${work}`,
    goal: 2,
    values: batch,
    contenders: {
      respool: respool(args),
      "node-redis": rival(nodeRedisEncoder(args)),
      ioredis: rival(ioredisEncoder(args)),
    },
  };
}

function rowOfStrings(work: string, args: Args): Row {
  return {
    work: `encode ${work}, rivals' strings only`,
    values: batch,
    contenders: {
      respool: respool(args),
      "node-redis": stringsOnly(nodeRedisEncoder(args)),
      ioredis: stringsOnly(ioredisEncoder(args)),
    },
  };
}

const get: Args = ["GET", "key:1"];
const set: Args = ["SET", "key:1", "value:1xx"];
const mset: Args = ["MSET"];
for (let i = 0; i < 100; i++) mset.push(`key:${i}`, `value:${i}`);

/** The work, in the order of the table. */
export const encoderRows: readonly Row[] = [
  row("GET k", get),
  row("SET k v", set),
  row("MSET of 100", mset),
  {
    work: "encode a 1 MB byte argument, against one of 128 KB: nothing is copied",
    goal: 0.9,
    values: batch,
    contenders: {
      respool: respool(["SET", "key:1", Buffer.alloc(1_048_576)]),
      "respool, 128 KB": respool(["SET", "key:1", Buffer.alloc(131_072)]),
    },
  },
  row("SET of 1 000 characters", ["SET", "key:1", "0123456789".repeat(100)]),
  row("SET of 10 000 characters", ["SET", "key:1", "0123456789".repeat(1000)]),
  rowOfStrings("GET k", get),
  rowOfStrings("SET k v", set),
  rowOfStrings("MSET of 100", mset),
];

registerRows(encoderRows);
if (sink === null) throw new Error("the work was left out");
