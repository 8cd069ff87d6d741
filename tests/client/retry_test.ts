import assert from "node:assert/strict";
import { test } from "node:test";
import { ResentCall, type RetryPolicy, RetryRule } from "../../lib/client/retry.ts";
import { type Call, MappedCall, type ReplySource, tombstone } from "../../lib/connection/call.ts";
import { AuthError, type RedisError, ReplyError, TimeoutError } from "../../lib/errors.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

const source: ReplySource = { protocol: 3, mapping: defaultMapping, endpoint: "h:1" };

function rule(policy: RetryPolicy = "reads") {
  const clock = new FakeClock();
  let accepted = 0;
  return { clock, accept: (count: number) => accepted += count, judge: new RetryRule(policy, clock, () => accepted) };
}

const refusal = (code: string) => new ReplyError(code, `${code} not now`, { sent: true, maybeExecuted: false });
const withIdempotent = (idempotent: boolean) => Object.assign(new MappedCall(undefined), { idempotent }) as Call;

test("each policy sends again what its categories allow, and nothing more", () => {
  const commands: Argument[][] = [
    ...[["PING"], ["GET", "k"], ["SET", "k", "v", "NX"], ["SET", "k", "v"], ["INCR", "k"], ["FLUSHALL"], ["NEWCMD"]],
  ];
  const allowed = (policy: RetryPolicy) =>
    commands.map((args) => rule(policy).judge.afterLoss(args, undefined) !== undefined);
  assert.deepEqual(allowed("reads"), [true, true, false, false, false, false, false]);
  assert.deepEqual(allowed("lastWins"), [true, true, true, true, false, false, false]);
  assert.deepEqual(allowed("all"), [true, true, true, true, true, false, false]);
  assert.deepEqual(allowed(false), [false, false, false, false, false, false, false]);
});

test("what the caller says of his command rules over every policy", () => {
  assert.notEqual(rule(false).judge.afterLoss(["EVAL", "…", 0], withIdempotent(true)), undefined);
  assert.equal(rule("all").judge.afterLoss(["GET", "k"], withIdempotent(false)), undefined);
});

test("the first re-send after a loss is free, later ones are on the budget", () => {
  const { clock, accept, judge } = rule();
  const resent = judge.afterLoss(["GET", "k"], undefined)!;
  for (let n = 0; n < 1000; n++) assert.notEqual(judge.afterLoss(["GET", "k"], undefined), undefined);
  let again = 0;
  while (judge.afterLoss(["GET", "k"], resent) !== undefined) again++;
  assert.equal(again, 100);
  clock.tick(500);
  const after = Array.from({ length: 10 }, () => judge.afterLoss(["GET", "k"], resent) !== undefined);
  assert.equal(after.filter(Boolean).length, 5, "ten come back per second");
  accept(30);
  const afterCalls = Array.from({ length: 10 }, () => judge.afterLoss(["GET", "k"], resent) !== undefined);
  assert.equal(afterCalls.filter(Boolean).length, 3, "and one with every tenth call");
});

test("what the server has not run may always run later, whatever the command", () => {
  const { judge } = rule("reads");
  for (const code of ["LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "MAXCLIENTS"]) {
    const resent = judge.afterRefusal(["INCR", "k"], undefined, refusal(code));
    assert.equal(resent?.attempts, 2, code);
    assert.notEqual(judge.afterRefusal(["INCR", "k"], resent, refusal(code)), undefined, `${code} again`);
  }
});

test("other refusals are the caller's, and so are all when nothing is to be sent again", () => {
  for (const code of ["OOM", "WRONGTYPE", "NOPERM", "EXECABORT", "NOREPLICAS", "ERR"]) {
    assert.equal(rule("all").judge.afterRefusal(["GET", "k"], undefined, refusal(code)), undefined, code);
  }
  assert.equal(rule(false).judge.afterRefusal(["GET", "k"], undefined, refusal("LOADING")), undefined);
  assert.equal(rule().judge.afterRefusal(["GET", "k"], tombstone, refusal("LOADING")), undefined);
});

test("a script is sent again only when it cannot have begun", () => {
  const allowed = (code: string) => rule().judge.afterRefusal(["EVAL", "…", 0], undefined, refusal(code)) !== undefined;
  assert.deepEqual(["LOADING", "BUSY", "READONLY", "TRYAGAIN"].map(allowed), [true, true, false, false]);
});

test("a primary that is read-only a second time is no accident of a failover", () => {
  const { judge } = rule();
  const resent = judge.afterRefusal(["SET", "k", "v"], undefined, refusal("READONLY"));
  assert.notEqual(resent, undefined);
  assert.equal(judge.afterRefusal(["SET", "k", "v"], resent, refusal("READONLY")), undefined);
});

test("a re-sent command counts its attempts in the error that ends it", () => {
  const errors: RedisError[] = [];
  const call = new ResentCall(new MappedCall(undefined), 3);
  const error = refusal("WRONGTYPE");
  call.reply(error, true, ["GET", "k"], () => {}, (reason) => errors.push(reason as RedisError), source);
  assert.deepEqual([errors[0], error.attempts], [error, 3]);
});

test("when time is up before it was sent again, the server's refusal says more than the time", () => {
  const told: unknown[] = [];
  const last = refusal("LOADING");
  const unsent = new TimeoutError("COMMAND_TIMEOUT", "late", { sent: false });
  new ResentCall(new MappedCall(undefined), 3, last).fail(unsent, (reason) => told.push(reason));
  const sent = new TimeoutError("COMMAND_TIMEOUT", "late", { sent: true });
  new ResentCall(new MappedCall(undefined), 3, last).fail(sent, (reason) => told.push(reason));
  assert.deepEqual(told, [last, sent]);
  assert.deepEqual([last.attempts, sent.attempts], [2, 3]);
});

test("what was lost once may have run, whatever ends it later; what is told to all alike is not changed by it", () => {
  const told: RedisError[] = [];
  const lost = rule("all").judge.afterLoss(["INCR", "k"], undefined)!;
  const shared = new AuthError("NOAUTH", "no", { command: "HELLO", phase: "handshake" });
  const unsent = new TimeoutError("COMMAND_TIMEOUT", "late", { command: "INCR", sent: false });
  const tell = (reason: unknown) => told.push(reason as RedisError);
  lost.reply(refusal("OOM"), true, ["INCR", "k"], () => {}, tell, source);
  for (const error of [unsent, shared]) lost.fail(error, tell);
  lost.again(refusal("BUSY")).fail(
    new TimeoutError("COMMAND_TIMEOUT", "late", { command: "INCR", sent: false }),
    tell,
  );
  assert.deepEqual(told.map(({ sent, maybeExecuted }) => [sent, maybeExecuted]), Array(4).fill([true, true]));
  assert.deepEqual(told.map(({ code }) => code), ["OOM", "COMMAND_TIMEOUT", "CONN_CLOSED", "BUSY"]);
  assert.deepEqual([told[2]!.command, told[2]!.cause], ["INCR", shared]);
  assert.deepEqual([shared.sent, shared.maybeExecuted], [false, false]);
});
