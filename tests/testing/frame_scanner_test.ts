import { test } from "node:test";
import assert from "node:assert/strict";
import { toBytes } from "../../lib/testing/bytes.ts";
import { FrameScanner } from "../../lib/testing/frame_scanner.ts";

const frames = [
  "+OK\r\n",
  "-ERR a-b 12\r\n",
  ":-12\r\n",
  "$5\r\n*2\r\n\r\r\n",
  "$0\r\n\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "*0\r\n",
  "*2\r\n*2\r\n:1\r\n$1\r\na\r\n*0\r\n",
  "%1\r\n+key\r\n~2\r\n#t\r\n_\r\n",
  "|1\r\n+ttl\r\n:5\r\n*1\r\n|1\r\n+a\r\n+b\r\n:1\r\n",
  "=7\r\ntxt:abc\r\n",
  "!3\r\nERR\r\n",
  ",1.5\r\n",
  "(123\r\n",
  ">2\r\n+message\r\n:1\r\n",
];

test("the end of every frame is found, wherever the chunks end", () => {
  const stream = toBytes(frames.join(""));
  const expected: number[] = [];
  for (const frame of frames) expected.push((expected[expected.length - 1] ?? 0) + frame.length);
  for (let size = 1; size <= stream.length; size++) {
    const scanner = new FrameScanner();
    const found: number[] = [];
    for (let at = 0; at < stream.length; at += size) {
      for (const { position } of scanner.scan(stream.subarray(at, at + size))) found.push(at + position);
    }
    assert.deepEqual(found, expected, `chunks of ${size}`);
    assert.equal(scanner.isBetween, true);
  }
});

test("only pushes are said to be pushes", () => {
  const ends = new FrameScanner().scan(toBytes(frames.join("")));
  assert.deepEqual(ends.map(({ isPush }) => isPush), frames.map((frame) => frame.startsWith(">")));
});

test("within a frame the stream is not between two", () => {
  for (const frame of frames) {
    for (let length = 1; length < frame.length; length++) {
      const scanner = new FrameScanner();
      assert.deepEqual(scanner.scan(toBytes(frame.slice(0, length))), []);
      assert.equal(scanner.isBetween, false, JSON.stringify(frame.slice(0, length)));
    }
  }
});
