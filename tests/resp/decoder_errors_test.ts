// What a peer may not send: each case is refused with its code, at the byte that is to blame, however it is cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProtocolError } from "../../lib/errors.ts";
import { Decoder } from "../../lib/resp/decoder.ts";
import { decode, decodeEveryWay, refuses, refusesInBoth, toBytes } from "./support.ts";

const CR = 13;
const LF = 10;

test("1, G01: an unknown type ends the stream for good and names its byte", () => {
  refusesInBoth("@foo\r\n", "BAD_TYPE", [0, "@"]);
  refusesInBoth("\r\n", "BAD_TYPE", [0, CR]);
  refusesInBoth("OK\r\n", "BAD_TYPE", [0, "O"]);
  refusesInBoth("*1\r\n@x\r\n", "BAD_TYPE", [4, "@"]);
  refusesInBoth(Uint8Array.of(200, 13, 10), "BAD_TYPE", [0, 200]);
});

test("G01: no reply behind garbage is delivered", () => {
  const { values } = decodeEveryWay("+1\r\n@x\r\n+2\r\n+3\r\n+4\r\n");
  assert.deepStrictEqual(values, [["reply", "1"]]);
});

test("26, 1: the error carries no bytes of the stream and is the same each time", () => {
  const decoder = new Decoder();
  decoder.feed(toBytes("+first\r\n@secret\r\n"));
  decoder.read();
  let failure: ProtocolError | undefined;
  try {
    decoder.read();
  } catch (error) {
    failure = error as ProtocolError;
  }
  assert.ok(failure instanceof ProtocolError);
  assert.ok(!JSON.stringify(failure).includes("secret") && !failure.message.includes("secret"));
  assert.deepStrictEqual([failure.phase, failure.sent, failure.maybeExecuted], ["reply", true, true]);
  assert.throws(
    () => decoder.read(),
    (error) => error === failure,
  );
});

test("G02: malformed integers and lengths", () => {
  refusesInBoth("$abc\r\n", "BAD_INTEGER", [1, "a"]);
  refusesInBoth("*1x\r\n", "BAD_INTEGER", [2, "x"]);
  refusesInBoth("$\r\n", "BAD_INTEGER", [1, CR]);
  refusesInBoth("$+5\r\n", "BAD_INTEGER", [1, "+"]);
  refusesInBoth("$-\r\n", "BAD_INTEGER", [2, CR]);
  refusesInBoth("$-1x\r\n", "BAD_INTEGER", [3, "x"]);
  refusesInBoth("$ 5\r\n", "BAD_INTEGER", [1, " "]);
  refusesInBoth("$?x\r\n", "BAD_INTEGER", [2, "x"]);
  refusesInBoth(":\r\n", "BAD_INTEGER", [1, CR]);
  refusesInBoth(":-\r\n", "BAD_INTEGER", [2, CR]);
  refusesInBoth(":12x4\r\n", "BAD_INTEGER", [3, "x"]);
  refusesInBoth(":+-1\r\n", "BAD_INTEGER", [2, "-"]);
  refusesInBoth(":1.5\r\n", "BAD_INTEGER", [2, "."]);
  refusesInBoth(":9223372036854775807x\r\n", "BAD_INTEGER", [20, "x"]);
  refuses(":1x\r\n", "BAD_INTEGER", [2, "x"], { replies: { integer: "string" } });
});

test("4, G03: negative lengths; -1 is null for bulk strings and arrays only", () => {
  for (const type of ["$", "*"]) {
    refusesInBoth(`${type}-2\r\n`, "BAD_LENGTH", [1, "-"]);
    refusesInBoth(`${type}-7\r\n`, "BAD_LENGTH", [1, "-"]);
    refusesInBoth(`${type}-10\r\n`, "BAD_LENGTH", [1, "-"]);
    refusesInBoth(`${type}-0\r\n`, "BAD_LENGTH", [1, "-"]);
  }
  for (const type of ["%", "~", "|", ">", "=", "!"]) refuses(`${type}-1\r\n`, "BAD_LENGTH", [1, "-"]);
});

test("3, G04: integers beyond 64 bits", () => {
  refusesInBoth(":9223372036854775808\r\n", "INT_RANGE", [1]);
  refusesInBoth(":-9223372036854775809\r\n", "INT_RANGE", [1]);
  refusesInBoth(`:${"9".repeat(60)}\r\n`, "INT_RANGE", [1]);
  refusesInBoth(`:${"0".repeat(65)}\r\n`, "INT_RANGE", [1]);
  refusesInBoth(":9223372036854775808\r\n", "INT_RANGE", [1], { replies: { integer: "number" } });
});

test("33: numbers that are longer than integers can be are refused, as strings too", () => {
  for (const text of ["590295810358705700002", `1${"0".repeat(40)}`]) {
    refusesInBoth(`:${text}\r\n`, "INT_RANGE", [1], { replies: { integer: "string" } });
  }
});

test("49, G06: a bulk string must be followed by CR LF", () => {
  refusesInBoth("$5\r\nhelloXX", "BAD_TERMINATOR", [9, "X"]);
  refusesInBoth("$5\r\nhello\rX", "BAD_TERMINATOR", [10, "X"]);
  refusesInBoth("$5\r\nhello\n", "BAD_TERMINATOR", [9, LF]);
  refusesInBoth("$0\r\nX\r\n", "BAD_TERMINATOR", [4, "X"]);
  refuses("=5\r\ntxt:aXX", "BAD_TERMINATOR", [9, "X"]);
  refuses("!3\r\nERRXX", "BAD_TERMINATOR", [7, "X"]);
  refuses("$?\r\n;1\r\naX\r\n", "BAD_TERMINATOR", [9, "X"]);
});

test("G06: a long bulk string must be followed by CR LF too", () => {
  for (const size of [4096, 70_000]) {
    for (
      const [end, at, byte] of [
        ["XX", 0, 88],
        ["\rX", 1, 88],
        ["\n\n", 0, 10],
      ] as const
    ) {
      const header = `$${size}\r\n`;
      const bytes = toBytes(header + "a".repeat(size) + end);
      const error = { code: "BAD_TERMINATOR", offset: header.length + size + at, byte };
      for (const cut of [bytes.length, 5000, bytes.length - 1, bytes.length - 2]) {
        assert.deepStrictEqual(decode([bytes.subarray(0, cut), bytes.subarray(cut)]).error, error);
      }
    }
  }
});

test("G07: a lone CR or LF ends no line", () => {
  refusesInBoth("+OK\n", "BAD_TERMINATOR", [3, LF]);
  refusesInBoth("+OK\rX", "BAD_TERMINATOR", [4, "X"]);
  refusesInBoth("+\r\r\n", "BAD_TERMINATOR", [2, CR]);
  refusesInBoth("-ERR\n", "BAD_TERMINATOR", [4, LF]);
  refusesInBoth(":1\n", "BAD_TERMINATOR", [2, LF]);
  refusesInBoth(":1\rX", "BAD_TERMINATOR", [3, "X"]);
  refusesInBoth(":12345678901234567890\n", "BAD_TERMINATOR", [21, LF]);
  refusesInBoth("$1\n", "BAD_TERMINATOR", [2, LF]);
  refusesInBoth("$1\rX", "BAD_TERMINATOR", [3, "X"]);
  refusesInBoth("*-1\n", "BAD_TERMINATOR", [3, LF]);
  refuses(",1.5\n", "BAD_TERMINATOR", [4, LF]);
  refuses("(1\rX", "BAD_TERMINATOR", [3, "X"]);
  refuses("*?\r\n.X", "BAD_TERMINATOR", [5, "X"]);
  refuses("*?\r\n.\rX", "BAD_TERMINATOR", [6, "X"]);
  refuses("$?\n", "BAD_TERMINATOR", [2, LF]);
});

test("G07: a long line ends no other way than a short one", () => {
  for (
    const [end, at, byte] of [
      ["\n", 0, 10],
      ["\rX", 1, 88],
    ] as const
  ) {
    const bytes = toBytes("+" + "a".repeat(9000) + end);
    const error = { code: "BAD_TERMINATOR", offset: 9001 + at, byte };
    for (const cut of [bytes.length, 5000, 9001, bytes.length - 1]) {
      assert.deepStrictEqual(decode([bytes.subarray(0, cut), bytes.subarray(cut)]).error, error);
    }
  }
});

test("14, 43, G08: booleans and nulls are exact", () => {
  refuses("#x\r\n", "BAD_BOOLEAN", [1, "x"]);
  refuses("#\r\n", "BAD_BOOLEAN", [1, CR]);
  refuses("#true\r\n", "BAD_BOOLEAN", [2, "r"]);
  refuses("#foobar\r\n", "BAD_BOOLEAN", [2, "o"]);
  refuses("#t\n", "BAD_BOOLEAN", [2, LF]);
  refuses("#t\rX", "BAD_BOOLEAN", [3, "X"]);
  refuses("_x\r\n", "BAD_NULL", [1, "x"]);
  refuses("_nil\r\n", "BAD_NULL", [1, "n"]);
  refuses("_\rX", "BAD_NULL", [2, "X"]);
});

test("12, G09: malformed doubles", () => {
  refuses(",\r\n", "BAD_DOUBLE", [1, CR]);
  refuses(",1.2.3\r\n", "BAD_DOUBLE", [4, "."]);
  refuses(",1e\r\n", "BAD_DOUBLE", [3, CR]);
  refuses(",1e+\r\n", "BAD_DOUBLE", [4, CR]);
  refuses(",1e5.5\r\n", "BAD_DOUBLE", [4, "."]);
  refuses(",+\r\n", "BAD_DOUBLE", [2, CR]);
  refuses(",-\r\n", "BAD_DOUBLE", [2, CR]);
  refuses(",.\r\n", "BAD_DOUBLE", [2, CR]);
  refuses(",.e5\r\n", "BAD_DOUBLE", [2, "e"]);
  refuses(",1,5\r\n", "BAD_DOUBLE", [2, ","]);
  refuses(",abc\r\n", "BAD_DOUBLE", [1, "a"]);
  refuses(",3.14x\r\n", "BAD_DOUBLE", [5, "x"]);
  refuses(",infx\r\n", "BAD_DOUBLE", [4, "x"]);
  refuses(",in\r\n", "BAD_DOUBLE", [3, CR]);
  refuses(",--1\r\n", "BAD_DOUBLE", [2, "-"]);
  refuses(",0x10\r\n", "BAD_DOUBLE", [2, "x"]);
  refuses(", 1\r\n", "BAD_DOUBLE", [1, " "]);
});

test("10: a NUL inside a double", () => {
  refuses(",3.1\x004\r\n", "BAD_DOUBLE", [4, 0]);
});

test("12: a double longer than any number", () => {
  const { error } = decodeEveryWay(`,${"1".repeat(1025)}\r\n`);
  assert.deepStrictEqual(error, { code: "BAD_DOUBLE", offset: 1025, byte: undefined });
  assert.equal(decode([toBytes(`,${"1".repeat(308)}\r\n`)]).values.length, 1);
});

test("G10: malformed big numbers", () => {
  refuses("(12a\r\n", "BAD_BIGNUM", [3, "a"]);
  refuses("(\r\n", "BAD_BIGNUM", [1, CR]);
  refuses("(-\r\n", "BAD_BIGNUM", [2, CR]);
  refuses("(1.5\r\n", "BAD_BIGNUM", [2, "."]);
  refuses("(-+1\r\n", "BAD_BIGNUM", [2, "+"]);
});

test("G11: verbatim strings need a format of three characters", () => {
  refuses("=2\r\nab\r\n", "BAD_VERBATIM", [1, "2"]);
  refuses("=3\r\ntxt\r\n", "BAD_VERBATIM", [1, "3"]);
  refuses("=5\r\nabcde\r\n", "BAD_VERBATIM", [7, "d"]);
  refuses("=0\r\n\r\n", "BAD_VERBATIM", [1, "0"]);
});

test("G11: a long verbatim string needs a format too", () => {
  const bytes = toBytes(`=5000\r\n${"a".repeat(5000)}\r\n`);
  const error = { code: "BAD_VERBATIM", offset: 10, byte: 97 };
  for (const cut of [bytes.length, 9, 5000]) {
    assert.deepStrictEqual(decode([bytes.subarray(0, cut), bytes.subarray(cut)]).error, error);
  }
});

test("G13: streams that are none", () => {
  refuses("$?\r\n+OK\r\n", "UNSUPPORTED_STREAM", [4, "+"]);
  refuses("$?\r\n;1\r\na\r\n$1\r\nb\r\n", "UNSUPPORTED_STREAM", [11, "$"]);
  refuses("$?\r\n;-1\r\n", "BAD_LENGTH", [5, "-"]);
  refuses("$?\r\n;x\r\n", "BAD_INTEGER", [5, "x"]);
  refuses("$?\r\n;?\r\n", "BAD_INTEGER", [5, "?"]);
  refuses("=?\r\n", "UNSUPPORTED_STREAM", [1, "?"]);
  refuses("!?\r\n", "UNSUPPORTED_STREAM", [1, "?"]);
  refuses(";1\r\n", "BAD_TYPE", [0, ";"]);
  refuses(".\r\n", "BAD_TYPE", [0, "."]);
  refuses("*1\r\n.\r\n", "BAD_TYPE", [4, "."]);
  refuses("%?\r\n+a\r\n.\r\n", "BAD_TYPE", [8, "."]);
  refuses("$?\r\n", "UNSUPPORTED_STREAM", [1, "?"], { protocol: 2 });
  refuses("*?\r\n", "UNSUPPORTED_STREAM", [1, "?"], { protocol: 2 });
});

test("36, 61, G14: pushes that are none", () => {
  refuses(">0\r\n", "BAD_PUSH", [1, "0"]);
  refuses(">?\r\n", "BAD_PUSH", [1, "?"]);
  refuses(">1\r\n:1\r\n", "BAD_PUSH", [0, ">"]);
  refuses(">2\r\n*1\r\n+a\r\n+b\r\n", "BAD_PUSH", [0, ">"]);
  refuses(">1\r\n_\r\n", "BAD_PUSH", [0, ">"]);
  refuses("*1\r\n>1\r\n+a\r\n", "BAD_PUSH", [4, ">"]);
  refuses("|1\r\n+a\r\n>1\r\n+b\r\n:1\r\n", "BAD_PUSH", [8, ">"]);
});

test("G15: the types of RESP3 in a RESP2 session", () => {
  for (const bytes of [">1\r\n+a\r\n", "_\r\n", "#t\r\n", ",1\r\n", "(1\r\n", "!1\r\na\r\n", "=4\r\ntxt:\r\n"]) {
    refuses(bytes, "BAD_TYPE", [0, bytes[0]!], { protocol: 2 });
  }
  for (const bytes of ["%0\r\n", "~0\r\n", "|0\r\n", ".\r\n"]) {
    refuses(bytes, "BAD_TYPE", [0, bytes[0]!], { protocol: 2 });
  }
});

test("G19: who else may be on the port is told apart at the first byte", () => {
  const peers: [string | Uint8Array, RegExp][] = [
    ["HTTP/1.1 400 Bad Request\r\n", /HTTP/],
    ["SSH-2.0-OpenSSH_9.6\r\n", /SSH/],
    [Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70), /TLS/],
    [Uint8Array.of(0x16, 3, 3, 0, 2, 2, 70), /TLS/],
    ["PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", /PROXY/],
  ];
  for (const [bytes, hint] of peers) {
    const first = toBytes(bytes)[0];
    for (const protocol of [2, 3] as const) {
      assert.deepStrictEqual(decodeEveryWay(bytes, { protocol }).error, { code: "WRONG_PEER", offset: 0, byte: first });
    }
    const decoder = new Decoder();
    decoder.feed(toBytes(bytes));
    assert.throws(() => decoder.read(), hint);
    const later = decodeEveryWay("+OK\r\n" + String.fromCharCode(first!));
    assert.deepStrictEqual(later.error, { code: "BAD_TYPE", offset: 5, byte: first });
  }
});

test("53: a push that stops anywhere is waited for, not guessed", () => {
  const frame = toBytes(">2\r\n$7\r\nmessage\r\n+a\r\n");
  for (let length = 1; length < frame.length; length++) {
    assert.deepStrictEqual(decode([frame.subarray(0, length)]), { values: [], isEmpty: false });
  }
});
