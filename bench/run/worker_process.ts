/**
 * A worker, seen from the main process.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Round } from "../workloads/round.ts";
import { pinned } from "./pinning.ts";
import { commandFor, type RuntimeProgram } from "./programs.ts";
import type { Answer, Order, Task } from "./protocol.ts";

const workerFile = fileURLToPath(new URL("../worker.ts", import.meta.url));
/** Beyond the time of a round itself. */
const patienceMs = 30_000;

/** A worker that is connected and waits for rounds. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #complaints = "";

  constructor(command: readonly string[]) {
    const [program, ...args] = pinned(command) as [string, ...string[]];
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.on("error", (error) => this.#complaints += error.message);
    this.#child.stdin!.on("error", () => {});
    this.#child.stderr!.on(
      "data",
      (chunk) => this.#complaints = (this.#complaints + chunk).slice(-2000),
    );
    this.#answers = createInterface({ input: this.#child.stdout! })
      [Symbol.asyncIterator]();
  }

  /** Starts a worker on a runtime and resolves when it is connected. */
  static async start(
    runtime: RuntimeProgram,
    task: Task,
  ): Promise<WorkerProcess> {
    const worker = new WorkerProcess(
      commandFor(runtime, workerFile, [JSON.stringify(task)]),
    );
    await worker.#next("ready", patienceMs);
    return worker;
  }

  /** Runs one round. */
  async round(seconds: number): Promise<Round> {
    const order: Order = { seconds };
    this.#child.stdin!.write(JSON.stringify(order) + "\n");
    const { round } = await this.#next("round", seconds * 1000 + patienceMs);
    return round;
  }

  /** Ends it. */
  stop(): void {
    this.#child.kill("SIGKILL");
  }

  async #next<K extends Answer["kind"]>(
    kind: K,
    withinMs: number,
  ): Promise<Extract<Answer, { kind: K }>> {
    const answer = await this.#within(withinMs);
    if (answer.kind === "failed") throw new Error(answer.reason);
    if (answer.kind !== kind) {
      throw new Error(`a worker said ${answer.kind} instead of ${kind}`);
    }
    return answer as Extract<Answer, { kind: K }>;
  }

  async #within(ms: number): Promise<Answer> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.stop();
        reject(new Error(`no answer within ${Math.round(ms / 1000)} seconds`));
      }, ms);
    });
    try {
      const { done, value } = await Promise.race([
        this.#answers.next(),
        tooLate,
      ]);
      if (done) throw new Error(`it ended: ${lastLine(this.#complaints)}`);
      return JSON.parse(value) as Answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "without a word";
}
