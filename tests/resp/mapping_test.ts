import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { defaultMapping, type ReplyOptions, toMapping } from "../../lib/resp/mapping.ts";
import { decode, decodeEveryWay, reads, readsInBoth, toBytes } from "./support.ts";

test("the defaults are the documented ones", () => {
  assert.deepStrictEqual(defaultMapping, {
    strings: "utf8",
    map: "object",
    set: "array",
    integer: "auto",
    double: "number",
    bigNumber: "bigint",
    verbatim: "string",
  });
});

test("a mapping is completed once, and stays the same object when there is nothing to complete", () => {
  assert.equal(toMapping(undefined), defaultMapping);
  const base = toMapping({ strings: "bytes" });
  assert.equal(toMapping(undefined, base), base);
  assert.deepStrictEqual(toMapping({ map: "map" }, base), { ...defaultMapping, strings: "bytes", map: "map" });
});

test("what is undefined is left out", () => {
  assert.equal(toMapping({ map: undefined, strings: undefined } as object as ReplyOptions), defaultMapping);
  const base = toMapping({ map: "map" });
  assert.equal(toMapping({ map: undefined, set: "set" } as object as ReplyOptions, base).map, "map");
});

test("what comes to the default is the default itself, which is read fastest", () => {
  assert.equal(toMapping({}), defaultMapping);
  assert.equal(toMapping({ ...defaultMapping }), defaultMapping);
  assert.equal(toMapping({ strings: "utf8" }, toMapping({ strings: "bytes" })), defaultMapping);
  assert.notEqual(toMapping({ map: "map" }), defaultMapping);
});

test("replies are the same whether their mapping is the default itself or only equal to it", () => {
  const input = toBytes("+OK\r\n:12\r\n$5\r\nhello\r\n$0\r\n\r\n:9007199254740993\r\n*1\r\n$1\r\na\r\n");
  const [itself, equal] = [defaultMapping, { ...defaultMapping }].map((mapping) => {
    const decoder = new Decoder();
    decoder.feed(input);
    return Array.from({ length: 6 }, () => decoder.read(mapping));
  });
  assert.deepStrictEqual(equal, itself);
});

test("35: strings as bytes, at any depth, while errors stay text", () => {
  const replies: ReplyOptions = { strings: "bytes" };
  readsInBoth("$3\r\nabc\r\n", toBytes("abc"), { replies });
  readsInBoth("$0\r\n\r\n", new Uint8Array(0), { replies });
  readsInBoth("+OK\r\n", toBytes("OK"), { replies });
  readsInBoth("$-1\r\n", null, { replies });
  readsInBoth("*2\r\n$1\r\na\r\n*1\r\n+b\r\n", [toBytes("a"), [toBytes("b")]], { replies });
  readsInBoth("-ERR x\r\n", { error: "ERR", message: "ERR x" }, { replies }, "error");
  reads("=6\r\ntxt:ab\r\n", toBytes("ab"), { replies });
  reads("~1\r\n$1\r\na\r\n", [toBytes("a")], { replies });
});

test("35: with strings as bytes the keys of objects are still text, those of maps and pairs bytes", () => {
  const bytes = "%2\r\n$1\r\na\r\n$1\r\nb\r\n+c\r\n%1\r\n=5\r\ntxt:d\r\n+e\r\n";
  const replies: ReplyOptions = { strings: "bytes" };
  reads(bytes, { a: toBytes("b"), c: { d: toBytes("e") } }, { replies });
  reads(
    bytes,
    [
      [toBytes("a"), toBytes("b")],
      [toBytes("c"), [[toBytes("d"), toBytes("e")]]],
    ],
    {
      replies: { ...replies, map: "pairs" },
    },
  );
  reads("%1\r\n=5\r\ntxt:d\r\n+e\r\n", { d: "e" }, { replies: { verbatim: "tagged" } });
  const long = "k".repeat(5000);
  const { values } = decode([toBytes(`%1\r\n$5000\r\n${long}`), toBytes("\r\n+v\r\n")], { replies });
  assert.deepStrictEqual(values, [["reply", { [long]: toBytes("v") }]]);
});

test("35: maps as Map or pairs, nested ones too", () => {
  const bytes = "%2\r\n+a\r\n:1\r\n:2\r\n%1\r\n+b\r\n_\r\n";
  reads(
    bytes,
    new Map<unknown, unknown>([
      ["a", 1],
      [2, new Map([["b", null]])],
    ]),
    { replies: { map: "map" } },
  );
  reads(
    bytes,
    [
      ["a", 1],
      [2, [["b", null]]],
    ],
    { replies: { map: "pairs" } },
  );
  reads("%0\r\n", new Map(), { replies: { map: "map" } });
  reads("%0\r\n", [], { replies: { map: "pairs" } });
});

test("35: sets as Set, also when elements repeat", () => {
  reads("~3\r\n:1\r\n:2\r\n:1\r\n", new Set([1, 2]), { replies: { set: "set" } });
  reads("~3\r\n:1\r\n:2\r\n:1\r\n", [1, 2, 1]);
  reads("~0\r\n", new Set(), { replies: { set: "set" } });
  reads("*1\r\n:1\r\n", [1], { replies: { set: "set" } });
});

test("39, G04: integers as the caller wants them, exact up to the edges of 64 bits", () => {
  const cases: [string, bigint][] = [
    ["0", 0n],
    ["-1", -1n],
    ["+7", 7n],
    ["007", 7n],
    ["-0", 0n],
  ];
  cases.push(["9007199254740991", 9007199254740991n], ["9007199254740993", 9007199254740993n]);
  cases.push(["9223372036854775807", 2n ** 63n - 1n], ["-9223372036854775808", -(2n ** 63n)]);
  for (const [text, value] of cases) {
    const isSafe = Number.isSafeInteger(Number(value));
    readsInBoth(`:${text}\r\n`, isSafe ? Number(value) : value, { replies: { integer: "auto" } });
    readsInBoth(`:${text}\r\n`, value, { replies: { integer: "bigint" } });
    readsInBoth(`:${text}\r\n`, String(value), { replies: { integer: "string" } });
    readsInBoth(`:${text}\r\n`, Number(value), { replies: { integer: "number" } });
  }
});

test("33: integers that fit into 64 bits are exact as strings", () => {
  for (const text of ["123", "-99999999999999999", "4294967290", "90071992547409920", "429496728", "429496729"]) {
    readsInBoth(`:${text}\r\n`, text, { replies: { integer: "string" } });
  }
});

test("35: doubles and big numbers as the text that was sent", () => {
  for (const text of ["1.50", "inf", "-0", "1e5", "+1"]) reads(`,${text}\r\n`, text, { replies: { double: "string" } });
  for (const text of ["123", "-1", "+12", "007"]) reads(`(${text}\r\n`, text, { replies: { bigNumber: "string" } });
});

test("17, 37, G18: keys that objects have already are data", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"];
  for (
    const [wire, value] of [
      ["$4\r\nevil\r\n", "evil"],
      ["%1\r\n+polluted\r\n#t\r\n", { polluted: true }],
    ] as const
  ) {
    const pairs = names.map((name) => `$${name.length}\r\n${name}\r\n${wire}`).join("");
    for (const prefix of [`%${names.length}\r\n`, `*1\r\n%${names.length}\r\n`]) {
      const [[, reply]] = decodeEveryWay(prefix + pairs).values as [[string, unknown]];
      const object = (Array.isArray(reply) ? reply[0] : reply) as Record<string, unknown>;
      assert.deepStrictEqual(Object.keys(object), names);
      for (const name of names) assert.deepStrictEqual(Object.getOwnPropertyDescriptor(object, name)?.value, value);
      assert.equal(Object.getPrototypeOf(object), Object.prototype);
    }
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.equal(typeof Object.prototype.toString, "function");
});

test("G18: __proto__ is an ordinary property: writable, enumerable, the last one wins", () => {
  const [[, value]] = decode([toBytes("%2\r\n+__proto__\r\n:1\r\n+__proto__\r\n:2\r\n")]).values as [[string, object]];
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(value, "__proto__"), {
    value: 2,
    writable: true,
    enumerable: true,
    configurable: true,
  });
});

test("G17: of keys that repeat, the last one wins", () => {
  reads("%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", { a: 2 });
  reads("%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", new Map([["a", 2]]), { replies: { map: "map" } });
  reads(
    "%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n",
    [
      ["a", 1],
      ["a", 2],
    ],
    { replies: { map: "pairs" } },
  );
});

test("G17: every scalar can be the key of an object", () => {
  const keys =
    ":1\r\n+a\r\n,1.5\r\n+b\r\n#t\r\n+c\r\n(12345678901234567890\r\n+d\r\n:9007199254740993\r\n+e\r\n$?\r\n;1\r\nx\r\n;0\r\n+f\r\n";
  reads(`%6\r\n${keys}`, {
    1: "a",
    "1.5": "b",
    true: "c",
    "12345678901234567890": "d",
    "9007199254740993": "e",
    x: "f",
  });
});

test("52, G17: an object cannot have an aggregate, null or error as key: that reply alone is refused", () => {
  const keys = ["*1\r\n:1\r\n", "%1\r\n+a\r\n+b\r\n", "~0\r\n", "_\r\n", "$-1\r\n", "-ERR a\r\n"];
  for (const key of keys) {
    for (
      const [before, after] of [
        ["", ""],
        ["*2\r\n:1\r\n", ""],
        ["%1\r\n+outer\r\n", ""],
      ] as const
    ) {
      const { values, error } = decodeEveryWay(`+before\r\n${before}%1\r\n${key}+v\r\n${after}+next\r\n`);
      assert.equal(error, undefined);
      assert.deepStrictEqual(values, [
        ["reply", "before"],
        ["error", { error: "BAD_MAP_KEY" }],
        ["reply", "next"],
      ]);
    }
    const asMap = decodeEveryWay(`%1\r\n${key}+v\r\n`, { replies: { map: "map" } });
    assert.equal((asMap.values[0]![1] as Map<unknown, unknown>).size, 1);
    const asPairs = decodeEveryWay(`%1\r\n${key}+v\r\n`, { replies: { map: "pairs" } });
    assert.equal((asPairs.values[0]![1] as unknown[][])[0]![1], "v");
  }
});

test("52: in a push a map that cannot be delivered is an error in its place, and the push stays one", () => {
  const { values } = decodeEveryWay(">2\r\n+x\r\n%1\r\n*0\r\n+v\r\n+next\r\n");
  assert.deepStrictEqual(values, [
    ["push", ["x", { error: "BAD_MAP_KEY" }]],
    ["reply", "next"],
  ]);
});

test("G12: attributes that cannot be delivered do not cost the reply behind them", () => {
  const bad = "|1\r\n*1\r\n:1\r\n+v\r\n";
  const seen: unknown[] = [];
  const onAttribute = (attributes: unknown) => seen.push((attributes as { code?: string }).code);
  reads(`${bad}+value\r\n`, "value");
  decode([toBytes(`${bad}*2\r\n${bad}:1\r\n:2\r\n`)], { onAttribute });
  assert.deepStrictEqual(seen, ["BAD_MAP_KEY", "BAD_MAP_KEY"]);
  // What is wrong with the reply itself is not forgotten over its attributes.
  const { values } = decodeEveryWay("*2\r\n%1\r\n*0\r\n+v\r\n|1\r\n+a\r\n+b\r\n:1\r\n");
  assert.deepStrictEqual(values, [["error", { error: "BAD_MAP_KEY" }]]);
});

test("G12: attributes have the mapping of their reply", () => {
  const seen: unknown[] = [];
  const onAttribute = (attributes: unknown) => seen.push(attributes);
  decode([toBytes("|1\r\n+a\r\n:1\r\n:2\r\n")], { onAttribute, replies: { map: "map", integer: "bigint" } });
  assert.deepStrictEqual(seen, [new Map([["a", 1n]])]);
});

test("G28: a hook that throws costs its own reply only", () => {
  let calls = 0;
  const onAttribute = () => {
    calls++;
    throw new Error("mine");
  };
  const frame =
    "+a\r\n|1\r\n+x\r\n+y\r\n*2\r\n:1\r\n:2\r\n+b\r\n*2\r\n|1\r\n+x\r\n+y\r\n:1\r\n:2\r\n>1\r\n+p\r\n|1\r\n+x\r\n+y\r\n>1\r\n+q\r\n+c\r\n";
  const { values, error } = decodeEveryWay(frame, { onAttribute });
  assert.equal(error, undefined);
  assert.deepStrictEqual(values, [
    ["reply", "a"],
    ["error", { error: "DECODE_TRANSFORM" }],
    ["reply", "b"],
    ["error", { error: "DECODE_TRANSFORM" }],
    ["push", ["p"]],
    ["push", ["q"]],
    ["reply", "c"],
  ]);
  assert.ok(calls > 0);
});

test("G28: what the hook threw is the cause", () => {
  const mine = new Error("mine");
  const decoder = new Decoder({
    onAttribute: () => {
      throw mine;
    },
  });
  decoder.feed(toBytes("|1\r\n+x\r\n+y\r\n:1\r\n"));
  const value = decoder.read() as Error;
  assert.equal(decoder.kind, "error");
  assert.equal(value.cause, mine);
});

test("each reply has the mapping of its own read", () => {
  const decoder = new Decoder();
  decoder.feed(toBytes("$1\r\na\r\n$1\r\nb\r\n:1\r\n:1\r\n%1\r\n+a\r\n+b\r\n"));
  assert.equal(decoder.read(), "a");
  assert.deepStrictEqual(decoder.read({ ...defaultMapping, strings: "bytes" }), toBytes("b"));
  assert.equal(decoder.read({ ...defaultMapping, integer: "bigint" }), 1n);
  assert.equal(decoder.read(), 1);
  assert.deepStrictEqual(decoder.read({ ...defaultMapping, map: "pairs" }), [["a", "b"]]);
  assert.equal(decoder.read(), incomplete);
});
