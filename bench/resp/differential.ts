/**
 * Decodes the same bytes with respool, redis-parser and the decoders of node-redis and ioredis, and lists where they
 * come to different results. `docs/resp.md` explains each difference.
 *
 * ```sh
 * node bench/resp/differential.ts                    # the cases that are worth showing, as a table
 * node bench/resp/differential.ts --write            # into docs/resp.md
 * node bench/resp/differential.ts --frames 100000
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
import { anyAgreedChunks, decodeOther, decodeRespool, type Outcome } from "../../tests/resp/agreed.ts";
import { readCorpus } from "../../tests/resp/fuzz.ts";
import { type Random, seeded } from "../../tests/resp/mutate.ts";
import { differences } from "./differences.ts";
import { toTable, writeBetween } from "./markdown.ts";
import { ioredis, nodeRedis, redisParser } from "./rivals.ts";

const decoders = ["respool", "redis-parser", "node-redis", "ioredis"] as const;
type Name = (typeof decoders)[number];

const marks = [
  "<!-- written by: node bench/resp/differential.ts --write -->",
  "<!-- end of what is written by it -->",
] as const;

function fail(error: unknown): never {
  throw error;
}

function decodeWith(name: Name, chunks: readonly Uint8Array[]): Outcome {
  switch (name) {
    case "respool":
      return decodeRespool(chunks);
    case "redis-parser":
      return decodeOther(({ take }) => redisParser(take, false, fail), chunks);
    case "node-redis":
      return decodeOther(
        ({ take, takePush }) => nodeRedis(take, false, takePush),
        chunks,
      );
    case "ioredis":
      return decodeOther(
        ({ take, takePush }) => ioredis(take, false, takePush),
        chunks,
      );
  }
}

function describe({ values, end }: Outcome): string {
  const all = [...values, ...(end === "" ? [] : [end])];
  const text = all.length === 0 ? "nothing" : all.join(" · ");
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}

function toDifferences(): string {
  const cell = (text: string) => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
  const rows = differences.map(({ input, name, why }) => {
    const chunks = [Buffer.from(input, "latin1")];
    const outcomes = decoders.map((decoder) => cell(describe(decodeWith(decoder, chunks))));
    return [cell(name ?? JSON.stringify(input).slice(1, -1)), ...outcomes, why];
  });
  return toTable([["bytes", ...decoders, "why"], ...rows]);
}

/** Valid frames must come out the same everywhere. Returns how many did not. */
function compareValid(frames: number, random: Random): number {
  let different = 0;
  for (let i = 0; i < frames; i++) {
    const isResp3 = i % 2 === 0;
    const chunks = anyAgreedChunks(random, isResp3);
    const ours = JSON.stringify(decodeWith("respool", chunks));
    for (const name of decoders.slice(1)) {
      if (name === "redis-parser" && isResp3) continue;
      const theirs = JSON.stringify(decodeWith(name, chunks));
      if (theirs === ours) continue;
      different++;
      console.log(
        `${name} differs on ${JSON.stringify(Buffer.concat(chunks).toString("latin1"))}`,
      );
      console.log(
        `  ours ${ours.slice(0, 200)}\n  theirs ${theirs.slice(0, 200)}`,
      );
    }
  }
  return different;
}

/** What the rivals make of the fuzzer's corpus, valid and broken, by kind of difference. */
function compareCorpus(): void {
  for (const name of decoders.slice(1)) {
    const kinds: Record<string, string[]> = {};
    for (const { name: file, bytes } of readCorpus()) {
      // What rivals allocate for a header of millions is a difference of its own.
      if (file.includes("claims-millions")) continue;
      (kinds[
        kindOf(decodeWith("respool", [bytes]), decodeWith(name, [bytes]))
      ] ??= []).push(file.replace(".resp", ""));
    }
    for (const [kind, files] of Object.entries(kinds)) {
      console.log(`${name} ${kind}: ${files.join(", ")}`);
    }
  }
}

function kindOf(ours: Outcome, theirs: Outcome): string {
  const sameValues = JSON.stringify(ours.values) === JSON.stringify(theirs.values);
  if (
    sameValues &&
    ours.end.startsWith("refuses") === theirs.end.startsWith("throws")
  ) return "agrees on";
  if (ours.end.startsWith("refuses")) return "takes what respool refuses";
  return theirs.end.startsWith("throws") ? "refuses what respool reads" : "has other values for";
}

const { values } = parseArgs({
  options: {
    frames: { type: "string" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean" },
  },
});
if (values.write) writeBetween("docs/resp.md", marks, toDifferences());
else if (values.frames === undefined) console.log(toDifferences());
else {
  const different = compareValid(
    Number(values.frames),
    seeded(Number(values.seed)),
  );
  console.log(`${values.frames} valid frames: ${different} differences`);
  compareCorpus();
  process.exitCode = different === 0 ? 0 : 1;
}
