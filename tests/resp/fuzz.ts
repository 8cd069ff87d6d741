/**
 * A mutation fuzzer for the decoder. Whatever the bytes are, it must come to one outcome for every cut, end with a
 * `ProtocolError` or not at all, and hold no more memory than the bytes it was given.
 *
 * ```sh
 * deno task fuzz --frames 1000000                       # also: bun or node tests/resp/fuzz.ts
 * deno task fuzz --seconds 60 --seed 7
 * ```
 *
 * A frame that fails is written to the corpus, where the tests find it from then on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ProtocolError } from "../../lib/errors.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import type { Limits } from "../../lib/resp/limits.ts";
import { defaultMapping, type Mapping, toMapping } from "../../lib/resp/mapping.ts";
import { mutate, type Random, seeded } from "./mutate.ts";
import { cut, spell } from "./support.ts";

const folder = fileURLToPath(new URL("./corpus/", import.meta.url));

/** The runtime itself and the frames of a few hundred bytes need about a third. */
const mostMebibytes = 512;

/** The frames that were found worth keeping, in a fixed order. */
export function readCorpus(): { name: string; bytes: Uint8Array }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".resp")).sort();
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(folder + name)) }));
}

/** How one frame is decoded. */
interface Setup {
  protocol: 2 | 3;
  limits: Partial<Limits>;
  mapping: Mapping;
}

const mappings: readonly Mapping[] = [
  defaultMapping,
  toMapping({ strings: "bytes", map: "map", set: "set", integer: "bigint" }),
  toMapping({ map: "pairs", integer: "string", double: "string", bigNumber: "string", verbatim: "tagged" }),
];
const limits: readonly Partial<Limits>[] = [
  {},
  { depth: 3, bulk: 64, line: 64, elements: 8, digits: 9 },
  { reply: 100 },
];

function anySetup(random: Random): Setup {
  return {
    protocol: random(4) === 0 ? 2 : 3,
    limits: limits[random(limits.length)]!,
    mapping: mappings[random(mappings.length)]!,
  };
}

/** What came of some chunks, as text that compares. */
function decode(chunks: readonly Uint8Array[], { protocol, limits, mapping }: Setup): string {
  const decoder = new Decoder({ protocol, limits });
  let outcome = "";
  try {
    for (const chunk of chunks) {
      decoder.feed(chunk);
      for (let value = decoder.read(mapping); value !== incomplete; value = decoder.read(mapping)) {
        outcome += `${decoder.kind} ${spell(value)}\n`;
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    outcome += `${error.code} at ${error.offset}: ${error.byte}\n`;
  }
  return outcome + decoder.isEmpty;
}

/** Demands the same of every cut. */
export function check(bytes: Uint8Array, setup: Setup, sizes: readonly number[]): void {
  const expected = decode([bytes], setup);
  for (const size of sizes) assert.equal(decode(cut(bytes, size), setup), expected, `in pieces of ${size}`);
}

/** When to stop, and where to begin. */
export interface FuzzOptions {
  /** Frames to break. */
  frames?: number;
  /** Seconds to go on for. */
  seconds?: number;
  /** The same seed gives the same frames. */
  seed: number;
}

/** Breaks frames until there are enough of them or time is up. Returns how many there were. */
export function fuzz({ frames = Infinity, seconds = Infinity, seed }: FuzzOptions): number {
  const corpus = readCorpus().map(({ bytes }) => bytes);
  const random = seeded(seed);
  const stop = performance.now() + seconds * 1000;
  let count = 0;
  while (count < frames && (count % 64 !== 0 || performance.now() < stop)) {
    const bytes = mutate(random, corpus);
    const setup = anySetup(random);
    try {
      check(bytes, setup, [1, 1 + random(8), 1 + random(5000)]);
    } catch (error) {
      const name = `found-${seed}-${count}.resp`;
      writeFileSync(folder + name, bytes);
      throw new Error(`${name} under ${JSON.stringify(setup)}`, { cause: error });
    }
    count++;
  }
  return count;
}

function main(): void {
  const { values } = parseArgs({
    options: { frames: { type: "string" }, seconds: { type: "string" }, seed: { type: "string" } },
  });
  const seed = Number(values.seed ?? Date.now() % 1e9);
  const options: FuzzOptions = { seed };
  if (values.seconds !== undefined) options.seconds = Number(values.seconds);
  if (values.frames !== undefined || values.seconds === undefined) options.frames = Number(values.frames ?? 1e6);
  const start = performance.now();
  const count = fuzz(options);
  const rate = count / ((performance.now() - start) / 1000);
  const memory = process.memoryUsage().rss / 2 ** 20;
  // Frames announce gigabytes all the time; that must not show.
  assert.ok(memory < mostMebibytes, `${memory.toFixed(0)} MiB are resident`);
  console.log(`seed ${seed}: ${count} frames, ${rate.toFixed(0)} per second, ${memory.toFixed(0)} MiB resident`);
}

if (import.meta.main) main();
