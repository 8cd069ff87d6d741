/**
 * A worker, seen from the main process.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { pinned } from "./pinning.ts";
import type { Answer, Order } from "./protocol.ts";

/** How many milliseconds a worker may take to start, and beyond the time of an order. */
export interface Patience {
  readonly start: number;
  readonly order: number;
}

const usual: Patience = { start: 20_000, order: 20_000 };

/** A process that speaks the protocol; `T` is what an order comes to. */
export class WorkerProcess<T> {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #patience: Patience;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<void>;
  #version: string | undefined;
  #complaints = "";

  private constructor(command: readonly string[], patience: Patience) {
    this.#patience = patience;
    const [program, ...args] = pinned(command) as [string, ...string[]];
    this.#child = spawn(program, args, { stdio: "pipe", env: { ...process.env, NO_COLOR: "1" } });
    this.#closed = new Promise((resolve) => {
      this.#child.on("error", (error) => {
        this.#complaints += error.message;
        resolve();
      });
      this.#child.on("close", () => resolve());
    });
    // Its end shows on its output.
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (chunk) => this.#complaints = (this.#complaints + chunk).slice(-2000));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a worker and resolves when it is connected. */
  static async start<T>(command: readonly string[], patience: Patience = usual): Promise<WorkerProcess<T>> {
    const worker = new WorkerProcess<T>(command, patience);
    try {
      const answer = await worker.#next(patience.start);
      if (answer.kind === "ready") worker.#version = answer.version;
      return worker;
    } catch (error) {
      worker.stop();
      throw error;
    }
  }

  /** The version of its client; `undefined` when that client has nothing for the workload. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Has it carry out an order. */
  async order(order: Order): Promise<T> {
    this.#child.stdin.write(JSON.stringify(order) + "\n");
    const answer = await this.#next(order.seconds * 1000 + this.#patience.order);
    if (answer.kind !== "done") {
      throw new Error(`it said ${answer.kind} when it had to work`);
    }
    return answer.result;
  }

  /** Ends it. */
  stop(): void {
    this.#child.kill("SIGKILL");
  }

  async #next(withinMs: number): Promise<Answer<T>> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.stop();
    }, withinMs);
    const line = await this.#line();
    clearTimeout(timer);
    if (isLate) throw new Error(`timed out after ${Number((withinMs / 1000).toFixed(1))} s`);
    if (line === undefined) {
      // What it said at last may come after the end of its answers.
      await this.#closed;
      throw new Error(`it ended: ${lastWords(this.#complaints)}`);
    }
    const answer = JSON.parse(line) as Answer<T>;
    if (answer.kind === "failed") throw new Error(answer.reason);
    return answer;
  }

  /** Some clients write their log to the same place. */
  async #line(): Promise<string | undefined> {
    for (;;) {
      const { done, value } = await this.#answers.next();
      if (done) return undefined;
      if (value.startsWith("{")) return value;
    }
  }
}

/** The line that names the error, else the last one. */
function lastWords(text: string): string {
  const lines = text.trim().split("\n");
  return (lines.find((line) => /^\S*error\b/i.test(line)) ?? lines.at(-1)!) || "without a word";
}
