/** Ten cases that every client can be put through. */
import { Buffer } from "node:buffer";
import process from "node:process";
import { inspect } from "node:util";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { ask } from "../../tests/faults/scene.ts";
import { weigh } from "../../tests/faults/weight.ts";
import { collect } from "../../tests/resp/memory.ts";
import { startRedis } from "../../tests/support/servers.ts";
import { pause, waitUntil } from "../../tests/support/wait_until.ts";
import { bulk, Relay, startPeer } from "./contest_peers.ts";
import { type Contender, type ContenderEntry, deadlineOf, type Settings } from "./contenders.ts";

/** What a client did. */
export interface Verdict {
  /** Whether it is what one may expect. */
  readonly holds: boolean;
  /** What it did, in a few words. */
  readonly says: string;
}

/** Who is put through a case. */
interface Trial {
  readonly entry: ContenderEntry;
  readonly settings: Settings;
  /** Connects the client, and ends it afterwards. */
  connect(port: number, password?: string): Promise<Contender>;
  /** Errors that it told as events. */
  readonly events: unknown[];
}

/** A case of the comparison. */
export interface ContestCase {
  readonly number: string;
  readonly title: string;
  play(trial: Trial): Promise<Verdict>;
}

/** How a call ended, within a time. */
interface Ending {
  readonly kind: "resolved" | "rejected" | "pending";
  readonly value?: unknown;
  readonly elapsedMs: number;
}

function endingOf(call: Promise<unknown>, withinMs: number): Promise<Ending> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  return Promise.race([
    call.then(
      (value): Ending => ({ kind: "resolved", value, elapsedMs: elapsed() }),
      (value): Ending => ({ kind: "rejected", value, elapsedMs: elapsed() }),
    ),
    pause(withinMs).then((): Ending => ({
      kind: "pending",
      elapsedMs: elapsed(),
    })),
  ]);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const mebibytes = (bytes: number) => Math.max(0, bytes / 1024 / 1024);

async function garbage({ connect }: Trial): Promise<Verdict> {
  let asked = 0;
  const server = await startPeer((args, peer) => {
    if (args[0] !== "INCR") return "+PONG\r\n";
    if (peer.index > 0) return bulk(`again ${args[1]}`);
    if (++asked === 4) {
      peer.send(`@x\r\n${[1, 2, 3].map((n) => bulk(`reply ${n}`)).join("")}`);
    }
    return undefined;
  });
  const client = await connect(server.port);
  const calls = [0, 1, 2, 3].map((n) => endingOf(client.send(["INCR", `k${n}`]), 2000));
  const endings = await Promise.all(calls);
  const rejected = endings.filter(({ kind }) => kind === "rejected").length;
  const repeated = endings.filter(({ value }) => String(value).startsWith("again")).length;
  const wrong = endings.filter(({ kind, value }, n) => kind === "resolved" && value !== `again k${n}`).length;
  const parts = [`${rejected} of 4 rejected`];
  if (wrong > 0) parts.push(`${wrong} got what came after the garbage`);
  if (repeated > 0) parts.push(`${repeated} writes sent twice`);
  if (endings.some(({ kind }) => kind === "pending")) {
    parts.push("some never end");
  }
  return { holds: rejected === 4, says: parts.join(", ") };
}

async function nestedError({ connect }: Trial): Promise<Verdict> {
  const server = await startPeer(([verb, key]) => {
    if (verb === "LRANGE") return "*2\r\n-ERR inner\r\n:1\r\n";
    return verb === "GET" ? bulk(`of ${key}`) : "+PONG\r\n";
  });
  const client = await connect(server.port);
  const [first, second] = await Promise.all([
    endingOf(client.send(["LRANGE", "a", "0", "1"]), 2000),
    endingOf(client.send(["GET", "b"]), 2000),
  ]);
  const list = first.value;
  const isValue = Array.isArray(list) && list.length === 2 &&
    list[0] instanceof Error && list[1] === 1;
  const isNext = second.value === "of b";
  const next = isNext ? "the next reply is right" : `the next command ${second.kind}`;
  return {
    holds: isValue && isNext,
    says: `${isValue ? "the error is a value" : `the call ${first.kind}`}, ${next}`,
  };
}

async function unsolicited({ connect }: Trial): Promise<Verdict> {
  let tell: ((text: string) => void) | undefined;
  const server = await startPeer(([verb, key], peer) => {
    tell ??= peer.send;
    return verb === "GET" ? bulk(`of ${key}`) : "+PONG\r\n";
  });
  const client = await connect(server.port);
  await client.send(["GET", "a"]);
  tell!(bulk("nobody's"));
  await pause(50);
  const endings = [];
  for (const key of ["b", "c"]) {
    endings.push(await endingOf(client.send(["GET", key]), 2000));
  }
  const isRight = endings[0]!.value === "of b" && endings[1]!.value === "of c";
  if (isRight) return { holds: true, says: "the next callers get their own" };
  const hasWrong = endings.some(({ kind }) => kind === "resolved");
  return {
    holds: false,
    says: hasWrong ? "the next caller got nobody's reply" : `the next commands ${endings[0]!.kind}`,
  };
}

async function aborted({ connect }: Trial): Promise<Verdict> {
  const server = await startRedis();
  const proxy = await startFaultProxy({ targetPort: server.port });
  const client = await connect(proxy.port);
  for (const key of ["foo", "bar"]) await client.send(["SET", key, key]);
  if (client.sendUntil === undefined) {
    return { holds: false, says: "a command cannot be given up" };
  }
  proxy.delay("toClient", 400);
  const controller = new AbortController();
  const given = endingOf(
    client.sendUntil(["GET", "foo"], controller.signal),
    2000,
  );
  await pause(100);
  controller.abort();
  const rest = await Promise.all(
    [["GET", "bar"], ["PING"], ["GET", "foo"]].map((args) => endingOf(client.send(args), 2000)),
  );
  const { kind, elapsedMs } = await given;
  const isRight = rest.map(({ value }) => value).join() === "bar,PONG,foo";
  const isFree = kind === "rejected" && elapsedMs < 350;
  const how = isFree
    ? `rejected ${Math.round(elapsedMs - 100)} ms after the abort`
    : "the signal is ignored once it was sent";
  return {
    holds: isFree && isRight,
    says: `${how}, the others ${isRight ? "get their own" : "get wrong replies"}`,
  };
}

async function replyLost({ connect }: Trial): Promise<Verdict> {
  const server = await startRedis();
  const proxy = await startFaultProxy({ targetPort: server.port });
  const client = await connect(proxy.port);
  const calls = async () =>
    Number(
      /cmdstat_incr:calls=(\d+)/.exec(
        await ask(server.url, ["INFO", "commandstats"]) as string,
      )?.[1] ?? 0,
    );
  proxy.swallow("toClient");
  const ending = endingOf(client.send(["INCR", "n"]), 4000);
  await waitUntil(async () => await calls() === 1);
  proxy.reset();
  await proxy.heal();
  const { kind, value } = await ending;
  await pause(300);
  const ran = await calls();
  const truth = (value as { maybeExecuted?: boolean } | undefined)?.maybeExecuted === true
    ? ", and says it may have run"
    : "";
  return {
    holds: kind === "rejected" && ran === 1,
    says: `ran ${ran === 1 ? "once" : `${ran} times`}, ${kind}${truth}`,
  };
}

async function announced({ connect }: Trial): Promise<Verdict> {
  const server = await startPeer(([verb], peer) => {
    if (verb !== "GET") return "+PONG\r\n";
    peer.send("*33554431\r\n");
    return undefined;
  });
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least > 1; attempt++) {
    const client = await connect(server.port);
    collect();
    const before = process.memoryUsage.rss();
    client.send(["GET", "k"]).catch(() => {});
    await pause(300);
    least = Math.min(least, mebibytes(process.memoryUsage.rss() - before));
    await client.end();
  }
  return {
    holds: least <= 1,
    says: `+${least.toFixed(least < 10 ? 1 : 0)} MiB for 12 bytes`,
  };
}

async function blackHole({ connect, settings }: Trial): Promise<Verdict> {
  const server = await startRedis();
  const relay = await Relay.start(server.port);
  try {
    const client = await connect(relay.port);
    await client.send(["SET", "k", "v"]);
    relay.killOpen();
    const limitMs = 9000;
    const first = endingOf(client.send(["GET", "k"]), limitMs);
    await pause(2250);
    const second = await endingOf(client.send(["GET", "k"]), 500);
    const { kind, elapsedMs } = await first;
    const isFree = kind !== "pending" &&
      elapsedMs <= deadlineOf(settings) + 250;
    const isBack = second.value === "v";
    const freed = kind === "pending" ? `nothing within ${seconds(limitMs)}` : `${kind} after ${seconds(elapsedMs)}`;
    return {
      holds: isFree && isBack,
      says: `${freed}; after 2.3 s ${isBack ? "served again" : "still not served"}`,
    };
  } finally {
    relay.close();
  }
}

async function secrets({ connect, events }: Trial): Promise<Verdict> {
  const canary = "cAnArY-7c1f";
  const server = await startRedis(["--requirepass", "other"]);
  const found = new Set<string>();
  const look = (where: string, thing: unknown) => {
    const texts = [
      inspect(thing, { depth: 20 }),
      String(thing),
      String((thing as Error)?.stack),
    ];
    try {
      texts.push(JSON.stringify(thing) ?? "");
    } catch { /* it cannot be told as JSON at all */ }
    if (texts.some((text) => text.includes(canary))) found.add(where);
  };
  // Some go on trying for ever.
  const { kind, value } = await endingOf(connect(server.port, canary), 3000);
  if (kind === "resolved") {
    const client = value as Contender;
    look("the client", client.object);
    look("an error", (await endingOf(client.send(["GET", "k"]), 1500)).value);
    await client.end();
  } else if (kind === "rejected") {
    const { contender } = value as { contender?: Contender };
    delete (value as { contender?: unknown }).contender;
    look("an error", value);
    if (contender !== undefined) look("the client", contender.object);
  }
  const open = await startRedis();
  const other = await connect(open.port);
  look(
    "an error",
    (await endingOf(other.send(["AUTH", canary, canary, canary]), 1500)).value,
  );
  look(
    "an error",
    (await endingOf(other.send(["CONFIG", "SET", "nosuch", canary]), 1500))
      .value,
  );
  look(
    "an error",
    (await endingOf(other.send(["ACL", "SETUSER", "x", `!${canary}`]), 1500))
      .value,
  );
  for (const event of events) look("an event", event);
  await open.stop();
  const places = [...found].join(" and ");
  return {
    holds: found.size === 0,
    says: found.size === 0 ? "shown nowhere" : `the password is in ${places}`,
  };
}

const wrongArguments: readonly [string, unknown][] = [
  ["an object", { a: 1 }],
  ["an array", ["v", "EX", "1"]],
  ["{ toString }", { toString: () => "v" }],
  ["null", null],
  ["undefined", undefined],
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["true", true],
  ["a Date", new Date(0)],
  ["a Map", new Map()],
];

async function wrongTypes({ connect }: Trial): Promise<Verdict> {
  const arrived: string[][] = [];
  const server = await startPeer((args) => {
    if (args[0]?.toUpperCase() === "SET") arrived.push(args);
    return "+OK\r\n";
  });
  const client = await connect(server.port);
  const sent: string[] = [];
  for (const [name, value] of wrongArguments) {
    const before = arrived.length;
    // What is refused by a throw is refused.
    await endingOf((async () => await client.set("k", value))(), 1000);
    if (arrived.length > before) sent.push(name);
  }
  const injected = arrived.some((args) => args.length > 3);
  if (sent.length === 0) {
    return { holds: true, says: `all ${wrongArguments.length} refused` };
  }
  return {
    holds: false,
    says: `sends ${sent.join(", ")}${injected ? "; the array becomes options" : ""}`,
  };
}

async function overfull({ connect }: Trial): Promise<Verdict> {
  const server = await startRedis();
  const client = await connect(server.port);
  const count = 100_000;
  let [refused, mostBytes] = [0, 0];
  const block = Buffer.alloc(1000, "0");
  const refuse = (error: unknown) => {
    if (/queue/i.test(String((error as { code?: string }).code) + (error as Error).message)) refused++;
  };
  const set = (n: number) => {
    // A text of its own in memory, which one that is put together of others is not.
    block.fill("0").write(String(n));
    return client.send(["SET", `key:${n}`, block.toString("latin1")]).catch(refuse);
  };
  const note = () => {
    mostBytes = Math.max(mostBytes, weigh());
  };
  // What the same load takes on a server that works is no growth.
  for (let n = 0; n < count; n += 1000) {
    await Promise.all(Array.from({ length: 1000 }, (_, i) => set(n + i)));
    if (n % 5000 === 0) note();
  }
  note();
  const before = mostBytes;
  server.kill("SIGSTOP");
  for (let n = 0; n < count; n++) {
    set(n);
    if (n % 1000 === 0) await pause(0);
    if (n % 5000 === 0) note();
  }
  const refusedAtOnce = refused;
  note();
  await client.end();
  await server.stop();
  const growth = mebibytes(mostBytes - before);
  const rest = refusedAtOnce > 0 ? `${Math.round(refusedAtOnce / count * 100)} % refused at once` : "none refused";
  const says = `+${Math.round(growth)} MiB for 100 MB, ${rest}`;
  return { holds: growth <= 64 * 1.5 + 20 && refusedAtOnce > 0, says };
}

/** All ten. */
export const contestCases: readonly ContestCase[] = [
  {
    number: "G01",
    title: "garbage in place of a reply, three writes behind it",
    play: garbage,
  },
  { number: "G16", title: "an error inside an array", play: nestedError },
  { number: "G20", title: "a reply that nobody asked for", play: unsolicited },
  {
    number: "C01",
    title: "a caller gives up after the command was sent",
    play: aborted,
  },
  {
    number: "S06",
    title: "the reply of a write is lost with its connection",
    play: replyLost,
  },
  {
    number: "M01",
    title: "an array of 33 million elements is announced",
    play: announced,
  },
  {
    number: "N01",
    title: "the connection leads nowhere, new ones are fine",
    play: blackHole,
  },
  {
    number: "T06",
    title: "a password in errors, events and the client itself",
    play: secrets,
  },
  {
    number: "T09",
    title: "arguments that are no text, number or bytes",
    play: wrongTypes,
  },
  {
    number: "Q10",
    title: "a frozen server and 100 000 × 1 KB",
    play: overfull,
  },
];
