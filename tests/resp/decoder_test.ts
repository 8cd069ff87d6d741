// Numbers at the front of a name are the case of the conformance list that it shows.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { ReplyError } from "../../lib/errors.ts";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import type { Limits } from "../../lib/resp/limits.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { decode, decodeEveryWay, join, reads, readsInBoth, toBytes } from "./support.ts";

const failure = (code: string, message: string) => ({ error: code, message });

test("M02: a limit that is undefined is the usual one, and what is no number is refused by its name", () => {
  const decoder = new Decoder({ limits: { depth: undefined, bulk: undefined } as object as Partial<Limits> });
  decoder.feed(toBytes("*1\r\n".repeat(129)));
  assert.throws(() => decoder.read(), { code: "DEPTH_LIMIT" });
  for (const depth of [NaN, -1, "many"]) {
    const expected = { name: "ArgumentError", code: "INVALID_OPTION", argument: "limits.depth" };
    assert.throws(() => new Decoder({ limits: { depth } as object as Partial<Limits> }), expected);
  }
});

test("6: a simple string may be cut between CR and LF", () => {
  readsInBoth("+OK\r\n", "OK");
  readsInBoth("+\r\n", "");
  readsInBoth("+é and 日本\r\n", "é and 日本");
});

test("32: nothing is returned before the line end is all there", () => {
  for (const input of ["+OK\r\n", ":12\r\n", "-ERR no\r\n", "$2\r\nab\r\n", "*1\r\n:1\r\n", "_\r\n", ",1.5\r\n"]) {
    const decoder = new Decoder();
    const bytes = toBytes(input);
    for (let i = 0; i < bytes.length; i++) {
      assert.equal(decoder.read(), incomplete, `${i} bytes of ${JSON.stringify(input)}`);
      decoder.feed(bytes.subarray(i, i + 1));
    }
    assert.notEqual(decoder.read(), incomplete, JSON.stringify(input));
    assert.equal(decoder.isEmpty, true);
  }
});

test("G22: nothing in RESP tells whose a reply is, so an extra one is read like any other", () => {
  readsInBoth("+OK\r\n", "OK");
  assert.deepStrictEqual(decodeEveryWay("+OK\r\n+OK\r\n:1\r\n").values, [
    ["reply", "OK"],
    ["reply", "OK"],
    ["reply", 1],
  ]);
});

test("26: an error reply is a value of its own kind, not an exception", () => {
  readsInBoth("-ERR unknown command\r\n", failure("ERR", "ERR unknown command"), {}, "error");
  readsInBoth("-WRONGTYPE\r\n", failure("WRONGTYPE", "WRONGTYPE"), {}, "error");
  readsInBoth("-\r\n", failure("ERR", ""), {}, "error");
});

test("3: integers are exact up to the edges of 64 bits", () => {
  for (const text of ["9223372036854775807", "-9223372036854775808", "9007199254740992", "-9007199254740993"]) {
    readsInBoth(`:${text}\r\n`, BigInt(text));
  }
  readsInBoth(":9007199254740991\r\n", Number.MAX_SAFE_INTEGER);
  readsInBoth(":-9007199254740991\r\n", Number.MIN_SAFE_INTEGER);
  for (const number of [0, 1, -1, 9, 10, 123, 99999, 2 ** 31, -(2 ** 31) - 1, 1e15]) {
    readsInBoth(`:${number}\r\n`, number);
  }
});

test("G05: signs, leading zeros and minus zero are integers", () => {
  readsInBoth(":+7\r\n", 7);
  readsInBoth(":-0\r\n", 0);
  readsInBoth(":+0\r\n", 0);
  readsInBoth(":007\r\n", 7);
  readsInBoth(":-007\r\n", -7);
  readsInBoth(`:${"0".repeat(40)}5\r\n`, 5);
});

test("31: bulk strings, empty and null ones", () => {
  readsInBoth("$5\r\nhello\r\n", "hello");
  readsInBoth("$0\r\n\r\n", "");
  readsInBoth("$-1\r\n", null);
  readsInBoth("*0\r\n", []);
  readsInBoth("*-1\r\n", null);
  readsInBoth("*2\r\n$-1\r\n*-1\r\n", [null, null]);
});

test("27: CR and LF inside a bulk string are content", () => {
  readsInBoth("$4\r\n\r\n\r\n\r\n", "\r\n\r\n");
  readsInBoth("$9\r\nfoo\r\nbar\n\r\n", "foo\r\nbar\n");
  readsInBoth("$6\r\n+OK\r\n:\r\n", "+OK\r\n:");
});

test("28: characters of two to four bytes may be cut anywhere", () => {
  for (
    const text of [
      "äöü",
      "日本語",
      "𝄞😀",
      "a\u0000b",
      "\uFEFFstarts with a byte order mark",
      "x".repeat(70) + "é",
    ]
  ) {
    readsInBoth(join(`$${toBytes(text).length}\r\n`, text, "\r\n"), text);
  }
});

test("G24: bytes that are not UTF-8 become U+FFFD as text and stay exact as bytes", () => {
  const content = Uint8Array.of(97, 0xff, 98, 0xe2, 0x82, 99, 0xc3, 0, 0xed, 0xa0, 0x80);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
  for (const bytes of [join("+", content, "\r\n"), join("$11\r\n", content, "\r\n")]) {
    readsInBoth(bytes, text);
    readsInBoth(bytes, content, { replies: { strings: "bytes" } });
  }
  reads(join("=15\r\ntxt:", content, "\r\n"), text);
  reads(join("=15\r\ntxt:", content, "\r\n"), content, { replies: { strings: "bytes" } });
  readsInBoth(join("-ERR ", Uint8Array.of(0xff), "\r\n"), failure("ERR", "ERR \uFFFD"), {}, "error");
  reads(join("!5\r\nERR ", Uint8Array.of(0xff), "\r\n"), failure("ERR", "ERR \uFFFD"), {}, "error");
});

test("29: arrays of different types, nested, over any chunks", () => {
  readsInBoth("*5\r\n:1\r\n$1\r\na\r\n+b\r\n*2\r\n:2\r\n*1\r\n$0\r\n\r\n*0\r\n", [1, "a", "b", [2, [""]], []]);
  readsInBoth("*3\r\n*1\r\n:1\r\n*1\r\n:2\r\n*1\r\n:3\r\n", [[1], [2], [3]]);
});

test("30, G16: an error inside an array is one of its values", () => {
  readsInBoth("*2\r\n-ERR a\r\n:1\r\n", [failure("ERR", "ERR a"), 1]);
  reads("*1\r\n!5\r\nERR a\r\n", [failure("ERR", "ERR a")]);
  const decoder = new Decoder();
  decoder.feed(toBytes("*1\r\n-ERR a\r\n"));
  const value = decoder.read() as unknown[];
  assert.equal(decoder.kind, "reply");
  assert.ok(value[0] instanceof ReplyError);
});

test("41: an error inside an array leaves the decoder usable", () => {
  const { values } = decodeEveryWay("*3\r\n+OK\r\n-LOADING server is loading\r\n+OK\r\n+next\r\n");
  const loading = failure("LOADING", "LOADING server is loading");
  assert.deepStrictEqual(values, [
    ["reply", ["OK", loading, "OK"]],
    ["reply", "next"],
  ]);
});

test("7: an empty array is an array of its own", () => {
  const decoder = new Decoder();
  decoder.feed(toBytes("*0\r\n*0\r\n"));
  assert.notEqual(decoder.read(), decoder.read());
});

test("8: a verbatim string is its text, or text with its format", () => {
  reads("=10\r\ntxt:LOLWUT\r\n", "LOLWUT");
  reads("=4\r\nmkd:\r\n", "");
  reads("=10\r\ntxt:LOLWUT\r\n", { format: "txt", text: "LOLWUT" }, { replies: { verbatim: "tagged" } });
  reads(
    "=6\r\ntxt:ab\r\n",
    { format: "txt", text: toBytes("ab") },
    {
      replies: { verbatim: "tagged", strings: "bytes" },
    },
  );
});

test("10: doubles, infinities and not-a-number", () => {
  reads(",3.14159265358979323846\r\n", 3.14159265358979323846);
  reads(",inf\r\n", Infinity);
  reads(",+inf\r\n", Infinity);
  reads(",-inf\r\n", -Infinity);
  reads(",nan\r\n", NaN);
  reads(",-nan\r\n", NaN);
  reads(",NaN\r\n", NaN);
});

test("11, 35: doubles round-trip bit for bit", () => {
  const numbers = ["0", "-0", "1.5", "1e308", "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308"];
  numbers.push("0.3", "99.99", "12345.6789", "0.30000000000000004", "9007199254740993", "123456789012345678");
  numbers.push("0.1", "1.1", "100.001", "4.35", "1.005", "0.000001", "1e22", "1e23", "8.41e21", "123456789.123456789");
  for (const text of numbers) {
    reads(`,${text}\r\n`, Number(text));
    if (!text.startsWith("-")) reads(`,-${text}\r\n`, -Number(text));
  }
});

test("44: doubles with exponents and signs", () => {
  for (const text of ["2.67923e+8", "2.1E-2", "1.2", "+1.5", "1.", ".5", "-.5", "10", "1e3", "00.50"]) {
    reads(`,${text}\r\n`, Number(text));
  }
});

test("20: doubles in an array", () => {
  reads("*3\r\n,1.5\r\n,-inf\r\n,0\r\n", [1.5, -Infinity, 0]);
});

test("13: null", () => {
  reads("_\r\n", null);
});

test("14: booleans", () => {
  reads("#t\r\n", true);
  reads("#f\r\n", false);
});

test("19: big numbers of any length", () => {
  for (const text of ["3492890328409238509324850943850943825024385", "0", "-1", "1", `-${"9".repeat(400)}`]) {
    reads(`(${text}\r\n`, BigInt(text));
  }
  reads("(+12\r\n", 12n);
  reads("(007\r\n", 7n);
});

test("G10: a big number of five thousand digits", () => {
  const text = "7".repeat(5000);
  const { values, error } = decode([toBytes(`(${text}\r\n`)]);
  assert.equal(error, undefined);
  assert.deepStrictEqual(values, [["reply", BigInt(text)]]);
});

test("42: a bulk error is an error reply", () => {
  reads("!21\r\nSYNTAX invalid syntax\r\n", failure("SYNTAX", "SYNTAX invalid syntax"), {}, "error");
  reads("!0\r\n\r\n", failure("ERR", ""), {}, "error");
});

test("15: a map is an object", () => {
  reads("%2\r\n+first\r\n:123\r\n$6\r\nsecond\r\n#t\r\n", { first: 123, second: true });
  reads("%0\r\n", {});
});

test("18: a set is an array", () => {
  reads("~5\r\n+orange\r\n+apple\r\n#f\r\n:100\r\n:999\r\n", ["orange", "apple", false, 100, 999]);
  reads("~0\r\n", []);
});

test("56: the reply of HELLO, and aggregates that are empty deep down", () => {
  const pairs = "+server\r\n+redis\r\n+version\r\n+7.2\r\n+proto\r\n:3\r\n+id\r\n:7\r\n+mode\r\n+standalone\r\n" +
    "+role\r\n+master\r\n+modules\r\n*0\r\n";
  reads(`%7\r\n${pairs}`, {
    server: "redis",
    version: "7.2",
    proto: 3,
    id: 7,
    mode: "standalone",
    role: "master",
    modules: [],
  });
  reads("*2\r\n*1\r\n*0\r\n%1\r\n+a\r\n~0\r\n", [[[]], { a: [] }]);
});

test("17, 48, G12: attributes belong to no reply, wherever they stand", () => {
  const seen: unknown[] = [];
  const onAttribute = (attributes: unknown) => seen.push(attributes);
  const popularity = "|1\r\n+key-popularity\r\n%2\r\n$1\r\na\r\n,0.1923\r\n$1\r\nb\r\n,0.0012\r\n";
  reads(`${popularity}*2\r\n:2039123\r\n:9543892\r\n`, [2039123, 9543892]);
  reads("*3\r\n:1\r\n:2\r\n|1\r\n+ttl\r\n:3600\r\n:3\r\n", [1, 2, 3]);
  reads("|2\r\n+foo\r\n:123\r\n+bar\r\n#t\r\n+value\r\n", "value");
  reads("%1\r\n|1\r\n+a\r\n+b\r\n+key\r\n|1\r\n+c\r\n+d\r\n+value\r\n", { key: "value" });
  reads("|1\r\n|1\r\n+x\r\n+y\r\n+a\r\n+b\r\n:1\r\n", 1);
  reads("|0\r\n:1\r\n", 1);
  decode([toBytes(`${popularity}*2\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n`)], { onAttribute });
  assert.deepStrictEqual(seen, [{ "key-popularity": { a: 0.1923, b: 0.0012 } }, { ttl: 3600 }]);
});

test("G12: attributes alone leave the stream unfinished", () => {
  const { values, isEmpty, error } = decodeEveryWay("|1\r\n+a\r\n+b\r\n");
  assert.deepStrictEqual({ values, isEmpty, error }, { values: [], isEmpty: false, error: undefined });
});

test("G12: three replies behind an attribute keep their places", () => {
  const { values } = decodeEveryWay(
    "|1\r\n+key-popularity\r\n*2\r\n+key:123\r\n:90\r\n+Some reply\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n",
  );
  assert.deepStrictEqual(
    values.map(([, value]) => value),
    ["Some reply", "1", "2", "3"],
  );
});

test("54: attributes before null, an error and a push", () => {
  reads("|1\r\n+a\r\n:1\r\n_\r\n", null);
  reads("|1\r\n+a\r\n:1\r\n$-1\r\n", null);
  reads("|1\r\n+a\r\n:1\r\n-ERR x\r\n", failure("ERR", "ERR x"), {}, "error");
  reads("|1\r\n+a\r\n:1\r\n>1\r\n+x\r\n", ["x"], {}, "push");
});

test("9, 21, 61: a push between replies is not a reply", () => {
  reads(">2\r\n$6\r\nLOLWUT\r\n:42\r\n", ["LOLWUT", 42], {}, "push");
  const { values } = decodeEveryWay("+a\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nfoo\r\n:1\r\n");
  assert.deepStrictEqual(values, [
    ["reply", "a"],
    ["push", ["invalidate", ["foo"]]],
    ["reply", 1],
  ]);
});

test("21: an invalidation of everything carries null", () => {
  reads(">2\r\n$10\r\ninvalidate\r\n_\r\n", ["invalidate", null], {}, "push");
});

test("35: a push of ten elements and one of its name alone", () => {
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  reads(`>11\r\n+x\r\n${digits.map((digit) => `:${digit}\r\n`).join("")}`, ["x", ...digits], {}, "push");
  reads(">1\r\n+message\r\n", ["message"], {}, "push");
});

test("53: the name of a push is text, and its values come as by default, whatever the caller's mapping", () => {
  const setup = { replies: { strings: "bytes", map: "map", integer: "bigint" } } as const;
  reads(">3\r\n$7\r\nmessage\r\n:1\r\n%1\r\n+a\r\n+b\r\n", ["message", 1, { a: "b" }], setup, "push");
});

test("62: every channel has its confirmation, null when there was none", () => {
  const confirmation = (channel: string, count: number) => `*3\r\n$9\r\nsubscribe\r\n$1\r\n${channel}\r\n:${count}\r\n`;
  const { values } = decodeEveryWay(confirmation("a", 1) + confirmation("b", 2), { protocol: 2 });
  assert.deepStrictEqual(
    values.map(([, value]) => value),
    [
      ["subscribe", "a", 1],
      ["subscribe", "b", 2],
    ],
  );
  readsInBoth("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n", ["unsubscribe", null, 0]);
  reads(">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n", ["unsubscribe", null, 0], {}, "push");
});

test("63: an error among pushes is a reply of its own", () => {
  const { values } = decodeEveryWay(">2\r\n+message\r\n+a\r\n-ERR x\r\n>2\r\n+message\r\n+b\r\n");
  assert.deepStrictEqual(
    values.map(([kind]) => kind),
    ["push", "error", "push"],
  );
});

test("46, G13: a streamed string", () => {
  reads("$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;1\r\nd\r\n;0\r\n", "Hello word");
  reads("$?\r\n;0\r\n", "");
  reads("*2\r\n$?\r\n;1\r\na\r\n;0\r\n:1\r\n", ["a", 1]);
  reads("$?\r\n;2\r\n\r\n\r\n;0\r\n", toBytes("\r\n"), { replies: { strings: "bytes" } });
  reads(join("$?\r\n;1\r\n", Uint8Array.of(0xc3), "\r\n;1\r\n", Uint8Array.of(0xa9), "\r\n;0\r\n"), "é");
});

test("47, G13: streamed aggregates end with their mark", () => {
  reads("*?\r\n:1\r\n:2\r\n:3\r\n.\r\n", [1, 2, 3]);
  reads("~?\r\n:1\r\n.\r\n", [1]);
  reads("%?\r\n+a\r\n:1\r\n+b\r\n:2\r\n.\r\n", { a: 1, b: 2 });
  reads("*?\r\n.\r\n", []);
  reads("%?\r\n.\r\n", {});
  reads("*?\r\n*?\r\n*1\r\n:1\r\n.\r\n.\r\n", [[[1]]]);
  reads("|?\r\n+a\r\n:1\r\n.\r\n:2\r\n", 2);
});

test("25, 34: strings of many sizes, in chunks of many sizes", () => {
  for (const size of [63, 64, 65, 255, 256, 257, 4094, 4095, 4096, 4097, 8192, 65_535, 65_536, 100_000, 1_100_000]) {
    const text = "0123456789abcdef".repeat(Math.ceil(size / 16)).slice(0, size);
    const frame = join(`$${size}\r\n`, text, "\r\n");
    for (const chunk of [frame.length, 7, 1000, 4096, 16_384, 65_536]) {
      if (size > 100_000 && chunk < 1000) continue;
      const chunks: Uint8Array[] = [];
      const twice = join(frame, frame, ":1\r\n");
      for (let at = 0; at < twice.length; at += chunk) chunks.push(twice.subarray(at, at + chunk));
      const { values } = decode(chunks);
      assert.ok(values[0]![1] === text && values[1]![1] === text && values[2]![1] === 1, `${size} in ${chunk}`);
      const bytes = decode(chunks, { replies: { strings: "bytes" } }).values;
      assert.deepStrictEqual(bytes[1], ["reply", toBytes(text)]);
      assert.equal(bytes.length, 3);
    }
  }
});

test("28: long text of characters of three and four bytes in chunks of any size", () => {
  const text = "日😀é".repeat(20_000);
  const content = toBytes(text);
  const frame = join(`$${content.length}\r\n`, content, "\r\n");
  for (const size of [4999, 16_384, 65_537]) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += size) chunks.push(frame.subarray(at, at + size));
    const { values } = decode(chunks);
    assert.ok(values[0]![1] === text, `in chunks of ${size}`);
  }
});

test("58, M06: a line of any length, in chunks of any size", () => {
  for (const size of [4094, 4095, 4096, 4097, 50_000, 600_000]) {
    const text = "é".repeat(size / 2);
    for (
      const [type, kind] of [
        ["+", "reply"],
        ["-", "error"],
      ] as const
    ) {
      const line = join(type, text, "\r\n", ":1\r\n");
      for (const chunk of [line.length, 1000, 4096, 65_536]) {
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < line.length; at += chunk) chunks.push(line.subarray(at, at + chunk));
        const { values } = decode(chunks);
        assert.equal(values.length, 2);
        assert.equal(values[0]![0], kind);
        if (type === "+") assert.ok(values[0]![1] === text, `${size} in ${chunk}`);
      }
      const bytes = decode([line.subarray(0, 4500), line.subarray(4500)], { replies: { strings: "bytes" } }).values;
      if (type === "+") assert.deepStrictEqual(bytes[0]![1], toBytes(text));
    }
  }
});

test("23: two decoders share nothing", () => {
  const one = new Decoder();
  const other = new Decoder();
  one.feed(toBytes("*2\r\n$5\r\nhel"));
  other.feed(toBytes("*2\r\n$3\r\nfo"));
  assert.equal(one.read(), incomplete);
  assert.equal(other.read(), incomplete);
  one.feed(toBytes("lo\r\n:1\r\n"));
  other.feed(toBytes("o\r\n:2\r\n"));
  assert.deepStrictEqual(one.read(), ["hello", 1]);
  assert.deepStrictEqual(other.read(), ["foo", 2]);
});

test("24: bytes are the caller's own, whatever the class of the chunk", () => {
  for (const make of [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => Buffer.from(bytes)]) {
    for (const size of [3, 100, 5000]) {
      const chunk = make(join(`$${size}\r\n`, new Uint8Array(size).fill(97), "\r\n"));
      const decoder = new Decoder();
      decoder.feed(chunk);
      const value = decoder.read({ ...defaultMapping, strings: "bytes" }) as Uint8Array;
      chunk.fill(0);
      assert.equal(value.constructor, Uint8Array);
      assert.deepStrictEqual(value, new Uint8Array(size).fill(97));
      assert.equal(value.buffer.byteLength, size);
    }
  }
});

test("22: empty chunks change nothing", () => {
  const decoder = new Decoder();
  assert.equal(decoder.read(), incomplete);
  decoder.feed(new Uint8Array(0));
  assert.equal(decoder.read(), incomplete);
  assert.equal(decoder.isEmpty, true);
  decoder.feed(toBytes("+O"));
  decoder.feed(new Uint8Array(0));
  assert.equal(decoder.read(), incomplete);
  decoder.feed(toBytes("K\r\n"));
  assert.equal(decoder.read(), "OK");
});

test("25: chunks may be fed without reading in between, and kept half read", () => {
  const decoder = new Decoder();
  const chunk = toBytes("+a\r\n+b\r\n$5000\r\n");
  decoder.feed(chunk);
  assert.equal(decoder.read(), "a");
  decoder.keep();
  chunk.fill(0);
  decoder.feed(toBytes("x".repeat(3000)));
  decoder.feed(toBytes("x".repeat(2000)));
  decoder.feed(toBytes("\r\n+c\r\n"));
  assert.equal(decoder.read(), "b");
  assert.equal(decoder.read(), "x".repeat(5000));
  decoder.keep();
  assert.equal(decoder.isEmpty, false);
  assert.equal(decoder.read(), "c");
  assert.equal(decoder.isEmpty, true);
  assert.equal(decoder.read(), incomplete);
});

test("25: a large chunk that was kept goes on with the next one", () => {
  const value = "v".repeat(50);
  const frame = toBytes(`$50\r\n${value}\r\n`.repeat(3000));
  const decoder = new Decoder();
  let count = 0;
  for (let at = 0; at < frame.length; at += 60_000) {
    const chunk = frame.slice(at, at + 60_000);
    decoder.feed(chunk);
    for (let i = 0; i < 500 && decoder.read() === value; i++) count++;
    decoder.keep();
    chunk.fill(0);
  }
  while (decoder.read() === value) count++;
  assert.equal(count, 3000);
  assert.equal(decoder.isEmpty, true);
});

test("40, G25: isEmpty tells a clean end from one inside a value", () => {
  for (
    const bytes of [
      "+OK",
      "+OK\r",
      "$5\r\nhel",
      "$5\r\nhello\r",
      "*2\r\n:1\r\n",
      "*1\r\n",
      "$",
      "*?\r\n:1\r\n",
      "$?\r\n",
    ]
  ) {
    const { values, isEmpty } = decodeEveryWay(bytes);
    assert.deepStrictEqual({ values, isEmpty }, { values: [], isEmpty: false }, JSON.stringify(bytes));
  }
  assert.equal(decodeEveryWay("+OK\r\n*0\r\n").isEmpty, true);
});

test("43, G08: booleans and nulls are refused at the first byte that is wrong", () => {
  const decoder = new Decoder();
  decoder.feed(toBytes("#"));
  assert.equal(decoder.read(), incomplete);
  decoder.feed(toBytes("x"));
  assert.throws(() => decoder.read(), { code: "BAD_BOOLEAN", offset: 1, byte: 120 });
});

test("the protocol may change once the handshake is over", () => {
  const decoder = new Decoder({ protocol: 2 });
  decoder.protocol = 3;
  decoder.feed(toBytes("%0\r\n"));
  assert.deepStrictEqual(decoder.read(), {});
});
