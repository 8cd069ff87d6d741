/**
 * The floor: the same callers as everywhere, but without promises, replies or errors. A fixed request per call is
 * outstanding for each caller; for as many whole replies as arrived, as many requests leave in one write.
 *
 * @module
 */
import { data } from "../workloads/data.ts";
import type { Load } from "../workloads/load.ts";
import type { Workload } from "../workloads/workload.ts";
import type { Client, ClientSettings } from "./client.ts";
import { openRawSocket } from "./raw_socket.ts";

/** Of so many replies one is timed. */
const timedEvery = 16;

/** A bare socket of the runtime. */
export async function connectRaw(
  { host, port }: ClientSettings,
): Promise<Client> {
  let onBytes = (_: number) => {};
  const socket = await openRawSocket(host, port, (count) => onBytes(count));
  return {
    drive: (workload) => (load) =>
      new Promise((resolve) => {
        const loop = new RawLoop(workload, load, (bytes) =>
          socket.write(bytes), resolve);
        onBytes = (count) =>
          loop.take(count);
        loop.start();
      }),
    close: () => socket.close(),
  };
}

class RawLoop {
  readonly #load: Load;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #done: () => void;
  readonly #callers: number;
  readonly #requests: Uint8Array;
  readonly #requestBytes: number;
  readonly #replyBytes: number;
  readonly #every: number;
  #unused = 0;
  #outstanding = 0;
  #untimed = 0;
  /** When how many requests left: replies come in the same order. */
  #writes: { at: number; calls: number }[] = [];

  constructor(
    workload: Workload,
    load: Load,
    write: (bytes: Uint8Array) => void,
    done: () => void,
  ) {
    const { key, bytes } = data[workload.data];
    const request = `*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`.repeat(
      workload.batch,
    );
    this.#load = load;
    this.#write = write;
    this.#done = done;
    this.#callers = workload.callers;
    this.#requests = new TextEncoder().encode(request.repeat(workload.callers));
    this.#requestBytes = request.length;
    this.#replyBytes = (`$${bytes}\r\n\r\n`.length + bytes) * workload.batch;
    this.#every = workload.callers > 10 ? timedEvery : 1;
  }

  start(): void {
    this.#ask(this.#callers, performance.now());
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
      for (
        this.#untimed += taken;
        this.#untimed >= this.#every;
        this.#untimed -= this.#every
      ) {
        this.#load.samples.add(now - write.at);
      }
    }
  }
}
