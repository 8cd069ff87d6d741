import { test } from "node:test";
import assert from "node:assert/strict";
import * as reply from "../../../lib/testing/memory/reply.ts";

const cases: [name: string, reply.Reply, resp2: string, resp3: string][] = [
  ["a bulk string", "a\r\nb", "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"],
  ["an integer", -5, ":-5\r\n", ":-5\r\n"],
  ["a long integer", 2n ** 62n, ":4611686018427387904\r\n", ":4611686018427387904\r\n"],
  ["null", null, "$-1\r\n", "_\r\n"],
  ["a null array", reply.nullArray, "*-1\r\n", "_\r\n"],
  ["a status", reply.ok, "+OK\r\n", "+OK\r\n"],
  ["an error of one line", reply.failure("ERR a\r\nb"), "-ERR a  b\r\n", "-ERR a  b\r\n"],
  ["a double", reply.double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"],
  ["infinity", reply.double(-Infinity), "$4\r\n-inf\r\n", ",-inf\r\n"],
  ["verbatim text", reply.verbatim("ab"), "$2\r\nab\r\n", "=6\r\ntxt:ab\r\n"],
  ["an array", [1, [null]], "*2\r\n:1\r\n*1\r\n$-1\r\n", "*2\r\n:1\r\n*1\r\n_\r\n"],
  ["an empty array", [], "*0\r\n", "*0\r\n"],
  ["a map", reply.map(["k", 1]), "*2\r\n$1\r\nk\r\n:1\r\n", "%1\r\n$1\r\nk\r\n:1\r\n"],
  ["a set", reply.set([1]), "*1\r\n:1\r\n", "~1\r\n:1\r\n"],
  ["pairs", reply.pairs(["a", 1]), "*2\r\n$1\r\na\r\n:1\r\n", "*1\r\n*2\r\n$1\r\na\r\n:1\r\n"],
  ["a push", reply.push([1]), "*1\r\n:1\r\n", ">1\r\n:1\r\n"],
  ["a sequence", reply.sequence([1, reply.push([2])]), ":1\r\n*1\r\n:2\r\n", ":1\r\n>1\r\n:2\r\n"],
];

for (const [name, value, resp2, resp3] of cases) {
  test(`${name} is written in both protocols`, () => {
    assert.equal(reply.encodeReply(value, 2), resp2);
    assert.equal(reply.encodeReply(value, 3), resp3);
  });
}
