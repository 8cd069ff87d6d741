/**
 * One direction of a proxied connection: bytes from one socket to another, as late, as slow and as incomplete as the
 * faults say.
 *
 * ```txt
 *   source ─► queue ─► delay ─► swallow ─► slice, bandwidth ─► cut ─► sink
 *       ▲──── paused while the queue is full
 * ```
 *
 * @module
 */
import type { Socket } from "node:net";
import type { Direction, DirectionFaults, Faults } from "./faults.ts";

/** Queued bytes beyond which the source is not read. */
const mostQueued = 1024 * 1024;
/** Milliseconds of bandwidth that one write may use. */
const burstMs = 20;

interface Delivery {
  bytes: Uint8Array;
  readonly dueAt: number;
}

/** What a pipe tells its connection. */
export interface PipeEvents {
  /** So many bytes were handed to the sink. */
  sent(bytes: number): void;
  /** The bytes that `cutAfter` allowed are through. */
  cut(): void;
}

/** Bytes on their way from `source` to `sink`. */
export class FaultPipe {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #direction: Direction;
  readonly #faults: Faults;
  readonly #events: PipeEvents;
  readonly #queue: Delivery[] = [];
  #queued = 0;
  /** How the source ended, once it has. */
  #end: "fin" | "reset" | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next write may be, as `slice` and `bandwidth` say. */
  #nextAt = 0;
  #awaitsDrain = false;
  #cut: DirectionFaults["cut"];
  #cutLeft = 0;

  /** Begins to move bytes. */
  constructor(source: Socket, sink: Socket, direction: Direction, faults: Faults, events: PipeEvents) {
    this.#source = source;
    this.#sink = sink;
    this.#direction = direction;
    this.#faults = faults;
    this.#events = events;
    source.on("end", () => this.#finish("fin"));
    source.on("close", (hadError: boolean) => this.#finish(hadError ? "reset" : "fin"));
    sink.on("drain", () => {
      this.#awaitsDrain = false;
      this.#pump();
    });
  }

  /** Puts bytes in line. */
  push(bytes: Uint8Array): void {
    const { delayMs, jitterMs } = this.#faults[this.#direction];
    const dueAt = performance.now() + Math.max(0, delayMs + (2 * Math.random() - 1) * jitterMs);
    // A delay that became shorter must not let bytes overtake each other.
    const previous = this.#queue[this.#queue.length - 1]?.dueAt ?? 0;
    this.#queue.push({ bytes, dueAt: Math.max(previous, dueAt) });
    this.#queued += bytes.length;
    if (this.#queued > mostQueued) this.#source.pause();
    this.#pump();
  }

  /** Moves what may move now that faults have changed. */
  reconsider(): void {
    this.#nextAt = 0;
    this.#pump();
  }

  #pump(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0 && !this.#awaitsDrain) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), waitMs);
        return;
      }
      this.#deliver(this.#queue[0]!);
    }
    if (this.#queue.length === 0) this.#passEnd();
  }

  /** Drops what is queued and stops for good. */
  stop(): void {
    this.#queue.length = 0;
    this.#end = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  #waitMs(): number {
    const now = performance.now();
    const isDelayed = this.#faults[this.#direction].delayMs > 0;
    return Math.max(isDelayed ? this.#queue[0]!.dueAt - now : 0, this.#nextAt - now);
  }

  /** Hands over the first piece of a delivery. */
  #deliver(delivery: Delivery): void {
    const faults = this.#faults[this.#direction];
    const piece = delivery.bytes.subarray(0, this.#pieceSize(faults));
    if (piece.length === delivery.bytes.length) this.#queue.shift();
    else delivery.bytes = delivery.bytes.subarray(piece.length);
    this.#queued -= piece.length;
    if (this.#queued <= mostQueued / 2 && this.#source.isPaused()) this.#source.resume();
    if (!faults.isSwallowed) this.#write(piece);
  }

  #pieceSize({ isSwallowed, cut }: DirectionFaults): number {
    if (isSwallowed) return Infinity;
    if (cut !== this.#cut) {
      this.#cut = cut;
      this.#cutLeft = cut?.bytes ?? 0;
    }
    const { sliceSize, bandwidth } = this.#faults;
    const size = Math.min(sliceSize, Math.max(1, Math.floor(bandwidth * burstMs)));
    return cut === undefined ? size : Math.min(size, this.#cutLeft);
  }

  #write(piece: Uint8Array): void {
    if (piece.length > 0 && this.#sink.writable) {
      this.#awaitsDrain = !this.#sink.write(piece);
      this.#events.sent(piece.length);
    }
    const { sliceSize, sliceMs, bandwidth } = this.#faults;
    // Slices are apart by at least one turn, or the kernel would put them together again.
    const pauseMs = (sliceSize === Infinity ? 0 : Math.max(sliceMs, 0.01)) + piece.length / bandwidth;
    this.#nextAt = pauseMs > 0 ? Math.max(performance.now(), this.#nextAt) + pauseMs : 0;
    if (this.#cut === undefined) return;
    this.#cutLeft -= piece.length;
    if (this.#cutLeft <= 0) this.#events.cut();
  }

  #finish(end: "fin" | "reset"): void {
    if (this.#end !== "reset") this.#end = end;
    this.#pump();
  }

  /** The source's end reaches the sink behind its bytes, unless nothing gets through. */
  #passEnd(): void {
    if (this.#end === undefined || this.#faults[this.#direction].isSwallowed) return;
    if (this.#end === "reset") resetSocket(this.#sink);
    else if (this.#sink.writable) this.#sink.end();
  }
}

/** Breaks a connection so that its peer sees a reset. */
export function resetSocket(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
