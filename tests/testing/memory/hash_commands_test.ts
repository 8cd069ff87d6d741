import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, ok, talk, wrongType } from "./talk.ts";

test("fields are set, read and removed", () => {
  const session = talk();
  assert.equal(
    session.run("HSET h a 1 b 2", "HSET h a 9 c 3", "HGET h a", "HGET h x"),
    `:2\r\n:1\r\n${bulk("9")}_\r\n`,
  );
  assert.equal(session.run("HMGET h a x", "HMGET none a"), `*2\r\n${bulk("9")}_\r\n*1\r\n_\r\n`);
  assert.equal(
    session.run("HEXISTS h a", "HEXISTS h x", "HLEN h", "HSTRLEN h a", "HSTRLEN h x"),
    ":1\r\n:0\r\n:3\r\n:1\r\n:0\r\n",
  );
  assert.equal(session.run("HKEYS h", "HVALS h"), bulks("a", "b", "c") + bulks("9", "2", "3"));
  assert.equal(session.run("HDEL h a b x", "HDEL h c", "EXISTS h", "HDEL h a"), ":2\r\n:1\r\n:0\r\n:0\r\n");
});

test("HGETALL is a map in RESP3 and an array in RESP2", () => {
  for (const [protocol, type] of [[2, "*2"], [3, "%1"]] as const) {
    const session = talk({ protocol });
    session.run("HSET h a 1");
    assert.equal(session.run("HGETALL h"), `${type}\r\n${bulk("a")}${bulk("1")}`);
    assert.equal(session.run("HGETALL none"), `${type[0]}0\r\n`);
  }
});

test("HMSET and HSETNX", () => {
  const session = talk();
  assert.equal(session.run("HMSET h a 1", "HSETNX h a 2", "HSETNX h b 2", "HGET h a"), `${ok}:0\r\n:1\r\n${bulk("1")}`);
  assert.match(session.run("HSET h a"), /wrong number/);
  assert.match(session.run("HSET h a 1 b"), /wrong number of arguments for 'hset'/);
});

test("fields count", () => {
  const session = talk();
  assert.equal(session.run("HINCRBY h n 5", "HINCRBY h n -7", "HINCRBYFLOAT h f 0.1"), `:5\r\n:-2\r\n${bulk("0.1")}`);
  session.run("HSET h s text");
  assert.match(session.run("HINCRBY h s 1"), /hash value is not an integer/);
  assert.match(session.run("HINCRBYFLOAT h s 1"), /hash value is not a float/);
  assert.match(session.run("HINCRBYFLOAT h f inf"), /NaN or Infinity/);
});

test("HRANDFIELD picks fields, in pairs with their values", () => {
  const session = talk();
  session.run("HSET h a 1");
  assert.equal(
    session.run("HRANDFIELD h", "HRANDFIELD h 5", "HRANDFIELD h -2"),
    bulk("a") + bulks("a") + bulks("a", "a"),
  );
  assert.equal(session.run("HRANDFIELD h 1 WITHVALUES"), `*1\r\n${bulks("a", "1")}`);
  assert.equal(session.run("HRANDFIELD none", "HRANDFIELD none 2"), "_\r\n*0\r\n");
  assert.match(session.run("HRANDFIELD h 1 BAD"), /syntax error/);
});

test("another type is refused", () => {
  const session = talk();
  session.run("SET s v");
  for (const command of ["HGET s f", "HSET s f v", "HGETALL s", "HDEL s f", "HINCRBY s f 1", "HLEN s", "HKEYS s"]) {
    assert.equal(session.run(command), wrongType, command);
  }
});
