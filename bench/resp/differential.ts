/**
 * Decodes the same bytes with respool, redis-parser and the decoders of node-redis and ioredis, and lists where they
 * come to different results. `docs/resp.md` explains each difference.
 *
 * ```sh
 * deno run -A bench/resp/differential.ts             # the cases that are worth showing, as a table
 * deno run -A bench/resp/differential.ts --frames 100000
 * ```
 *
 * With `--frames`, random frames that are valid for every decoder must come out the same from all of them, and the
 * fuzzer's corpus is sorted by what each makes of it. Random broken frames are not given to the rivals: some make them
 * allocate until the process dies.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { parseArgs } from "node:util";
import { RedisError } from "../../lib/errors.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { readCorpus } from "../../tests/resp/fuzz.ts";
import { type Random, seeded } from "../../tests/resp/mutate.ts";
import { differences } from "./differences.ts";
import { ioredis, nodeRedis, redisParser } from "./rivals.ts";

/** What a decoder made of some bytes: its values, and how it ended. */
export interface Outcome {
  values: string[];
  end: string;
}

const decoders = ["respool", "redis-parser", "node-redis", "ioredis"] as const;
/** A decoder by name. */
export type Name = (typeof decoders)[number];

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

function decodeRespool(chunks: readonly Buffer[]): Outcome {
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

function decodeRival(name: Name, chunks: readonly Buffer[]): Outcome {
  const values: string[] = [];
  const take = (value: unknown) => void values.push(show(value));
  const takePush = (value: unknown) => void values.push(`push ${show(value)}`);
  const fail = (error: unknown) => {
    throw error;
  };
  const feed = name === "redis-parser"
    ? redisParser(take, false, fail)
    : name === "node-redis"
    ? nodeRedis(take, false, takePush)
    : ioredis(take, false, takePush);
  try {
    for (const chunk of chunks) feed(Buffer.from(chunk));
    return { values, end: "" };
  } catch (error) {
    return { values, end: `throws ${(error as Error).name}` };
  }
}

/** What the decoder makes of the chunks. */
export function outcome(name: Name, chunks: readonly Buffer[]): Outcome {
  return name === "respool" ? decodeRespool(chunks) : decodeRival(name, chunks);
}

function describe({ values, end }: Outcome): string {
  const all = [...values, ...(end === "" ? [] : [end])];
  const text = all.length === 0 ? "nothing" : all.join(" · ");
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}

function printDifferences(): void {
  const cell = (text: string) => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
  console.log(`| bytes | ${decoders.join(" | ")} | why |\n| ${"--- | ".repeat(decoders.length + 2).trim()}`);
  for (const { input, name, why } of differences) {
    const chunks = [Buffer.from(input, "latin1")];
    const outcomes = decoders.map((decoder) => cell(describe(outcome(decoder, chunks))));
    console.log(`| ${cell(name ?? JSON.stringify(input).slice(1, -1))} | ${outcomes.join(" | ")} | ${why} |`);
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

function cutAnywhere(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random(random(3) === 0 ? bytes.length : 40);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Valid frames must come out the same everywhere. Returns how many did not. */
function compareValid(frames: number, random: Random): number {
  let different = 0;
  for (let i = 0; i < frames; i++) {
    const isResp3 = i % 2 === 0;
    const bytes = Buffer.from(Array.from({ length: 1 + random(4) }, () => anyAgreed(random, isResp3, 0)).join(""));
    const chunks = random(2) === 0 ? [bytes] : cutAnywhere(bytes, random);
    const ours = describeFully(outcome("respool", chunks));
    for (const name of decoders.slice(1)) {
      if (name === "redis-parser" && isResp3) continue;
      const theirs = describeFully(outcome(name, chunks));
      if (theirs === ours) continue;
      different++;
      console.log(`${name} differs on ${JSON.stringify(bytes.toString("latin1"))} in ${chunks.map((c) => c.length)}`);
      console.log(`  ours ${ours.slice(0, 200)}\n  theirs ${theirs.slice(0, 200)}`);
    }
  }
  return different;
}

function describeFully({ values, end }: Outcome): string {
  return JSON.stringify([values, end]);
}

/** What the rivals make of the fuzzer's corpus, valid and broken, by kind of difference. */
function compareCorpus(): void {
  for (const name of decoders.slice(1)) {
    const kinds: Record<string, string[]> = {};
    for (const { name: file, bytes } of readCorpus()) {
      // What rivals allocate for a header of millions is a difference of its own.
      if (file.includes("claims-millions")) continue;
      const chunks = [Buffer.from(bytes)];
      (kinds[kindOf(outcome("respool", chunks), outcome(name, chunks))] ??= []).push(file.replace(".resp", ""));
    }
    for (const [kind, files] of Object.entries(kinds)) {
      console.log(`${name} ${kind}: ${files.join(", ")}`);
    }
  }
}

function kindOf(ours: Outcome, theirs: Outcome): string {
  const sameValues = JSON.stringify(ours.values) === JSON.stringify(theirs.values);
  if (sameValues && ours.end.startsWith("refuses") === theirs.end.startsWith("throws")) return "agrees on";
  if (ours.end.startsWith("refuses")) return "takes what respool refuses";
  return theirs.end.startsWith("throws") ? "refuses what respool reads" : "has other values for";
}

const { values } = parseArgs({
  options: {
    frames: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
if (values.frames === undefined) printDifferences();
else {
  const random = seeded(Number(values.seed));
  const different = compareValid(Number(values.frames), random);
  console.log(`${values.frames} valid frames: ${different} differences`);
  compareCorpus();
  process.exitCode = different === 0 ? 0 : 1;
}
