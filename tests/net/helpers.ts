/** Local servers and a handler that records, for the tests of sockets. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Connector, Socket, SocketHandler, Target } from "../../lib/net/socket.ts";

/** Longest wait for anything that must happen; generous, because the machine may be busy. */
const patienceMs = 10_000;

/** Rejects when `promise` takes too long, so that a test fails with a name instead of hanging. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${patienceMs} ms: ${what}`)), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a condition that no event announces. */
export function until(condition: () => boolean, what: string): Promise<void> {
  let given = false;
  const poll = async () => {
    while (!given && !condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return soon(poll(), what).finally(() => given = true);
}

/** Measures up to five times and gives the least: a busy machine may delay any one of them. */
export async function least(measure: () => Promise<number>): Promise<number> {
  let elapsed = Infinity;
  for (let round = 0; round < 5 && elapsed >= 50; round++) elapsed = Math.min(elapsed, await measure());
  return elapsed;
}

/** Remembers everything a socket reports. */
export class Recorder implements SocketHandler {
  /** All bytes so far, as text. */
  text = "";
  /** Count of all bytes so far. */
  bytes = 0;
  /** Count of `data` calls. */
  chunks = 0;
  drains = 0;
  /** One entry per `close`: its error. */
  closes: unknown[] = [];
  /** Calls that came after `close`. */
  afterClose = 0;
  /** What `data` returns. */
  reading = true;
  /** Whether `text` is kept. */
  keepText = true;
  readonly #decoder = new TextDecoder();

  data(chunk: Uint8Array): boolean {
    if (this.closes.length > 0) this.afterClose++;
    this.chunks++;
    this.bytes += chunk.length;
    if (this.keepText) this.text += this.#decoder.decode(chunk, { stream: true });
    return this.reading;
  }

  drain(): void {
    if (this.closes.length > 0) this.afterClose++;
    this.drains++;
  }

  close(error?: unknown): void {
    this.closes.push(error);
  }

  /** Waits for the close and gives its error. */
  async closed(): Promise<unknown> {
    await until(() => this.closes.length > 0, "close");
    return this.closes[0];
  }

  /** Waits until `text` is at least as long as `expected` and gives it. */
  async received(expected: string): Promise<string> {
    await until(() => this.text.length >= expected.length, `${expected.length} characters`);
    return this.text;
  }
}

/** A target on loopback with the defaults of a pool. */
export function targetOf(port: number, rest: Partial<Target> = {}): Target {
  return { host: "127.0.0.1", port, noDelay: true, keepAliveMs: 15_000, ...rest };
}

/** A signal nobody fires. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Runs `body` with a server whose connections get `serve`, then ends every one of them and the server. */
export function withServer(
  serve: (peer: net.Socket) => void,
  body: (port: number) => Promise<void>,
  listen: net.ListenOptions = { host: "127.0.0.1", port: 0 },
  options: net.ServerOpts = {},
): Promise<void> {
  return withListener(net.createServer(options), "connection", listen, serve, body);
}

/** The same with a server of any kind; `event` is the one that brings a peer ready for use. */
export async function withListener(
  server: net.Server,
  event: string,
  listen: net.ListenOptions,
  serve: (peer: net.Socket) => void,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const peers = new Set<net.Socket>();
  const remember = (peer: net.Socket) => {
    peers.add(peer);
    peer.on("close", () => peers.delete(peer));
    peer.on("error", () => {});
  };
  server.on("connection", remember);
  server.on(event, (peer: net.Socket) => {
    remember(peer);
    serve(peer);
  });
  server.listen(listen);
  await once(server, "listening");
  const address = server.address();
  try {
    await body(typeof address === "object" && address !== null ? address.port : 0);
  } finally {
    for (const peer of peers) peer.destroy();
    server.close();
  }
}

/** Connects, runs `body` and destroys the socket. */
export async function withSocket(
  connector: Connector,
  target: Target,
  body: (socket: Socket, recorder: Recorder) => Promise<void>,
  recorder: Recorder = new Recorder(),
): Promise<void> {
  const socket = await soon(connector(target, recorder, never()), "connect");
  try {
    await body(socket, recorder);
  } finally {
    socket.destroy();
  }
}

/** Runs `body` with a folder of its own that is removed afterwards. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "respool-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a script of this folder on the runtime that runs the test. */
export function startScript(name: string, ...args: string[]): ChildProcess {
  const [command, ...rest] = commandOf(name, args);
  return spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

/** The same with at most so many open files. */
export function startScriptWithFiles(most: number, name: string, ...args: string[]): ChildProcess {
  const limited = ["-c", `ulimit -n ${most}; exec "$@"`, "sh", ...commandOf(name, args)];
  return spawn("sh", limited, { stdio: ["ignore", "pipe", "inherit"] });
}

function commandOf(name: string, args: string[]): [command: string, ...args: string[]] {
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  return [process.execPath, ...run, fileURLToPath(new URL(name, import.meta.url)), ...args];
}

/** Runs `body` with the port of a listener that completes no handshake: its process sleeps and its backlog is full. */
export async function withBlackHole(body: (port: number) => Promise<void>): Promise<void> {
  const child = startScript("frozen_listener.ts");
  const fillers: net.Socket[] = [];
  try {
    const [line] = await soon(once(child.stdout!, "data"), "the port of the frozen listener");
    const port = Number(String(line));
    while (await connects(port, fillers));
    await body(port);
  } finally {
    for (const filler of fillers) filler.destroy();
    child.kill("SIGKILL");
  }
}

/** Whether one more connection fits the backlog; a local handshake takes microseconds. */
function connects(port: number, fillers: net.Socket[]): Promise<boolean> {
  const filler = net.connect(port, "127.0.0.1");
  fillers.push(filler);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 500);
    filler.on("error", () => {});
    filler.on("connect", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
