/** Faults at random, one after the other, each of which ends by itself. */
import type { Random } from "../support/random.ts";
import { pause } from "../support/wait_until.ts";
import type { Scene, SceneOptions } from "./scene.ts";

/** What a server needs to forget nothing when its process is killed: it writes before it answers. */
export function durable(folder: string): Pick<SceneOptions, "args"> {
  const file = ["--appendonly", "yes", "--appendfsync", "no", "--auto-aof-rewrite-percentage", "0", "--dir", folder];
  return { args: [...file, "--busy-reply-threshold", "20"] };
}

/** A fault; resolves when it is over. */
type Fault = (scene: Scene, random: Random) => unknown;

/** The faults by name. */
const faults: Record<string, Fault> = {
  reset: ({ proxy }) => proxy.reset(),
  end: ({ proxy }) => proxy.fin(),
  "half-close": ({ proxy }) => proxy.halfClose(),
  "cut in a reply": ({ proxy }, random) => during(proxy, 50, () => proxy.cutAfter("toClient", random.int(1, 5000))),
  "cut in a request": ({ proxy }, random) => during(proxy, 50, () => proxy.cutAfter("toServer", random.int(1, 5000))),
  refusal: ({ proxy }, random) =>
    during(proxy, random.int(10, 400), () => {
      proxy.refuse();
      proxy.reset();
    }),
  "black hole": ({ proxy }, random) => blackHole(proxy, random, ["toServer", "toClient"]),
  "replies lost": ({ proxy }, random) => blackHole(proxy, random, ["toClient"]),
  late: ({ proxy }, random) => during(proxy, random.int(100, 400), () => proxy.delay("toClient", 40, 40)),
  sliced: ({ proxy }, random) => during(proxy, random.int(50, 200), () => proxy.slice(random.int(50, 2000))),
  kill: ({ ask }) => ask(["CLIENT", "KILL", "TYPE", "normal"]),
  pause: ({ ask }, random) => ask(["CLIENT", "PAUSE", String(random.int(50, 300)), "ALL"]),
  busy: ({ ask }, random) => ask(["EVAL", busyScript, "0", String(random.int(50, 200))]),
  freeze: async ({ server }, random) => {
    server.kill("SIGSTOP");
    await pause(random.int(50, 500));
    server.kill("SIGCONT");
  },
  restart: async ({ server }, random) => {
    await server.stop();
    await pause(random.int(0, 200));
    await server.restart();
  },
};

const busyScript = `local function now() local t = redis.call('time') return t[1] * 1000 + t[2] / 1000 end
local start = now() while now() - start < tonumber(ARGV[1]) do end`;

type Proxy = Scene["proxy"];

async function during(proxy: Proxy, ms: number, begin: () => void): Promise<void> {
  begin();
  await pause(ms);
  await proxy.heal();
}

/** What a network lost never arrives late: the connections end with it. */
async function blackHole(proxy: Proxy, random: Random, directions: ("toServer" | "toClient")[]): Promise<void> {
  for (const direction of directions) proxy.swallow(direction);
  await pause(random.int(50, 500));
  proxy.reset();
  await proxy.heal();
}

/** Plays one fault, other than `without`. Returns its name. */
export async function strikeAtRandom(scene: Scene, random: Random, without: readonly string[] = []): Promise<string> {
  const name = random.pick(Object.keys(faults).filter((name) => !without.includes(name)));
  await faults[name]!(scene, random);
  return name;
}
