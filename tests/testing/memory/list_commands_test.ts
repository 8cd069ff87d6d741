import { test } from "node:test";
import assert from "node:assert/strict";
import { bulk, bulks, ok, syntaxError, talk, wrongType } from "./talk.ts";

test("values are pushed and popped at both ends", () => {
  const session = talk();
  assert.equal(
    session.run("RPUSH l b c", "LPUSH l a z", "LRANGE l 0 -1", "LLEN l"),
    `:2\r\n:4\r\n${bulks("z", "a", "b", "c")}:4\r\n`,
  );
  assert.equal(
    session.run("LPOP l", "RPOP l", "LPOP l 5", "EXISTS l"),
    bulk("z") + bulk("c") + bulks("a", "b") + ":0\r\n",
  );
  assert.equal(session.run("LPOP l", "LPOP l 1", "LPUSHX l a", "RPUSHX l a", "LLEN l"), "_\r\n_\r\n:0\r\n:0\r\n:0\r\n");
  assert.match(session.run("LPOP l -1"), /must be positive/);
});

test("a missing list has a null of its own in RESP2", () => {
  const session = talk({ protocol: 2 });
  assert.equal(session.run("LPOP l", "LPOP l 1"), "$-1\r\n*-1\r\n");
});

test("values are read and replaced by position", () => {
  const session = talk();
  session.run("RPUSH l a b c");
  assert.equal(
    session.run("LINDEX l 0", "LINDEX l -1", "LINDEX l 3", "LINDEX none 0"),
    bulk("a") + bulk("c") + "_\r\n_\r\n",
  );
  assert.equal(
    session.run("LSET l -1 z", "LRANGE l 1 1", "LRANGE l 2 100"),
    ok + bulks("b") + bulks("z"),
  );
  assert.match(session.run("LSET l 3 x"), /index out of range/);
  assert.match(session.run("LSET none 0 x"), /no such key/);
});

test("values are removed from either side, and a list is trimmed", () => {
  const session = talk();
  session.run("RPUSH l a b a c a");
  assert.equal(session.run("LREM l -1 a", "LRANGE l 0 -1"), `:1\r\n${bulks("a", "b", "a", "c")}`);
  assert.equal(session.run("LREM l 1 a", "LREM l 0 a", "LRANGE l 0 -1"), `:1\r\n:1\r\n${bulks("b", "c")}`);
  assert.equal(
    session.run("LREM l 0 x", "LREM none 0 x", "LTRIM l 1 -1", "LRANGE l 0 -1"),
    `:0\r\n:0\r\n${ok}${bulks("c")}`,
  );
  assert.equal(session.run("LTRIM l 5 9", "EXISTS l", "LTRIM none 0 1"), `${ok}:0\r\n${ok}`);
});

test("a value is inserted beside another", () => {
  const session = talk();
  session.run("RPUSH l a c");
  assert.equal(
    session.run("LINSERT l BEFORE c b", "LINSERT l after c d", "LRANGE l 0 -1"),
    `:3\r\n:4\r\n${bulks("a", "b", "c", "d")}`,
  );
  assert.equal(
    session.run("LINSERT l BEFORE x y", "LINSERT none BEFORE x y", "LINSERT l AT a b"),
    `:-1\r\n:0\r\n${syntaxError}`,
  );
});

test("values move between lists and around one", () => {
  const session = talk();
  session.run("RPUSH l a b c");
  assert.equal(
    session.run("LMOVE l m LEFT RIGHT", "RPOPLPUSH l m", "LRANGE m 0 -1"),
    bulk("a") + bulk("c") + bulks("c", "a"),
  );
  assert.equal(
    session.run("LMOVE m m LEFT RIGHT", "LRANGE m 0 -1", "LMOVE none m LEFT LEFT"),
    bulk("c") + bulks("a", "c") + "_\r\n",
  );
  assert.equal(session.run("RPOPLPUSH l m", "EXISTS l", "LMOVE m l UP DOWN"), `${bulk("b")}:0\r\n${syntaxError}`);
});

test("positions are found in either direction", () => {
  const session = talk();
  session.run("RPUSH l a b c a b c a");
  assert.equal(session.run("LPOS l a", "LPOS l a RANK 2", "LPOS l a RANK -1", "LPOS l x"), ":0\r\n:3\r\n:6\r\n_\r\n");
  assert.equal(
    session.run("LPOS l a COUNT 0", "LPOS l a COUNT 2 RANK -1", "LPOS l c COUNT 0 MAXLEN 3"),
    [
      "*3\r\n:0\r\n:3\r\n:6\r\n",
      "*2\r\n:6\r\n:3\r\n",
      "*1\r\n:2\r\n",
    ].join(""),
  );
  assert.match(session.run("LPOS l a RANK 0"), /RANK can't be zero/);
  assert.match(session.run("LPOS l a COUNT -1"), /COUNT can't be negative/);
});

test("another type is refused", () => {
  const session = talk();
  session.run("SET s v", "RPUSH l a");
  for (const command of ["LPUSH s a", "LPOP s", "LRANGE s 0 -1", "LLEN s", "LMOVE l s LEFT LEFT", "LPUSHX s a"]) {
    assert.equal(session.run(command), wrongType, command);
  }
  assert.equal(session.run("LLEN l"), ":1\r\n");
});
