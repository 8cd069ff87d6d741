import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { freemem } from "node:os";
import { test } from "node:test";
import { ArgumentError } from "../../lib/errors.ts";
import { type Argument, encodeCommand, Encoder } from "../../lib/resp/encoder.ts";
import { holdsAtMost, megabyte } from "./memory.ts";
import { join, toBytes } from "./support.ts";

/** The bytes that a command must be, by the definition: an array of strings with their lengths in bytes. */
function expected(...args: (string | Uint8Array)[]): Uint8Array {
  const parts = args.map((arg) => {
    const bytes = toBytes(arg);
    return join(`$${bytes.length}\r\n`, bytes, "\r\n");
  });
  return join(`*${args.length}\r\n`, ...parts);
}

function encodes(args: readonly Argument[], ...texts: (string | Uint8Array)[]): void {
  assert.deepStrictEqual(encodeCommand(args), expected(...texts));
}

function takeAll(encoder: Encoder): Uint8Array {
  return join(...encoder.take());
}

const refuse = (code: string, argument?: number) => (error: unknown) =>
  error instanceof ArgumentError && error.code === code && error.argument === argument;

test("64: lengths are lengths in bytes", () => {
  encodes(["GET", "é"], "GET", "é");
  encodes(["GET", "日本"], "GET", "日本");
  encodes(["GET", "😀"], "GET", "😀");
  for (const count of [1, 3, 9, 10, 31, 32, 33, 34, 63, 64, 65, 99, 100, 333, 334, 999, 3334]) {
    for (const unit of ["a", "é", "日", "😀"]) {
      encodes(["SET", unit.repeat(count), "b"], "SET", unit.repeat(count), "b");
    }
    encodes(["SET", "a".repeat(count) + "é"], "SET", "a".repeat(count) + "é");
  }
});

test("64, G24: lone surrogates become U+FFFD, wherever they stand", () => {
  for (const lone of ["\uD800", "\uDC00", "\uDC00\uD800"]) {
    for (const text of [lone, `a${lone}`, `${lone}a`, `${"x".repeat(100)}${lone}${"y".repeat(100)}`]) {
      const bytes = encodeCommand(["GET", text]);
      assert.deepStrictEqual(bytes, expected("GET", text.replaceAll(/[\uD800-\uDFFF]/g, "\uFFFD")));
    }
  }
});

test("65: integers are written in full, without an exponent", () => {
  encodes([1, 0, -1, -0, 2 ** 53, -(2 ** 31)], "1", "0", "-1", "0", "9007199254740992", "-2147483648");
  encodes([1e21, -1e21], "1000000000000000000000", "-1000000000000000000000");
  encodes([Number.MAX_VALUE], BigInt(Number.MAX_VALUE).toString());
  encodes([12345678901234567890n, -1n, 0n], "12345678901234567890", "-1", "0");
  encodes([10n ** 400n], "1" + "0".repeat(400));
});

test("65: fractions are written as JavaScript writes them", () => {
  encodes([1.5, 0.1, 5e-324, -2.5e-8, 1e-7], "1.5", "0.1", "5e-324", "-2.5e-8", "1e-7");
});

test("65: numbers that are not finite are refused", () => {
  for (const number of [NaN, Infinity, -Infinity]) {
    assert.throws(() => encodeCommand(["SET", "k", number]), refuse("INVALID_ARG", 2));
  }
});

test("66: bytes are exact, views with an offset and empty ones too", () => {
  const bytes = Uint8Array.of(9, 0, 255, 13, 10, 128, 9);
  encodes(["SET", bytes.subarray(1, 6), new Uint8Array(0), ""], "SET", Uint8Array.of(0, 255, 13, 10, 128), "", "");
  encodes([Buffer.from("PING")], "PING");
  encodes([""], "");
});

test("67: anything else is refused with its index, and nothing of the command is kept", () => {
  const encoder = new Encoder();
  encoder.append(["PING"]);
  const others = [undefined, null, {}, [], ["a"], Symbol("s"), () => {}, true, new Date(0), new ArrayBuffer(1)];
  for (const other of [...others, new Uint16Array(1), new String("a")]) {
    assert.throws(() => encoder.append(["SET", "k", other as string]), refuse("INVALID_ARG", 2));
    assert.throws(() => encodeCommand([other as string]), refuse("INVALID_ARG", 0));
  }
  assert.throws(() => encoder.append(new Array(2) as string[]), refuse("INVALID_ARG", 0));
  assert.deepStrictEqual(takeAll(encoder), expected("PING"));
});

test("67: a refusal never shows the argument", () => {
  for (const secret of [{ secret: "hunter2" }, Symbol("hunter2"), ["hunter2"]]) {
    assert.throws(
      () => encodeCommand(["AUTH", secret as unknown as string]),
      (error) => error instanceof Error && !error.message.includes("hunter2"),
    );
  }
});

test("68: long byte arguments are taken by reference, in order", () => {
  const first = new Uint8Array(20_000).fill(1);
  const second = new Uint8Array(megabyte).fill(2);
  const encoder = new Encoder();
  encoder.append(["SET", "a", first, "tail"]);
  encoder.append(["GET", "é"]);
  encoder.append(["SET", second, second]);
  encoder.append(["PING"]);
  assert.ok(encoder.hasPieces);
  const all = join(expected("SET", "a", first, "tail"), expected("GET", "é"), expected("SET", second, second));
  assert.equal(encoder.length, all.length + expected("PING").length);
  const pieces = encoder.take();
  assert.ok(pieces.includes(first) && pieces.includes(second));
  assert.deepStrictEqual(join(...pieces), join(all, expected("PING")));
  assert.ok(!encoder.hasPieces && encoder.length === 0);
});

test("68: the threshold is exact, and shorter arguments are copied at once", () => {
  for (const size of [16_383, 16_384, 16_385]) {
    const bytes = new Uint8Array(size).fill(7);
    const encoder = new Encoder();
    encoder.append(["SET", bytes]);
    assert.equal(encoder.hasPieces, size >= 16_384);
    if (!encoder.hasPieces) bytes.fill(8);
    assert.deepStrictEqual(takeAll(encoder), expected("SET", new Uint8Array(size).fill(7)));
    encodes(["SET", "é".repeat(size)], "SET", "é".repeat(size));
  }
});

test("68: pieces stay right when the buffer grows between them", () => {
  const encoder = new Encoder(64);
  const all: Uint8Array[] = [];
  for (let i = 0; i < 30; i++) {
    const args = ["SET", `key:${i}`, i % 3 === 0 ? new Uint8Array(17_000).fill(i) : "v".repeat(i * 50)];
    encoder.append(args);
    all.push(expected(...args));
  }
  assert.deepStrictEqual(takeAll(encoder), join(...all));
});

test("rewind takes back what came after, with its pieces, also when the buffer grew", () => {
  const encoder = new Encoder(64);
  encoder.append(["SET", "k", "v"]);
  const before = encoder.length;
  encoder.append(["SET", "a", new Uint8Array(20_000).fill(1)]);
  encoder.append(["SET", "b", "x".repeat(3000)]);
  encoder.append(["SET", "c", new Uint8Array(20_000).fill(2)]);
  encoder.rewind(before);
  assert.ok(!encoder.hasPieces && encoder.length === before);
  encoder.append(["PING"]);
  assert.deepStrictEqual(takeBytes(encoder), join(expected("SET", "k", "v"), expected("PING")));
});

test("the buffer begins with what was appended, and is used again", () => {
  const encoder = new Encoder();
  encoder.append(["GET", "a"]);
  encoder.append(["GET", "b"]);
  assert.deepStrictEqual(takeBytes(encoder), join(expected("GET", "a"), expected("GET", "b")));
  assert.equal(encoder.length, 0);
  encoder.append(["PING"]);
  assert.deepStrictEqual(takeBytes(encoder), expected("PING"));
  assert.deepStrictEqual(encoder.take(), []);
});

test("69: no command is ever inline, whatever its arguments hold", () => {
  for (const text of ["GET k", "a\r\nDEL b", "*1\r\n$4\r\nPING\r\n", "\n", " "]) encodes([text, text], text, text);
});

test("70, M10: as many arguments as Redis takes, and no more", () => {
  const args = new Array<string>(1_048_576).fill("a");
  const bytes = encodeCommand(args);
  assert.equal(bytes.length, "*1048576\r\n".length + args.length * "$1\r\na\r\n".length);
  args.push("a");
  assert.throws(() => encodeCommand(args), refuse("COMMAND_TOO_LARGE"));
});

test("M10: an empty command, and arguments longer than Redis takes", () => {
  assert.throws(() => encodeCommand([]), refuse("EMPTY_COMMAND"));
  const tooLong = new Uint8Array(512 * megabyte + 1);
  assert.throws(() => encodeCommand(["SET", "k", tooLong]), refuse("COMMAND_TOO_LARGE", 2));
  const encoder = new Encoder();
  encoder.append(["SET", "k", tooLong.subarray(1)]);
  assert.equal(encoder.take()[1]!.length, 512 * megabyte);
});

const skip = freemem() < 3e9 && "needs 3 GB of memory";
test("M10: a string whose bytes are too long is refused though its characters are not", { skip }, () => {
  const encoder = new Encoder();
  encoder.append(["PING"]);
  assert.throws(() => encoder.append(["SET", "k", "日".repeat(180_000_000)]), refuse("COMMAND_TOO_LARGE", 2));
  assert.deepStrictEqual(takeAll(encoder), expected("PING"));
});

test("an encoder gives up a large buffer that it does not need any more", () => {
  holdsAtMost(megabyte, () => {
    const encoder = new Encoder();
    for (let i = 0; i < 1000; i++) encoder.append(["SET", "k", "x".repeat(15_000)]);
    takeBytes(encoder);
    for (let i = 0; i < 2; i++) {
      encoder.append(["PING"]);
      assert.deepStrictEqual(takeBytes(encoder), expected("PING"));
    }
    return encoder;
  });
});

test("an encoder keeps a large buffer as long as it is filled", () => {
  const encoder = new Encoder();
  const fill = () => {
    for (let i = 0; i < 100; i++) encoder.append(["SET", "k", "x".repeat(15_000)]);
    const { bytes } = encoder;
    encoder.rewind(0);
    return bytes;
  };
  const first = fill();
  assert.equal(fill(), first);
});

/** What was appended, as bytes of their own. */
function takeBytes(encoder: Encoder): Uint8Array {
  const bytes = encoder.bytes.slice(0, encoder.length);
  encoder.rewind(0);
  return bytes;
}
