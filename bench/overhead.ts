/**
 * What numbers, observers and tracers cost: the time of a command with the library as it is against that of a copy
 * from which everything that counts was cut, and with somebody who listens. The variants take many short turns, and what
 * is compared is the quietest quarter of them, so that a busy machine does not decide.
 *
 * ```sh
 * deno run -A bench/overhead.ts
 * bun bench/overhead.ts --rounds 300
 * node bench/overhead.ts             # Node 22.18 or later
 * ```
 *
 * What the exporters cost is measured by `bench/otel/overhead.ts`.
 *
 * @module
 */
import { tracingChannel } from "node:diagnostics_channel";
import process from "node:process";
import { parseArgs } from "node:util";
import type { RedisPool } from "../lib/client/redis_pool.ts";
import { chooseServer } from "./demo/server.ts";
import { table } from "./demo/table.ts";
import { Copies } from "./overhead/copies.ts";

/** One way to use the library. */
interface Variant {
  readonly name: string;
  /** Whether its copy of the library counts nothing. */
  readonly bare?: boolean;
  /** Begins to listen; returns what ends it. */
  readonly listen?: (pool: RedisPool) => () => void;
}

const variants: readonly Variant[] = [
  { name: "nothing is counted", bare: true },
  { name: "nothing is counted, again", bare: true },
  { name: "as it is" },
  { name: "as it is, again" },
  {
    name: "as it is, stats() ten times a second",
    listen: (pool) => repeat(() => pool.stats()),
  },
  {
    name: "an observer of connections",
    listen: (pool) => pool.observe({ connect() {}, close() {}, circuit() {} }),
  },
  {
    name: "an observer of slow commands",
    listen: (pool) => pool.observe({ slowMs: 100, slow() {} }),
  },
  { name: "a tracer of commands", listen: trace },
];

function repeat(look: () => unknown): () => void {
  const timer = setInterval(look, 100);
  return () => clearInterval(timer);
}

function trace(): () => void {
  const channel = tracingChannel<unknown, object>("respool:command");
  const subscribers = {
    start() {},
    end() {},
    asyncStart() {},
    asyncEnd() {},
    error() {},
  };
  channel.subscribe(subscribers);
  return () => void channel.unsubscribe(subscribers);
}

/** What one round came to, in microseconds a command. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Rounds before those that count. */
const warmUps = 20;

/** Lets `callers` callers share so many commands, each one after the other. */
async function run(
  pool: RedisPool,
  callers: number,
  commands: number,
): Promise<Cost> {
  const each = Math.ceil(commands / callers);
  const caller = async () => {
    for (let n = 0; n < each; n++) await pool.get("respool:overhead");
  };
  const { user, system } = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const wallMs = performance.now() - startedAt;
  const after = process.cpuUsage();
  const cpu = after.user + after.system - user - system;
  return {
    cpu: cpu / (each * callers),
    wall: 1000 * wallMs / (each * callers),
  };
}

/** The costs of each variant, round by round. Who begins changes from round to round. */
async function measure(
  pools: readonly RedisPool[],
  callers: number,
  commands: number,
  rounds: number,
) {
  const costs = variants.map((): Cost[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const index = (turn + round + warmUps) % variants.length;
      const pool = pools[index]!;
      const stop = variants[index]!.listen?.(pool);
      const cost = await run(pool, callers, commands);
      stop?.();
      if (round >= 0) costs[index]!.push(cost);
    }
  }
  return costs;
}

/** What a quarter of the rounds did not exceed: whatever else the machine did can only have added to it. */
function quiet(costs: readonly Cost[], of: keyof Cost): number {
  return costs.map((cost) => cost[of]).toSorted((a, b) => a - b)[costs.length >> 2] ?? NaN;
}

/** How much more a variant costs than the copies that count nothing. */
function more(
  own: readonly Cost[],
  bare: readonly Cost[],
  of: keyof Cost,
): string {
  const percent = 100 * (quiet(own, of) / quiet(bare, of) - 1);
  return `${percent >= 0 ? "+" : ""}${percent.toFixed(1)} %`;
}

function rowsOf(costs: readonly (readonly Cost[])[]): string[][] {
  const bare = costs.filter((_, index) => variants[index]!.bare).flat();
  return variants.map(({ name }, index) => {
    const own = costs[index]!;
    const micros = (of: keyof Cost) => `${quiet(own, of).toFixed(3)} µs`;
    return [
      name,
      micros("cpu"),
      more(own, bare, "cpu"),
      micros("wall"),
      more(own, bare, "wall"),
    ];
  });
}

const { values } = parseArgs({
  options: { rounds: { type: "string" }, commands: { type: "string" } },
});
const rounds = Number(values.rounds ?? 100);
const commands = Number(values.commands ?? 8000);
if (!(rounds >= 1 && commands >= 1)) {
  throw new Error("--rounds and --commands take a number from 1 up");
}

const server = await chooseServer();
const copies = new Copies();
try {
  const pools: RedisPool[] = [];
  for (const [index, { bare = false }] of variants.entries()) {
    const createPool = await copies.add(String(index), bare);
    const pool = createPool(server.url);
    await pool.ready();
    pools.push(pool);
  }
  try {
    for (const callers of [50, 1000]) {
      const costs = await measure(pools, callers, commands, rounds);
      const head = [
        `${callers} callers`,
        "CPU a command",
        "more",
        "time a command",
        "more",
      ];
      console.log(`${table([head, ...rowsOf(costs)])}\n`);
    }
  } finally {
    for (const pool of pools) await pool.destroy();
  }
} finally {
  copies.remove();
  await server.stop();
}
