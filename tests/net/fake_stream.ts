/** A stream that does what a test says. */
import type { Stream } from "../../lib/net/stream_socket.ts";

/** Takes every write at once unless it is blocked; events come from `emit` alone. */
export class FakeStream implements Stream {
  destroyed = false;
  writableLength = 0;
  /** Whether writes are kept back until `unblock`. */
  blocked = false;
  /** All that was written. */
  written = "";
  resumes = 0;
  pauses = 0;
  /** Runs within `resume`, as a runtime does that hands out at once what it held back. */
  onResume = (): void => {};
  referenced = true;
  noDelay: boolean | undefined;
  keepAlive: [on: boolean, afterMs: number] | undefined;
  readonly #listeners = new Map<string, ((detail: unknown) => void)[]>();
  #waiting: (() => void)[] = [];

  on(event: string, listener: (detail: unknown) => void): void {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], listener]);
  }

  emit(event: string, detail?: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(detail);
  }

  write(bytes: Uint8Array, done?: () => void): boolean {
    this.written += new TextDecoder().decode(bytes);
    if (this.blocked) {
      this.writableLength += bytes.length;
      if (done !== undefined) this.#waiting.push(done);
    } else {
      done?.();
    }
    return !this.blocked;
  }

  unblock(): void {
    this.blocked = false;
    this.writableLength = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }

  setNoDelay(on: boolean): void {
    this.noDelay = on;
  }

  setKeepAlive(on: boolean, afterMs: number): void {
    this.keepAlive = [on, afterMs];
  }

  pause(): void {
    this.pauses++;
  }

  resume(): void {
    this.resumes++;
    this.onResume();
  }

  ref(): void {
    this.referenced = true;
  }

  unref(): void {
    this.referenced = false;
  }

  destroy(): void {
    this.destroyed = true;
  }
}
