// The bounds on what a peer may send, each at its edge and one beyond, and what they guard: memory and time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { defaultLimits } from "../../lib/resp/limits.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { holdsAtMost, megabyte } from "./memory.ts";
import { decode, decodeEveryWay, reads, readsInBoth, refuses, refusesInBoth, toBytes } from "./support.ts";

test("the defaults are the documented ones", () => {
  assert.deepStrictEqual(defaultLimits, {
    depth: 128,
    bulk: 536_870_912,
    line: 536_870_912,
    elements: 4_294_967_295,
    digits: 65_536,
    reply: 0,
  });
});

test("2, M03: 128 levels are read, 129 are refused", () => {
  let expected: unknown = "LOLWUT";
  for (let i = 0; i < 128; i++) expected = [expected];
  readsInBoth("*1\r\n".repeat(128) + "$6\r\nLOLWUT\r\n", expected);
  refusesInBoth("*1\r\n".repeat(129), "DEPTH_LIMIT", [512]);
});

test("45: the depth limit holds for every aggregate, empty ones and mixtures too", () => {
  const limits = { depth: 3 };
  for (const open of ["*1\r\n", "~1\r\n", "%1\r\n+a\r\n", "*?\r\n", "~?\r\n"]) {
    refuses(open.repeat(4), "DEPTH_LIMIT", [3 * open.length], { limits });
  }
  refuses("|1\r\n+a\r\n".repeat(4), "DEPTH_LIMIT", [24], { limits });
  refuses("*1\r\n~1\r\n%1\r\n+a\r\n*0\r\n", "DEPTH_LIMIT", [16], { limits });
  refuses(">2\r\n+a\r\n*1\r\n*1\r\n*1\r\n", "DEPTH_LIMIT", [16], { limits });
  reads("*1\r\n*1\r\n*0\r\n", [[[]]], { limits });
});

test("38, 57, M03: a hundred thousand levels are a controlled error, or a value when the limit is off", () => {
  for (const levels of [256, 1000, 50_000, 100_000]) {
    const bytes = toBytes("*1\r\n".repeat(levels) + ":1\r\n");
    assert.deepStrictEqual(decode([bytes]).error, { code: "DEPTH_LIMIT", offset: 512, byte: undefined });
    const decoder = new Decoder({ limits: { depth: 0 } });
    decoder.feed(bytes);
    let value = decoder.read();
    let depth = 0;
    for (; Array.isArray(value); value = value[0]) depth++;
    assert.deepStrictEqual([depth, value], [levels, 1]);
  }
});

test("5, M02: more elements than the limit are refused at the header", () => {
  readsInBoth("*2\r\n:1\r\n:2\r\n", [1, 2], { limits: { elements: 2 } });
  refusesInBoth("*1025\r\n", "ELEMENTS_LIMIT", [1], { limits: { elements: 1024 } });
  refuses("%513\r\n", "ELEMENTS_LIMIT", [1], { limits: { elements: 1024 } });
  refuses("~1025\r\n", "ELEMENTS_LIMIT", [1], { limits: { elements: 1024 } });
  refuses(">1025\r\n", "ELEMENTS_LIMIT", [1], { limits: { elements: 1024 } });
  reads("%1\r\n+a\r\n+b\r\n", { a: "b" }, { limits: { elements: 2 } });
  refusesInBoth("*4294967296\r\n", "ELEMENTS_LIMIT", [1]);
  refusesInBoth("*9223372036854775807\r\n", "ELEMENTS_LIMIT", [1]);
  refusesInBoth("*9223372036854775808\r\n", "ELEMENTS_LIMIT", [1]);
  refusesInBoth("*9223372036854775807\r\n", "ELEMENTS_LIMIT", [1], { limits: { elements: 0 } });
});

test("16, M02: counts of pairs whose double would overflow", () => {
  for (const type of ["%", "|"]) {
    refuses(`${type}4611686018427387904\r\n`, "ELEMENTS_LIMIT", [1]);
    refuses(`${type}2147483648\r\n`, "ELEMENTS_LIMIT", [1]);
    refuses(`${type}9007199254740991\r\n`, "ELEMENTS_LIMIT", [1], { limits: { elements: 0 } });
  }
});

test("M02: a streamed aggregate is counted as it comes", () => {
  const limits = { elements: 3 };
  reads("*?\r\n:1\r\n:2\r\n:3\r\n.\r\n", [1, 2, 3], { limits });
  refuses("*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n", "ELEMENTS_LIMIT", [20], { limits });
  refuses("%?\r\n:1\r\n:2\r\n:3\r\n:4\r\n", "ELEMENTS_LIMIT", [20], { limits });
});

test("5, M04: a longer bulk string than the limit is refused at the header", () => {
  readsInBoth("$3\r\nabc\r\n", "abc", { limits: { bulk: 3 } });
  refusesInBoth("$4\r\nabcd\r\n", "BULK_LIMIT", [1], { limits: { bulk: 3 } });
  refusesInBoth("*1\r\n$4\r\nabcd\r\n", "BULK_LIMIT", [5], { limits: { bulk: 3 } });
  refusesInBoth("$1099511627776\r\n", "BULK_LIMIT", [1]);
  refusesInBoth("$9223372036854775807\r\n", "BULK_LIMIT", [1]);
  refusesInBoth("$536870913\r\n", "BULK_LIMIT", [1]);
  refusesInBoth("$99999999999999999999\r\n", "BULK_LIMIT", [1], { limits: { bulk: 0 } });
  refusesInBoth(`$${"0".repeat(33)}`, "BULK_LIMIT", [1]);
  refuses("=5\r\n", "BULK_LIMIT", [1], { limits: { bulk: 4 } });
  refuses("!5\r\n", "BULK_LIMIT", [1], { limits: { bulk: 4 } });
});

test("M04: the parts of a streamed string count together", () => {
  const limits = { bulk: 4 };
  reads("$?\r\n;3\r\nabc\r\n;1\r\nd\r\n;0\r\n", "abcd", { limits });
  refuses("$?\r\n;3\r\nabc\r\n;2\r\n", "BULK_LIMIT", [14], { limits });
  refuses("$?\r\n;5\r\n", "BULK_LIMIT", [5], { limits });
});

test("M06: a line is refused once it is longer than the limit, wherever it is cut", () => {
  const limits = { line: 10 };
  readsInBoth(`+${"a".repeat(10)}\r\n`, "a".repeat(10), { limits });
  refusesInBoth(`+${"a".repeat(11)}`, "LINE_LIMIT", [11], { limits });
  refusesInBoth(`+${"a".repeat(30)}\n`, "LINE_LIMIT", [11], { limits });
  refusesInBoth(`-${"a".repeat(11)}`, "LINE_LIMIT", [11], { limits });
  refusesInBoth(`+${"a".repeat(11)}\r\n`, "LINE_LIMIT", [11], { limits });
  assert.equal(decode([toBytes("+OK\r\n")], { limits: { line: 1 } }).error?.code, "LINE_LIMIT");
  const long = toBytes(`+${"a".repeat(9001)}\r\n`);
  for (const cut of [4000, 5000, 9001, long.length]) {
    const { error } = decode([long.subarray(0, cut), long.subarray(cut)], { limits: { line: 9000 } });
    assert.deepStrictEqual(error, { code: "LINE_LIMIT", offset: 9001, byte: undefined });
  }
});

test("G10: more digits than the limit", () => {
  const limits = { digits: 5 };
  reads("(12345\r\n", 12345n, { limits });
  reads("(-12345\r\n", -12345n, { limits });
  refuses("(123456\r\n", "LINE_LIMIT", [6], { limits });
  refuses("(-123456", "LINE_LIMIT", [7], { limits });
  const { error } = decode([toBytes(`(${"7".repeat(65_537)}\r\n`)]);
  assert.deepStrictEqual(error, { code: "LINE_LIMIT", offset: 65_537, byte: undefined });
  assert.equal(decode([toBytes(`(${"7".repeat(65_536)}\r\n`)]).values.length, 1);
});

test("M07: a whole reply is bounded when asked for", () => {
  const limits = { reply: 20 };
  readsInBoth("*2\r\n$4\r\naaaa\r\n+bbb\r\n", ["aaaa", "bbb"], { limits });
  refusesInBoth("*2\r\n$4\r\naaaa\r\n+bbbb\r\n", "REPLY_LIMIT", [20], { limits });
  refusesInBoth("$100\r\n", "REPLY_LIMIT", [20], { limits });
  refusesInBoth("$10000\r\n", "REPLY_LIMIT", [20], { limits });
  refusesInBoth("*2\r\n$4\r\naaaa\r\n$9\r\n", "REPLY_LIMIT", [20], { limits });
  refusesInBoth(`+${"a".repeat(40)}`, "REPLY_LIMIT", [20], { limits });
  refusesInBoth("*9\r\n" + ":1\r\n".repeat(5), "REPLY_LIMIT", [20], { limits });
  refuses("$?\r\n;8\r\n12345678\r\n;8\r\n", "REPLY_LIMIT", [20], { limits });
  refuses("|1\r\n+a\r\n+b\r\n+12345678\r\n", "REPLY_LIMIT", [20], { limits });
  refuses(`(${"1".repeat(40)}`, "REPLY_LIMIT", [20], { limits });
  refuses(`,${"1".repeat(40)}`, "REPLY_LIMIT", [20], { limits });
});

test("M07: a long line and a long string pass the limit of the reply as they come in", () => {
  for (const bytes of [toBytes(`+${"a".repeat(20_000)}`), toBytes(`$?\r\n;9000\r\n${"a".repeat(9000)}\r\n;9000\r\n`)]) {
    for (const cut of [bytes.length, 5000, 9100]) {
      const { error } = decode([bytes.subarray(0, cut), bytes.subarray(cut)], { limits: { reply: 10_000 } });
      assert.deepStrictEqual(error, { code: "REPLY_LIMIT", offset: 10_000, byte: undefined });
    }
  }
});

test("M07: the limit counts each reply on its own", () => {
  const { values, error } = decodeEveryWay("$4\r\naaaa\r\n".repeat(9), { limits: { reply: 10 } });
  assert.deepStrictEqual([values.length, error], [9, undefined]);
});

test("every limit can be off", () => {
  const limits = { depth: 0, bulk: 0, line: 0, elements: 0, digits: 0, reply: 0 };
  reads("*2\r\n$3\r\nabc\r\n*?\r\n+x\r\n(12\r\n.\r\n", ["abc", ["x", 12n]], { limits });
});

test("60, M01: a header that announces millions makes the decoder allocate next to nothing", () => {
  const headers = ["*33554431", "*1000000", "%16000000", "~33554431", ">1000000", "$500000000"];
  for (const replies of [{}, { set: "set", map: "map", strings: "bytes" }] as const) {
    // The long string may have its first segment.
    holdsAtMost(megabyte + headers.length * 20_000, () =>
      headers.map((header) => {
        const decoder = new Decoder();
        decoder.feed(toBytes(`${header}\r\n${header.startsWith("$") ? "abc" : ""}`));
        assert.equal(decoder.read({ ...defaultMapping, ...replies }), incomplete);
        return decoder;
      }));
  }
});

test("M01: headers inside headers do not add up either", () => {
  holdsAtMost(megabyte, () => {
    const decoder = new Decoder();
    decoder.feed(toBytes("*4000000\r\n".repeat(128) + ":1\r\n".repeat(10_000)));
    assert.equal(decoder.read(), incomplete);
    return decoder;
  });
});

test("M09: a short reply that is kept does not keep the chunk it came in", () => {
  // V8 copies; a substring of JavaScriptCore may hold on to the text it was cut out of, which is bounded.
  const bound = "Bun" in globalThis ? 2300 : 150;
  const count = 200;
  for (const size of [9, 20, 60]) {
    const bulk = `$${size}\r\n${"abcdefghij".repeat(7).slice(0, size)}\r\n`;
    const frame = toBytes(bulk.repeat(Math.floor(65_536 / bulk.length)));
    for (const strings of ["utf8", "bytes"] as const) {
      const most = bound + (strings === "bytes" ? 250 : size);
      const mapping = strings === "utf8" ? defaultMapping : { ...defaultMapping, strings };
      holdsAtMost(most * count, () => {
        const kept: unknown[] = [];
        for (let i = 0; i < count; i++) {
          const chunk = new Uint8Array(frame);
          const decoder = new Decoder();
          decoder.feed(chunk);
          // So many that the stretch of text they are cut out of is as long as it gets.
          for (let j = 0; j < 200; j++) decoder.read(mapping);
          kept.push(decoder.read(mapping));
        }
        return kept;
      }, `: ${count} ${strings} values of ${size} bytes`);
    }
  }
});

test("M09: the decoder itself keeps nothing of large replies", () => {
  const decoder = new Decoder();
  holdsAtMost(megabyte / 2, () => {
    for (const strings of ["utf8", "bytes"] as const) {
      for (let i = 0; i < 3; i++) {
        decoder.feed(toBytes("$8000000\r\n"));
        for (let j = 0; j < 80; j++) {
          assert.equal(decoder.read({ ...defaultMapping, strings }), incomplete);
          decoder.feed(new Uint8Array(100_000).fill(97));
        }
        decoder.feed(toBytes("\r\n"));
        assert.equal((decoder.read({ ...defaultMapping, strings }) as string).length, 8_000_000);
      }
    }
    return decoder;
  });
});

/** Bytes that `work` has the runtime move or decode. */
function countWork(work: () => void): number {
  const array = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set, copyWithin } = array;
  const { decode } = TextDecoder.prototype;
  let count = 0;
  array.set = function (source, at) {
    count += source.length;
    set.call(this, source, at);
  };
  array.copyWithin = function (target, from, to) {
    count += (to ?? this.length) - from;
    return copyWithin.call(this, target, from, to);
  };
  TextDecoder.prototype.decode = function (input, options) {
    count += input?.byteLength ?? 0;
    return decode.call(this, input, options);
  };
  try {
    work();
  } finally {
    Object.assign(array, { set, copyWithin });
    TextDecoder.prototype.decode = decode;
  }
  return count;
}

test("59, M06: work grows with the bytes, not with the number of chunks", () => {
  const size = megabyte;
  const element = "$8\r\nabcdefgh\r\n";
  const count = Math.floor(size / element.length);
  const frames = [
    `+${"a".repeat(size)}\r\n`,
    `$${size}\r\n${"a".repeat(size)}\r\n`,
    `*${count}\r\n${element.repeat(count)}`,
  ];
  for (const frame of frames.map(toBytes)) {
    for (const strings of ["utf8", "bytes"] as const) {
      for (const chunk of [2, 64, 1000, 5000, 65_536, frame.length]) {
        let values = 0;
        const work = countWork(() => {
          const decoder = new Decoder();
          for (let at = 0; at < frame.length; at += chunk) {
            decoder.feed(frame.subarray(at, at + chunk));
            if (decoder.read({ ...defaultMapping, strings }) !== incomplete) values++;
          }
        });
        assert.equal(values, 1);
        // What comes in goes to the rest, from there to a segment, and is put together.
        assert.ok(work <= 5 * frame.length + 100_000, `${work} for ${frame.length} bytes in chunks of ${chunk}`);
      }
    }
  }
});
