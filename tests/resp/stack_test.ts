import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, incomplete } from "../../lib/resp/decoder.ts";
import { toMapping } from "../../lib/resp/mapping.ts";

/** Everything that a stream holds, with the kind of each. */
function readAll(
  stream: string,
  decoder: Decoder = new Decoder(),
  mapping = toMapping(undefined),
): [string, unknown][] {
  const values: [string, unknown][] = [];
  decoder.feed(new TextEncoder().encode(stream));
  for (let value = decoder.read(mapping); value !== incomplete; value = decoder.read(mapping)) {
    values.push([decoder.kind, value]);
  }
  return values;
}

test("aggregates close outwards as far as their last value completes them", () => {
  assert.deepEqual(readAll("*2\r\n*1\r\n*1\r\n:1\r\n*1\r\n*0\r\n:5\r\n"), [["reply", [[[1]], [[]]]], ["reply", 5]]);
});

test("attributes are handed over and are no value of what holds them", () => {
  const seen: unknown[] = [];
  const decoder = new Decoder({ onAttribute: (attributes) => seen.push(attributes) });
  assert.deepEqual(readAll("*2\r\n|1\r\n+ttl\r\n:3\r\n:1\r\n:2\r\n", decoder), [["reply", [1, 2]]]);
  assert.deepEqual(seen, [{ ttl: 3 }]);
});

test("a push is one only at the outermost level, and must begin with a string", () => {
  assert.deepEqual(readAll(">2\r\n+a\r\n:1\r\n+OK\r\n"), [["push", ["a", 1]], ["reply", "OK"]]);
  assert.throws(() => readAll("*1\r\n>1\r\n+a\r\n"), { code: "BAD_PUSH" });
  assert.throws(() => readAll(">1\r\n:1\r\n"), { code: "BAD_PUSH" });
});

test("what cannot be delivered is told with the reply it belongs to, and not with the next", () => {
  const [first, second] = readAll("*2\r\n%1\r\n*0\r\n:1\r\n:2\r\n:3\r\n");
  assert.deepEqual([first![0], (first![1] as { code: string }).code], ["error", "BAD_MAP_KEY"]);
  assert.deepEqual(second, ["reply", 3]);
});

test("a streamed aggregate ends with its mark, and with nothing else", () => {
  assert.deepEqual(readAll("*?\r\n:1\r\n*?\r\n.\r\n.\r\n"), [["reply", [1, []]]]);
  assert.throws(() => readAll(".\r\n"), { code: "BAD_TYPE" });
  assert.throws(() => readAll("%?\r\n+a\r\n.\r\n"), { code: "BAD_TYPE" });
});

test("the limits of depth and of elements hold at their exact places", () => {
  const decoder = () => new Decoder({ limits: { depth: 2, elements: 2 } });
  assert.deepEqual(readAll("*1\r\n*1\r\n:1\r\n", decoder()), [["reply", [[1]]]]);
  assert.throws(() => readAll("*1\r\n*1\r\n*1\r\n", decoder()), { code: "DEPTH_LIMIT" });
  assert.throws(() => readAll("*3\r\n", decoder()), { code: "ELEMENTS_LIMIT" });
  assert.throws(() => readAll("*?\r\n:1\r\n:2\r\n:3\r\n", decoder()), { code: "ELEMENTS_LIMIT" });
});
