// Random values through encoder and decoder, at random cuts. The fuzzer next door does the same with broken ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Argument, encodeCommand } from "../../lib/resp/encoder.ts";
import { type Arbitrary, fastCheck, skip } from "./fast_check.ts";
import { decode, join, plain, toBytes } from "./support.ts";

const fc = fastCheck!;

/** A value on the wire, and what the decoder makes of it. */
interface Sample {
  wire: Uint8Array;
  value: unknown;
}

const sample = (value: unknown, ...wire: (string | Uint8Array)[]): Sample => ({ wire: join(...wire), value });
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function bulk(bytes: Uint8Array): Sample {
  return sample(utf8.decode(bytes), `$${bytes.length}\r\n`, bytes, "\r\n");
}

function integer(value: bigint): Sample {
  return sample(Number.isSafeInteger(Number(value)) ? Number(value) : value, `:${value}\r\n`);
}

/** A bulk string in parts. */
function streamed(parts: Uint8Array[]): Sample {
  const chunks = parts.filter((part) => part.length > 0).map((part) => join(`;${part.length}\r\n`, part, "\r\n"));
  return sample(utf8.decode(join(...parts)), "$?\r\n", ...chunks, ";0\r\n");
}

const line = () => fc.string({ unit: "grapheme", maxLength: 90 }).filter((text) => !/[\r\n]/.test(text));

function scalars(): Arbitrary<Sample>[] {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 4000, maxLength: 4200 }));
  return [
    bytes.map(bulk),
    fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => bulk(toBytes(text))),
    fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 4 }).map(streamed),
    line().map((text) => sample(text, "+", text, "\r\n")),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(integer),
    fc.maxSafeInteger().map((value) => integer(BigInt(value))),
    fc
      .double()
      .map((value) =>
        sample(
          value,
          `,${
            Number.isNaN(value) ? "nan" : Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf")
          }\r\n`,
        )
      ),
    fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }).map((value) => sample(value, `(${value}\r\n`)),
    fc.boolean().map((value) => sample(value, `#${value ? "t" : "f"}\r\n`)),
    fc.constantFrom(sample(null, "_\r\n"), sample(null, "$-1\r\n"), sample(null, "*-1\r\n")),
    line().map((text) => sample(text, `=${toBytes(text).length + 4}\r\ntxt:`, text, "\r\n")),
    fc.constant(sample({ error: "ERR", message: "ERR no" }, "-ERR no\r\n")),
    fc.constant(sample({ error: "ERR", message: "ERR no" }, "!6\r\nERR no\r\n")),
  ];
}

const wires = (samples: Sample[]) => samples.map(({ wire }) => wire);
const values = (samples: Sample[]) => samples.map(({ value }) => value);

function object(pairs: [string, Sample][]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, { value }] of pairs) {
    Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return result;
}

function map(pairs: [string, Sample][], isStreamed: boolean): Sample {
  const content = pairs.flatMap(([key, { wire }]) => [bulk(toBytes(key)).wire, wire]);
  const value = object(pairs.map(([key, item]) => [toBytes(key).length === 0 ? "" : utf8.decode(toBytes(key)), item]));
  return isStreamed ? sample(value, "%?\r\n", ...content, ".\r\n") : sample(value, `%${pairs.length}\r\n`, ...content);
}

function list(type: string, items: Sample[], isStreamed: boolean): Sample {
  const value = values(items);
  return isStreamed
    ? sample(value, `${type}?\r\n`, ...wires(items), ".\r\n")
    : sample(value, `${type}${items.length}\r\n`, ...wires(items));
}

/** A value of RESP3, of any type, aggregates within aggregates. */
function anyValue(): Arbitrary<Sample> {
  return fc.letrec<Sample>((tie) => {
    const items = fc.array(tie("value"), { maxLength: 5 });
    const key = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom("__proto__", "constructor", "1", ""));
    const pairs = fc.array(fc.tuple(key, tie("value")), { maxLength: 5 });
    const attributed = fc
      .tuple(pairs, tie("value"))
      .map(([attributes, { wire, value }]) => sample(value, join("|", map(attributes, false).wire.subarray(1)), wire));
    const aggregates = [
      fc.tuple(items, fc.boolean()).map(([list_, isStreamed]) => list("*", list_, isStreamed)),
      fc.tuple(items, fc.boolean()).map(([list_, isStreamed]) => list("~", list_, isStreamed)),
      fc.tuple(pairs, fc.boolean()).map(([pairs_, isStreamed]) => map(pairs_, isStreamed)),
      attributed,
    ];
    return { value: fc.oneof(...scalars(), ...aggregates) };
  }).value!;
}

const isError = (value: unknown) =>
  typeof value === "object" && value !== null && "error" in value && "message" in value;

/** A stream of replies and pushes, as bytes and as what `read` says of them. */
function anyStream(): Arbitrary<{ wire: Uint8Array; values: [string, unknown][] }> {
  const reply = anyValue().map(({ wire, value }) => ({ wire, kind: isError(value) ? "error" : "reply", value }));
  const push = fc.array(anyValue(), { maxLength: 3 }).map((items) => ({
    wire: join(`>${items.length + 1}\r\n+event\r\n`, ...wires(items)),
    kind: "push",
    value: ["event", ...values(items)] as unknown,
  }));
  return fc.array(fc.oneof(reply, reply, push), { maxLength: 5 }).map((replies) => ({
    wire: join(...replies.map(({ wire }) => wire)),
    values: replies.map(({ kind, value }) => [kind, plain(value)] as [string, unknown]),
  }));
}

/** Cuts bytes into pieces of these sizes, over and over. */
function cutBy(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length]!;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const anyCut = () =>
  fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })), { maxLength: 6 });

test("51: random values come out of random cuts as they went in", { skip }, () => {
  fc.assert(
    fc.property(anyStream(), anyCut(), (stream, sizes) => {
      const { values, error, isEmpty } = decode(cutBy(stream.wire, sizes));
      assert.deepStrictEqual(values, stream.values);
      assert.deepStrictEqual([error, isEmpty], [undefined, true]);
    }),
    { numRuns: 800 },
  );
});

test("50: no strict prefix of a value is a value", { skip }, () => {
  fc.assert(
    fc.property(anyValue(), fc.integer({ min: 0, max: 100_000 }), ({ wire }, at) => {
      const { values, error, isEmpty } = decode([wire.subarray(0, at % wire.length)]);
      assert.deepStrictEqual({ values, error }, { values: [], error: undefined });
      assert.equal(isEmpty, at % wire.length === 0);
    }),
    { numRuns: 800 },
  );
});

test("51: any bytes have one outcome, whatever the cut", { skip }, () => {
  const pieces = fc.constantFrom(
    "$",
    "*",
    "%",
    ":",
    "+",
    "-",
    "\r\n",
    "\r",
    "\n",
    "?",
    ".",
    ";",
    "1",
    "0",
    "-1",
    "#t",
    "_",
    ",",
    ">",
    "|",
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => join(...parts)),
  );
  fc.assert(
    fc.property(bytes, anyCut(), fc.constantFrom(2 as const, 3 as const), (input, sizes, protocol) => {
      assert.deepStrictEqual(decode(cutBy(input, sizes), { protocol }), decode([input], { protocol }));
    }),
    { numRuns: 3000 },
  );
});

test("51, 64: what a command was made of is what the server reads", { skip }, () => {
  const argument = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.uint8Array({ maxLength: 100 }),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  );
  fc.assert(
    fc.property(
      fc.array<Argument>(argument as Arbitrary<Argument>, { minLength: 1, maxLength: 40 }),
      anyCut(),
      (args, sizes) => {
        const setup = { protocol: 2, replies: { strings: "bytes" } } as const;
        const { values, isEmpty } = decode(cutBy(encodeCommand(args), sizes), setup);
        const expected = args.map((arg) => (arg instanceof Uint8Array ? new Uint8Array(arg) : toBytes(String(arg))));
        assert.deepStrictEqual([values, isEmpty], [[["reply", expected]], true]);
      },
    ),
    { numRuns: 800 },
  );
});

test("65: numbers are written so that they can be read back", { skip }, () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const { values } = decode([encodeCommand([number])]);
      const [text] = values[0]![1] as [string];
      assert.equal(Number(text), number === 0 ? 0 : number);
      if (Number.isInteger(number)) assert.match(text, /^-?\d+$/);
    }),
    { numRuns: 2000 },
  );
});
