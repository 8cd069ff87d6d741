import { test } from "node:test";
import assert from "node:assert/strict";
import { CommandReader, StreamError } from "../../lib/testing/command_reader.ts";

function readAll(reader: CommandReader): string[][] {
  const commands: string[][] = [];
  for (let args = reader.next(); args !== undefined; args = reader.next()) commands.push(args);
  return commands;
}

test("commands are the same wherever the chunks end", () => {
  const text = "*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n*1\r\n$0\r\n\r\n*0\r\n*-1\r\nPING 'x y'\r\n\r\n*1\r\n$4\r\nPING\r\n";
  const expected = [["GET", "a\r\nb"], [""], ["PING", "x y"], ["PING"]];
  for (let size = 1; size <= text.length; size++) {
    const reader = new CommandReader(true);
    const commands: string[][] = [];
    for (let at = 0; at < text.length; at += size) {
      reader.feed(text.slice(at, at + size));
      commands.push(...readAll(reader));
    }
    assert.deepEqual(commands, expected, `chunks of ${size}`);
  }
});

test("a long argument in many chunks takes time in proportion", () => {
  const reader = new CommandReader(false);
  const chunk = "x".repeat(10_000);
  reader.feed(`*1\r\n$${2000 * chunk.length}\r\n`);
  for (let i = 0; i < 2000; i++) {
    assert.equal(reader.next(), undefined);
    reader.feed(chunk);
  }
  reader.feed("\r\n");
  assert.equal(reader.next()?.[0]?.length, 20_000_000);
});

const wrong: [text: string, message: RegExp][] = [
  ["*x\r\n", /invalid multibulk length/],
  ["*99999999999\r\n", /invalid multibulk length/],
  ["*1\r\n:1\r\n", /expected '\$', got ':'/],
  ["*1\r\n\r\n", /expected '\$', got ' '/],
  ["*1\r\n$x\r\n", /invalid bulk length/],
  ["*1\r\n$-1\r\n", /invalid bulk length/],
  ["*1\r\n$536870913\r\n", /invalid bulk length/],
  ["*1\r\n$1\r\nab\r\n", /expected CRLF/],
  ["GET 'a\r\n", /unbalanced quotes/],
  ["x".repeat(70_000), /too big inline request/],
  ["*" + "1".repeat(70_000), /too big mbulk count/],
  ["*1\r\n$" + "1".repeat(70_000), /too big bulk count/],
];

for (const [text, message] of wrong) {
  test(`${JSON.stringify(text.slice(0, 30))} is refused`, () => {
    const reader = new CommandReader(true);
    reader.feed(text);
    assert.throws(() => reader.next(), (error) => error instanceof StreamError && message.test(error.message));
  });
}

test("inline commands are refused when every command must be an array", () => {
  const reader = new CommandReader(false);
  reader.feed("PING\r\n");
  assert.throws(() => reader.next(), /expected '\*'/);
});
