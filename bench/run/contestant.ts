/**
 * A client on its way through a workload.
 *
 * @module
 */
import type { Order, Outcome } from "./protocol.ts";
import { reasonOf } from "./reason.ts";
import { type Patience, WorkerProcess } from "./worker_process.ts";

/** One client and the process it lives in; whatever goes wrong ends its part alone. */
export class Contestant<T> {
  /** Its name. */
  readonly client: string;
  readonly #command: readonly string[];
  readonly #patience: Patience | undefined;
  readonly #results: T[] = [];
  #worker: WorkerProcess<T> | undefined;
  #notRun: string | undefined;

  /** @param patience How long it may take; usually long enough. */
  constructor(client: string, command: readonly string[], patience?: Patience) {
    this.#patience = patience;
    this.client = client;
    this.#command = command;
  }

  /** Whether it can be given orders. */
  get isRunning(): boolean {
    return this.#worker?.version !== undefined && this.#notRun === undefined;
  }

  /** Starts its process and connects. */
  async start(): Promise<void> {
    await this.#trying(async () => {
      this.#worker = await WorkerProcess.start<T>(this.#command, this.#patience);
    });
  }

  /** Carries out an order and keeps what it came to. */
  async run(order: Order): Promise<void> {
    await this.#trying(async () => {
      if (this.isRunning) this.#results.push(await this.#worker!.order(order));
    });
  }

  /** Carries out an order to no account. */
  async warmUp(order: Order): Promise<void> {
    await this.#trying(async () => {
      if (this.isRunning) await this.#worker!.order(order);
    });
  }

  /** Ends its process. */
  stop(): void {
    this.#worker?.stop();
  }

  /** What became of it. */
  outcome(): Outcome<T> {
    const { client } = this;
    if (this.#notRun !== undefined) return { client, notRun: this.#notRun };
    const version = this.#worker?.version;
    return version === undefined ? { client, notApplicable: true } : { client, version, results: this.#results };
  }

  async #trying(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#notRun = reasonOf(error);
    }
  }
}
