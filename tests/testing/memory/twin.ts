import assert from "node:assert/strict";
import { startMemoryServer } from "../../../lib/testing/memory_server.ts";
import { startRedis } from "../../support/servers.ts";
import { ReplyClient } from "./reply_client.ts";
import { showWire, type WireValue } from "./wire_tree.ts";

/** Commands whose replies have no order. */
const unordered = new Set([
  ...["KEYS", "SCAN", "SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "SRANDMEMBER", "SSCAN", "HSCAN", "ZSCAN"],
  ...["HGETALL", "HKEYS", "HVALS", "HRANDFIELD", "CONFIG"],
]);
/** Commands that tell how much time is left, which passes between one server and the other. */
const timed = new Set(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]);

function sortDeep(value: WireValue): WireValue {
  const items = value.items.map(sortDeep).sort((a, b) => showWire(a) < showWire(b) ? -1 : 1);
  return { ...value, items };
}

/** HELLO without the values that tell one server from another. */
function withoutIdentity(value: WireValue): WireValue {
  const isIdentity = (i: number) => ["version", "id"].includes(value.items[i - 1]?.text ?? "");
  return { ...value, items: value.items.map((item, i) => isIdentity(i) ? { ...item, text: "" } : item) };
}

function comparable(verb: string, value: WireValue): string {
  if (verb === "HELLO") return showWire(withoutIdentity(value));
  if (timed.has(verb) && value.type === ":" && Number(value.text) > 0) return ":positive";
  return showWire(unordered.has(verb) ? sortDeep(value) : value);
}

/** A connection to a real server and one to ours; whatever is sent goes to both, and the replies must be the same. */
export class Twin {
  readonly #real: ReplyClient;
  readonly #memory: ReplyClient;
  /** The verbs between MULTI and EXEC. */
  #queued: string[] | undefined;

  constructor(real: ReplyClient, memory: ReplyClient) {
    this.#real = real;
    this.#memory = memory;
  }

  /** Sends commands in one write and compares as many replies. */
  async send(...commands: string[][]): Promise<void> {
    const [expected, actual] = await Promise.all([this.#real.send(...commands), this.#memory.send(...commands)]);
    for (const [i, args] of commands.entries()) this.#compare(args, expected[i]!, actual[i]!);
  }

  /** Sends commands whose replies are not one each, or come later. */
  write(...commands: string[][]): void {
    this.#real.write(...commands);
    this.#memory.write(...commands);
  }

  /** Sends bytes as they are. */
  writeRaw(text: string): void {
    this.#real.raw.write(text);
    this.#memory.raw.write(text);
  }

  /** Compares the next values. */
  async read(count: number): Promise<void> {
    const [expected, actual] = await Promise.all([this.#real.read(count), this.#memory.read(count)]);
    assert.deepEqual(actual.map(showWire), expected.map(showWire));
  }

  /** Waits until both servers have ended their connection. */
  async ended(): Promise<void> {
    await Promise.all([this.#real.ended(), this.#memory.ended()]);
  }

  destroy(): void {
    this.#real.raw.destroy();
    this.#memory.raw.destroy();
  }

  /** EXEC's reply is compared command by command. */
  #compare(args: string[], expected: WireValue, actual: WireValue): void {
    const verb = args[0]!.toUpperCase();
    if (verb === "EXEC" && this.#queued !== undefined && actual.items.length === this.#queued.length) {
      assert.equal(actual.type, expected.type, "EXEC");
      for (const [i, inner] of this.#queued.entries()) {
        assert.equal(comparable(inner, actual.items[i]!), comparable(inner, expected.items[i]!), `${inner} in EXEC`);
      }
    } else assert.equal(comparable(verb, actual), comparable(verb, expected), JSON.stringify(args));
    if (expected.text === "QUEUED") this.#queued?.push(verb);
    else if (verb === "MULTI" && expected.type === "+") this.#queued = [];
    else if (verb === "EXEC" || verb === "DISCARD") this.#queued = undefined;
  }
}

/** Runs `act` with two pairs of connections to a real server and to ours. */
export async function withTwins(
  act: (first: Twin, second: Twin) => Promise<void>,
  password?: string,
): Promise<void> {
  const real = await startRedis(password === undefined ? [] : ["--requirepass", password]);
  const memory = await startMemoryServer(password === undefined ? {} : { password });
  const connect = async () => new Twin(await ReplyClient.connect(real.port), await ReplyClient.connect(memory.port));
  try {
    const twins = [await connect(), await connect()] as const;
    await act(...twins).finally(() => twins.forEach((twin) => twin.destroy()));
  } finally {
    await memory.close();
    await real.stop();
  }
}
