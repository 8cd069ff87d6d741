import { test } from "node:test";
import assert from "node:assert/strict";
import { Session } from "../../lib/connection/session.ts";
import { ReplyError } from "../../lib/errors.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import { Random } from "../support/random.ts";

const refused = new ReplyError("ERR", "ERR no");
const aborted = new ReplyError("EXECABORT", "EXECABORT no");

/** A session on database 0 after commands that were answered with OK, each before the next was sent. */
function after(...commands: Argument[][]): Session {
  const session = new Session(0, undefined);
  for (const args of commands) {
    session.before(args);
    session.after(args, "OK");
  }
  return session;
}

test("a session is clean until a command leaves something behind", () => {
  const session = new Session(0, undefined);
  assert.equal(session.isClean, true);
  assert.equal(session.isLost, false);
  assert.deepEqual(session.undo(), []);
});

test("what a lease left behind is undone by the least that undoes it", () => {
  const cases: [Argument[][], Argument[][]][] = [
    [[["WATCH", "k"]], [["UNWATCH"]]],
    [[["MULTI"]], [["DISCARD"]]],
    [[["SELECT", 3]], [["SELECT", 0]]],
    [[["select", "3"]], [["SELECT", 0]]],
    [[[new TextEncoder().encode("watch"), "k"]], [["UNWATCH"]]],
    [[["CLIENT", "TRACKING", "ON"]], [["CLIENT", "TRACKING", "OFF"]]],
    [[["client", "setname", "x"]], [["CLIENT", "SETNAME", ""]]],
    [[["WATCH", "k"], ["MULTI"]], [["DISCARD"], ["UNWATCH"]]],
    [[["SELECT", 1], ["WATCH", "k"]], [["UNWATCH"], ["SELECT", 0]]],
  ];
  for (const [commands, undo] of cases) {
    const session = after(...commands);
    assert.equal(session.isClean, false, commands.join(" "));
    assert.equal(session.isLost, false);
    assert.deepEqual(session.undo(), undo);
  }
});

test("a session goes back to its own database and name", () => {
  const session = new Session(5, "worker");
  for (const args of [["SELECT", 1], ["CLIENT", "SETNAME", "x"]]) session.before(args);
  assert.deepEqual(session.undo(), [["SELECT", 5], ["CLIENT", "SETNAME", "worker"]]);
});

test("what ended by itself needs no undo", () => {
  assert.equal(after(["WATCH", "k"], ["UNWATCH"]).isClean, true);
  assert.equal(after(["WATCH", "k"], ["MULTI"], ["EXEC"]).isClean, true);
  assert.equal(after(["WATCH", "k"], ["MULTI"], ["DISCARD"]).isClean, true);
  assert.equal(after(["SELECT", 1], ["SELECT", 0]).isClean, true);
  assert.equal(after(["SELECT", 1], ["SELECT", "0"]).isClean, true);
});

test("within a transaction UNWATCH and SELECT are only queued", () => {
  assert.deepEqual(after(["WATCH", "k"], ["MULTI"], ["UNWATCH"]).undo(), [["DISCARD"], ["UNWATCH"]]);
  assert.deepEqual(after(["SELECT", 1], ["MULTI"], ["SELECT", 0]).undo(), [["DISCARD"], ["SELECT", 0]]);
});

test("an error clears no mark, except the one that ends a transaction", () => {
  const session = after(["WATCH", "k"], ["MULTI"]);
  session.before(["DISCARD"]);
  session.after(["DISCARD"], refused);
  assert.deepEqual(session.undo(), [["DISCARD"], ["UNWATCH"]]);
  session.before(["EXEC"]);
  session.after(["EXEC"], aborted);
  assert.equal(session.isClean, true);
});

test("a mark is there before the answer, and stays when none comes", () => {
  const session = new Session(0, undefined);
  session.before(["WATCH", "k"]);
  assert.equal(session.isClean, false);
  session.before(["UNWATCH"]);
  assert.equal(session.isClean, false);
});

test("an answer clears nothing that a later command sets again before its own answer is in", () => {
  const sequences: Argument[][][] = [
    [["WATCH", "a"], ["UNWATCH"], ["WATCH", "b"]],
    [["MULTI"], ["EXEC"], ["WATCH", "b"]],
    [["MULTI"], ["DISCARD"], ["MULTI"]],
    [["SELECT", 1], ["SELECT", 0], ["SELECT", 2]],
  ];
  for (const commands of sequences) {
    const session = new Session(0, undefined);
    for (const args of commands) session.before(args);
    for (const args of commands) {
      session.after(args, "OK");
      assert.equal(session.isClean, false, `${commands.join(" ")} after the answer to ${args.join(" ")}`);
    }
  }
});

test("an answer clears what it ends, though a later command is unanswered", () => {
  const session = new Session(0, undefined);
  const commands: Argument[][] = [["MULTI"], ["EXEC"], ["WATCH", "k"]];
  for (const args of commands) session.before(args);
  for (const args of commands) session.after(args, "OK");
  assert.deepEqual(session.undo(), [["UNWATCH"]]);
});

test("a command that was never sent leaves the session to be undone, and no other mark is lost by it", () => {
  const session = new Session(0, undefined);
  session.before(["WATCH", NaN]);
  for (const args of [["UNWATCH"], ["SELECT", 1]]) session.before(args);
  for (const args of [["UNWATCH"], ["SELECT", 1]]) session.after(args, "OK");
  assert.deepEqual(session.undo(), [["SELECT", 0]]);
  session.before(["SELECT", 0]);
  session.after(["SELECT", 0], "OK");
  assert.equal(session.isClean, false);
  session.cleaned();
  assert.equal(session.isClean, true);
});

test("what nothing undoes makes the connection lost", () => {
  const commands: Argument[][] = [
    ["HELLO", 2],
    ["AUTH", "x"],
    ["SUBSCRIBE", "c"],
    ["MONITOR"],
    ["CLIENT", "REPLY", "OFF"],
    ["CLIENT", "NO-EVICT", "ON"],
    ["RESET"],
    ["QUIT"],
    ["READONLY"],
  ];
  for (const args of commands) assert.equal(after(args).isLost, true, args.join(" "));
  assert.equal(after(["WATCH", "k"]).isLost, false);
});

test("once the server has confirmed the undo the session is as new", () => {
  const session = new Session(0, undefined);
  session.before(["SELECT", 1]);
  session.before(["WATCH", "k"]);
  session.cleaned();
  assert.equal(session.isClean, true);
  session.before(["UNWATCH"]);
  session.after(["UNWATCH"], "OK");
  session.before(["SELECT", 1]);
  session.after(["SELECT", 1], "OK");
  session.before(["SELECT", 0]);
  session.after(["SELECT", 0], "OK");
  assert.equal(session.isClean, true);
});

/** What a server would have on its side after each command it ran. */
class ServerSide {
  db = 0;
  watches = false;
  isInTransaction = false;
  #queuedDb: number | undefined;

  run([verb, arg]: Argument[]): unknown {
    if (verb === "EXEC" || verb === "DISCARD") return this.#end(verb);
    if (this.isInTransaction) {
      if (verb === "MULTI" || verb === "WATCH") return refused;
      if (verb === "SELECT") this.#queuedDb = arg as number;
      return "QUEUED";
    }
    if (verb === "MULTI") this.isInTransaction = true;
    if (verb === "WATCH") this.watches = true;
    if (verb === "UNWATCH") this.watches = false;
    if (verb === "SELECT") this.db = arg as number;
    return "OK";
  }

  #end(verb: string): unknown {
    if (!this.isInTransaction) return refused;
    if (verb === "EXEC") this.db = this.#queuedDb ?? this.db;
    this.#queuedDb = undefined;
    this.isInTransaction = this.watches = false;
    return verb === "EXEC" ? [] : "OK";
  }

  get isClean(): boolean {
    return this.db === 0 && !this.watches && !this.isInTransaction;
  }
}

test("T16: a session that calls itself clean is clean on the server, however commands and answers overlap", () => {
  const commands: Argument[][] = [
    ["WATCH", "k"],
    ["UNWATCH"],
    ["MULTI"],
    ["EXEC"],
    ["DISCARD"],
    ["SELECT", 0],
    ["SELECT", 1],
  ];
  let foundClean = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    const session = new Session(0, undefined);
    const server = new ServerSide();
    const answers: [Argument[], unknown][] = [];
    for (let step = 0; step < 60; step++) {
      if (random.chance(0.5) || answers.length === 0) {
        const args = random.pick(commands);
        session.before(args);
        answers.push([args, server.run(args)]);
      } else session.after(...answers.shift()!);
      if (answers.length > 0 || !session.isClean) continue;
      foundClean++;
      assert.equal(server.isClean, true, `seed ${seed}, step ${step}`);
    }
  }
  assert.ok(foundClean > 100, `only ${foundClean} times clean: the marks are never cleared`);
});
