// Another decoder on the same replies. `bench/resp/differential.ts` does it with more of them and more rivals.
import assert from "node:assert/strict";
import type { Buffer } from "node:buffer";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { findTool } from "../support/tools.ts";
import { anyAgreedChunks, type Callbacks, decodeOther, decodeRespool } from "./agreed.ts";
import { seeded } from "./mutate.ts";

interface Other {
  Decoder: new (config: Record<string, unknown>) => { write(chunk: Buffer): void };
}

const modules = findTool("ioredis");
const skip = modules === undefined && "ioredis was not fetched";

function open({ take, takePush }: Callbacks): (chunk: Buffer) => void {
  const { Decoder } = createRequire(join(modules!, "..", "index.js"))("ioredis/built/resp/decoder") as Other;
  const decoder = new Decoder({ onReply: take, onErrorReply: take, onPush: takePush, getTypeMapping: () => ({}) });
  return (chunk) => decoder.write(chunk);
}

test("G27: another decoder reads the same values out of valid replies, however they are cut", { skip }, () => {
  const random = seeded(27);
  for (let i = 0; i < 1000; i++) {
    const chunks = anyAgreedChunks(random, i % 2 === 0);
    assert.deepStrictEqual(decodeRespool(chunks), decodeOther(open, chunks));
  }
});
