/**
 * The floor: the same callers as everywhere, but without promises, replies or errors. A fixed request per caller is
 * outstanding; for as many whole replies as arrived, as many requests leave in one write.
 *
 * @module
 */
import { type Load, samplingOf } from "../workloads/load.ts";
import type { Client, ClientSettings } from "./client.ts";
import { type Exchange, exchangeOf } from "./raw_exchange.ts";
import { openRawSocket } from "./raw_socket.ts";

/** A bare socket of the runtime. */
export async function connectRaw({ host, port }: ClientSettings): Promise<Client> {
  let loop: RawLoop | undefined;
  const socket = await openRawSocket(host, port, (bytes) => loop?.take(bytes));
  const write = (bytes: Uint8Array) => socket.write(bytes);
  return {
    drive: (workload) => {
      const exchange = exchangeOf(workload);
      if (exchange === undefined) return undefined;
      return (load) => {
        loop = new RawLoop(exchange, workload.callers, load, write);
        return loop.run();
      };
    },
    close: () => socket.close(),
  };
}

class RawLoop {
  readonly #load: Load;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #callers: number;
  readonly #requests: Uint8Array;
  readonly #requestBytes: number;
  readonly #replyBytes: number;
  readonly #every: number;
  #done = () => {};
  #unused = 0;
  #outstanding = 0;
  #untimed = 0;
  /** When how many requests left: replies come in the same order. */
  #writes: { at: number; calls: number }[] = [];

  constructor(exchange: Exchange, callers: number, load: Load, write: (bytes: Uint8Array) => void) {
    this.#load = load;
    this.#write = write;
    this.#callers = callers;
    this.#requests = new TextEncoder().encode(exchange.request.repeat(callers));
    this.#requestBytes = exchange.request.length;
    this.#replyBytes = exchange.replyBytes;
    this.#every = samplingOf(callers);
  }

  run(): Promise<void> {
    this.#ask(this.#callers, performance.now());
    return new Promise((resolve) => this.#done = resolve);
  }

  take(bytes: number): void {
    this.#unused += bytes;
    const calls = Math.floor(this.#unused / this.#replyBytes);
    if (calls === 0) return;
    this.#unused -= calls * this.#replyBytes;
    this.#outstanding -= calls;
    this.#load.calls += calls;
    const now = performance.now();
    this.#time(calls, now);
    if (this.#load.running) this.#ask(calls, now);
    else if (this.#outstanding === 0) this.#done();
  }

  #ask(calls: number, now: number): void {
    this.#outstanding += calls;
    this.#writes.push({ at: now, calls });
    this.#write(this.#requests.subarray(0, calls * this.#requestBytes));
  }

  #time(calls: number, now: number): void {
    for (let left = calls; left > 0;) {
      const write = this.#writes[0]!;
      const taken = Math.min(left, write.calls);
      left -= taken;
      write.calls -= taken;
      if (write.calls === 0) this.#writes.shift();
      for (this.#untimed += taken; this.#untimed >= this.#every; this.#untimed -= this.#every) {
        this.#load.samples.add(now - write.at);
      }
    }
  }
}
