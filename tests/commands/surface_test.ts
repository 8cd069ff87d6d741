import assert from "node:assert/strict";
import { test } from "node:test";
import { type Commands, commandSpecs } from "../../lib/commands/commands.ts";
import { defineCommands } from "../../lib/commands/define.ts";
import type { Promised, Surface } from "../../lib/commands/surface.ts";
import type { Argument } from "../../lib/resp/encoder.ts";

/** A pipeline as a client may write it: each call adds the reply's type to a tuple. */
interface Step<R extends unknown[]> extends Surface {
  text: string;
  returns: Pipeline<[...R, this["reply"]]>;
}

class Pipeline<R extends unknown[] = []> {
  readonly commands: Argument[][] = [];
  exec(): Promise<R> {
    return Promise.resolve(this.commands.map((args) => args[0]) as R);
  }
}

interface Pipeline<R extends unknown[] = []> extends Commands<Step<R>> {}

defineCommands<Pipeline, Pipeline>(Pipeline.prototype, commandSpecs, () =>
  function (args) {
    this.commands.push(args);
    return this;
  });

/** Compiles only when both types are the same. */
function sameType<A, B>(_same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false) {}

test("a pipeline accumulates the types of its replies", async () => {
  const built = new Pipeline().set("a", 1).incr("n").set("a", 2, "EX", 10, "NX").set("a", 3, "GET").hgetall("h");
  const replies = await built.exec();
  sameType<typeof replies, ["OK", number, "OK" | null, string | null, Record<string, string>]>(true);
  assert.deepEqual(built.commands[2], ["SET", "a", 2, "EX", 10, "NX"]);
  assert.equal(replies.length, 5);
});

test("a long pipeline keeps its types", async () => {
  const replies = await new Pipeline()
    .get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a")
    .get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a")
    .get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a")
    .get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a")
    .get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").get("a").incr("n").exec();
  sameType<(typeof replies)["length"], 50>(true);
  sameType<(typeof replies)[49], number>(true);
  assert.equal(replies.length, 50);
});

test("a promising surface has the reply types of Redis, and bytes where strings are bytes", () => {
  type Client = Commands<Promised>;
  type Bytes = Commands<Promised<Uint8Array>>;
  const types = (client: Client, bytes: Bytes) => {
    const get = () => client.get("k");
    sameType<ReturnType<typeof get>, Promise<string | null>>(true);
    const getBytes = () => bytes.get("k");
    sameType<ReturnType<typeof getBytes>, Promise<Uint8Array | null>>(true);
    const setBytes = () => bytes.set("k", "v");
    sameType<ReturnType<typeof setBytes>, Promise<Uint8Array>>(true);
    const lpop = () => client.lpop("k");
    sameType<ReturnType<typeof lpop>, Promise<string | null>>(true);
    const lpopMany = () => client.lpop("k", 2);
    sameType<ReturnType<typeof lpopMany>, Promise<string[] | null>>(true);
    const range = () => client.zrange("k", 0, -1);
    sameType<ReturnType<typeof range>, Promise<string[]>>(true);
    const scored = () => client.zrange("k", 0, -1, "REV", "WITHSCORES");
    sameType<ReturnType<typeof scored>, Promise<[string, number][]>>(true);
    const added = () => client.zadd("k", "NX", 1, "m");
    sameType<ReturnType<typeof added>, Promise<number>>(true);
    const increased = () => client.zadd("k", "XX", "INCR", 1, "m");
    sameType<ReturnType<typeof increased>, Promise<number | null>>(true);
    const union = () => client.zunion(2, ["a", "b"], "WITHSCORES");
    sameType<ReturnType<typeof union>, Promise<[string, number][]>>(true);
    const positions = () => client.lpos("k", "e", "COUNT", 0);
    sameType<ReturnType<typeof positions>, Promise<number[]>>(true);
    const id = () => client.client("ID");
    sameType<ReturnType<typeof id>, Promise<number>>(true);
    const settings = () => client.config("GET", "maxmemory*");
    sameType<ReturnType<typeof settings>, Promise<Record<string, string>>>(true);
  };
  assert.equal(typeof types, "function");
});

test("calls that Redis would refuse do not compile", () => {
  const wrong = (client: Commands<Promised>) => {
    // @ts-expect-error a value is missing
    client.set("k");
    // @ts-expect-error no option object
    client.set("k", "v", { EX: 10 });
    // @ts-expect-error an array is accepted for repeated arguments only
    client.get(["k"]);
    // @ts-expect-error pairs come in twos
    client.hset("k", "f");
    // @ts-expect-error no key
    client.del();
    // @ts-expect-error no such option
    client.set("k", "v", "ZZ");
    // @ts-expect-error null is no argument
    client.set("k", null);
  };
  assert.equal(typeof wrong, "function");
});
