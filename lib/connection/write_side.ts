/**
 * From the ring to the socket: queued commands are encoded in batches and written as long as the socket takes them.
 *
 * @module
 */
import type { RedisError } from "../errors.ts";
import type { Socket } from "../net/socket.ts";
import { Encoder } from "../resp/encoder.ts";
import { skipped } from "./call.ts";
import { verbOf } from "./command.ts";
import type { CommandRing } from "./command_ring.ts";

/** Bytes after which a batch is written before more commands are encoded. */
const batchBytes = 65_536;

/** Writes the commands of one ring. */
export class WriteSide {
  /** Where to; nothing is written before there is one. */
  socket: Socket | undefined;
  /** Whether the socket still reads from the encoder's buffer, so that nothing may be written before it drains. */
  isBlocked = false;

  readonly #ring: CommandRing;
  readonly #encoder = new Encoder();
  /** Pieces that the socket has not taken yet. */
  #pieces: Uint8Array[] = [];

  /** Makes the write side of a ring. */
  constructor(ring: CommandRing) {
    this.#ring = ring;
  }

  /** Encodes and writes until the socket is full or nothing is queued. */
  write(): void {
    const { socket } = this;
    const ring = this.#ring;
    const encoder = this.#encoder;
    while (!this.isBlocked && socket !== undefined && ring.size > ring.sent) {
      this.#encode();
      if (encoder.hasPieces) {
        this.#pieces = encoder.take();
        this.#writePieces();
      } else if (encoder.length > 0) {
        this.isBlocked = !socket.write(encoder.bytes, encoder.length);
        encoder.rewind(0);
      }
    }
  }

  /** The socket can take more. */
  drain(): void {
    this.isBlocked = false;
    this.#writePieces();
    this.write();
  }

  #writePieces(): void {
    while (!this.isBlocked && this.#pieces.length > 0) {
      this.isBlocked = !this.socket!.write(this.#pieces.shift()!);
    }
  }

  /** Encodes queued commands, up to about `batchBytes`; a long argument ends the batch. */
  #encode(): void {
    const ring = this.#ring;
    const encoder = this.#encoder;
    while (ring.size > ring.sent && encoder.length < batchBytes && !encoder.hasPieces) {
      const i = (ring.head + ring.sent) & ring.mask;
      const call = ring.calls[i];
      try {
        if (call === undefined) encoder.append(ring.args[i]!);
        else if (!call.encode(encoder, ring.args[i]!)) ring.calls[i] = skipped;
      } catch (error) {
        this.#rejectUnsent(i, error as RedisError);
      }
      ring.sent++;
    }
    ring.dropSkipped();
  }

  /** A command that cannot be encoded is rejected alone; its place stays until its turn comes. */
  #rejectUnsent(i: number, error: RedisError): void {
    const ring = this.#ring;
    const call = ring.calls[i];
    error.command = verbOf(ring.args[i]!);
    ring.failed(i, error);
    if (call === undefined) ring.reject[i]!(error);
    else call.fail(error, ring.reject[i]!);
    ring.calls[i] = skipped;
  }
}
