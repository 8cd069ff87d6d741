import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { check, fuzz, readCorpus } from "./fuzz.ts";
import { mutate, seeded } from "./mutate.ts";

// One runtime does the work, the others get a taste. `deno task fuzz` goes on for as long as it is told.
const seconds = Number(process.env.FUZZ_SECONDS ?? ("Deno" in globalThis ? 8 : 1));

test("55, G26: broken frames have one outcome for any cut, and no error but a ProtocolError", {
  timeout: seconds * 1000 + 60_000,
}, () => {
  const seed = Number(process.env.FUZZ_SEED ?? 20_261_123);
  assert.ok(fuzz({ seconds, seed }) > 0);
});

test("55, G26: every frame of the corpus has one outcome for any cut", () => {
  const corpus = readCorpus();
  assert.ok(corpus.length >= 40);
  for (const { bytes } of corpus) {
    for (const protocol of [2, 3] as const) {
      const sizes = bytes.length < 500 ? [1, 2, 3, 4, 5, 7, 11, 17] : [1, 63, 4096, 5000];
      for (const limits of [{}, { reply: 50 }, { depth: 2, bulk: 5, line: 5, elements: 3, digits: 3 }]) {
        check(bytes, { protocol, limits, mapping: defaultMapping }, sizes);
      }
    }
  }
});

test("G26: the same seed breaks the same frames in the same way", () => {
  const corpus = readCorpus().map(({ bytes }) => bytes);
  const [one, other] = [seeded(7), seeded(7)];
  for (let i = 0; i < 500; i++) assert.deepStrictEqual(mutate(one, corpus), mutate(other, corpus));
});
