import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, talk } from "./talk.ts";

const push = (...items: (string | number | null)[]) =>
  `>${items.length}\r\n${
    items.map((item) => item === null ? "_\r\n" : typeof item === "number" ? `:${item}\r\n` : bulk(item)).join("")
  }`;

test("a subscriber hears what is published, by channel and by pattern", () => {
  const session = talk();
  const other = session.another();
  assert.equal(
    session.run("SUBSCRIBE a b", "PSUBSCRIBE a*"),
    [
      push("subscribe", "a", 1),
      push("subscribe", "b", 2),
      push("psubscribe", "a*", 3),
    ].join(""),
  );
  assert.equal(other.run("PUBLISH a hello", "PUBLISH c x"), ":2\r\n:0\r\n");
  assert.equal(session.take(), push("message", "a", "hello") + push("pmessage", "a*", "a", "hello"));
});

test("one who publishes to itself gets the message before the reply", () => {
  const session = talk();
  session.run("SUBSCRIBE a");
  assert.equal(session.run("PUBLISH a hi"), `${push("message", "a", "hi")}:1\r\n`);
});

test("subscriptions end one by one or all at once", () => {
  const session = talk();
  session.run("SUBSCRIBE a b c", "PSUBSCRIBE p");
  assert.equal(
    session.run("UNSUBSCRIBE b", "PUNSUBSCRIBE"),
    push("unsubscribe", "b", 3) + push("punsubscribe", "p", 2),
  );
  assert.equal(session.run("UNSUBSCRIBE"), push("unsubscribe", "a", 1) + push("unsubscribe", "c", 0));
  assert.equal(
    session.run("UNSUBSCRIBE", "PUNSUBSCRIBE x"),
    push("unsubscribe", null, 0) + push("punsubscribe", "x", 0),
  );
});

test("PUBSUB tells who listens", () => {
  const session = talk();
  session.another().run("SUBSCRIBE a b", "PSUBSCRIBE p");
  assert.equal(
    session.run("PUBSUB CHANNELS", "PUBSUB CHANNELS a*", "PUBSUB NUMPAT"),
    `${bulks("a", "b")}${bulks("a")}:1\r\n`,
  );
  assert.equal(session.run("PUBSUB NUMSUB a x", "PUBSUB NUMSUB"), `*4\r\n${bulk("a")}:1\r\n${bulk("x")}:0\r\n*0\r\n`);
});
