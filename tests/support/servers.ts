/**
 * Real servers for tests and benches: each test starts its own on a free port and stops it.
 *
 * ```txt
 *   this process ──pipe──► sh ──► redis-server
 * ```
 *
 * The shell between them waits on the pipe: when this process ends, however it ends, the pipe closes and the shell
 * kills the server. So none outlives its test, not even after a SIGKILL.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import process from "node:process";
import { findProgram, type Program, record, type ServerKind, serverUrl } from "./matrix.ts";

/** A server to talk to. */
export interface TestServer {
  /** Which kind it is. */
  readonly name: ServerKind;
  /** Its version, such as `7.0.15`. */
  readonly version: string;
  /** Where it listens. */
  readonly host: string;
  /** Where it listens. */
  readonly port: number;
  /** `redis://host:port`. */
  readonly url: string;
}

/** A server that this process started. */
export interface OwnServer extends TestServer {
  /** The server's own process id; another one after `restart()`. */
  readonly pid: number;
  /** Ends it at once, without saving, and resolves when it is gone. Doing it twice does nothing. */
  stop(): Promise<void>;
  /** Sends a signal, such as `SIGSTOP`, `SIGCONT` or `SIGKILL`. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the current process of the server is gone. */
  exited(): Promise<void>;
  /** Stops it, if it still runs, and starts it again, empty, on the same port. */
  restart(): Promise<void>;
}

/** Starts a `redis-server` of our own with more command-line arguments, such as `["--requirepass", "secret"]`. */
export function startRedis(args: readonly string[] = []): Promise<OwnServer> {
  return startServer("redis", args);
}

/**
 * Starts a server of our own, with the given program or the one on `PATH`; throws when there is none, so ask
 * `skipWithoutProgram` first.
 */
export async function startServer(
  kind: ServerKind,
  args: readonly string[] = [],
  program: Program | undefined = findProgram(kind),
): Promise<OwnServer> {
  if (program === undefined) throw new Error(`the program of ${kind} is not on PATH`);
  record({ kind, version: program.version });
  // Somebody else may take the free port before the server does.
  for (let attempt = 1;; attempt++) {
    const server = new Server(kind, program, await freePort(), args);
    try {
      await server.start();
      return server;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/**
 * Runs a function against the server that the environment names (`REDIS_URL` …), else against one of our own, which is
 * stopped afterwards. The function must keep to its own keys.
 */
export async function withServer(kind: ServerKind, fn: (server: TestServer) => Promise<void>): Promise<void> {
  const url = serverUrl(kind);
  if (url !== undefined) return await fn(await describe(kind, url));
  const server = await startServer(kind);
  try {
    await fn(server);
  } finally {
    await server.stop();
  }
}

async function describe(kind: ServerKind, url: string): Promise<TestServer> {
  const { hostname, port, protocol, username, password } = new URL(url);
  const target = { host: hostname || "localhost", port: Number(port || 6379) };
  const version = protocol === "redis:" ? await runningVersion(target, username, password) : "of the given address";
  record({ kind, version });
  return { name: kind, version, url, ...target };
}

async function runningVersion(
  target: { host: string; port: number },
  username: string,
  password: string,
): Promise<string> {
  const words = [decodeURIComponent(username || "default"), decodeURIComponent(password)];
  const auth = password ? `AUTH ${words.map((word) => JSON.stringify(word)).join(" ")}\r\n` : "";
  const text = await ask(target, `${auth}INFO server\r\n`, /_version:/);
  return /(?:valkey|dragonfly)_version:\S*?(\d[\d.]*)/.exec(text)?.[1] ??
    /redis_version:(\S+)/.exec(text)?.[1] ?? "unknown";
}

/** Waits for the pipe to close and kills the server then; ends by itself when the server does. */
const guard = `exec 3<&0
"$@" </dev/null 1>&2 & server=$!
echo $server
(read -r _ <&3; kill -9 $server) 2>/dev/null & watcher=$!
wait $server; kill $watcher 2>/dev/null`;

class Server implements OwnServer {
  readonly name: ServerKind;
  readonly version: string;
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly url: string;
  readonly #command: readonly string[];
  #pid = 0;
  #guard: ChildProcessWithoutNullStreams | undefined;
  #exited: Promise<void> = Promise.resolve();
  #log = "";

  constructor(kind: ServerKind, program: Program, port: number, args: readonly string[]) {
    this.name = kind;
    this.version = program.version;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#command = [program.path, ...defaults(kind, program), "--port", String(port), ...args];
  }

  get pid(): number {
    return this.#pid;
  }

  async start(): Promise<void> {
    const child = spawn("sh", ["-c", guard, "sh", ...this.#command], { stdio: "pipe" });
    this.#guard = child;
    this.#log = "";
    let running = true;
    this.#exited = once(child, "exit").then(() => {
      running = false;
    });
    child.stderr.on("data", (chunk) => this.#log = (this.#log + chunk).slice(-4000));
    // Written to after the guard is gone, or closed by it: nothing anybody must hear of.
    child.stdin.on("error", () => {});
    const [first] = await once(child.stdout, "data");
    this.#pid = Number(String(first).trim());
    letGo(child);
    await this.#answers(() => running);
  }

  async #answers(running: () => boolean): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (running() && performance.now() < deadline) {
      // An error is an answer too: it may want a password. But while it loads it cannot be used.
      const reply = await ask(this, "PING\r\n", /\r\n/).catch(() => "");
      if (reply !== "" && !reply.startsWith("-LOADING")) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.stop();
    throw new Error(`${this.name} ${this.version} did not start on port ${this.port}:\n${this.#log}`);
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.#pid, signal);
  }

  exited(): Promise<void> {
    // Who waits for the end wants to live to see it.
    this.#guard?.ref();
    return this.#exited;
  }

  async stop(): Promise<void> {
    this.#guard?.stdin.end();
    await this.exited();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

function defaults(kind: ServerKind, program: Program): string[] {
  if (kind === "dragonfly") {
    return ["--bind=127.0.0.1", "--dbfilename=", "--proactor_threads=1", "--version_check=false"];
  }
  const plain = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"];
  const hasDebugOption = kind === "valkey" || Number.parseInt(program.version) >= 7;
  return hasDebugOption ? [...plain, "--enable-debug-command", "yes"] : plain;
}

/** A server that was left running must not keep the test process alive. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as { unref?: () => void }).unref?.();
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

/** Sends raw bytes and resolves with what came back once it matches; rejects when the connection ends before. */
function ask(target: { host: string; port: number }, request: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(target.port, target.host);
    let text = "";
    const fail = (error?: Error) => {
      socket.destroy();
      reject(error ?? new Error(`${target.host}:${target.port} closed the connection`));
    };
    socket.setTimeout(2000, () => fail(new Error(`${target.host}:${target.port} is silent`)));
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk) => {
      text += chunk;
      if (!until.test(text)) return;
      socket.destroy();
      resolve(text);
    });
    socket.on("error", fail);
    socket.on("close", () => fail());
  });
}
