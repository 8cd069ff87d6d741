/**
 * The server's side of one connection, played by a script.
 *
 * @module
 */
import type { Socket } from "node:net";
import { AsyncQueue } from "./async_queue.ts";
import { type Answer, type Bytes, concat, toBytes, toLatin1, utf8FromLatin1 } from "./bytes.ts";
import { CommandReader } from "./command_reader.ts";
import { type HandshakeOptions, handshakeReply } from "./handshake.ts";

/** A handshake that is being answered. */
interface Handshake {
  readonly options: HandshakeOptions;
  readonly begun: () => void;
  readonly failed: (error: Error) => void;
}

/** What a script holds: the commands that come in, and every way to answer or to fail. */
export class ScriptedPeer {
  /** How many connections the server accepted before this one. */
  readonly index: number;
  /** Resolves when the connection has ended, by either side. */
  readonly ended: Promise<void>;

  readonly #socket: Socket;
  readonly #reader = new CommandReader(false);
  readonly #commands = new AsyncQueue<string[]>();
  readonly #received: Uint8Array[] = [];
  #handshake: Handshake | undefined;
  /** Why no more commands will come. */
  #ending: Error | undefined;

  /** Plays the server's side of `socket`. */
  constructor(socket: Socket, index: number) {
    this.#socket = socket;
    this.index = index;
    this.ended = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (chunk: Uint8Array) => this.#read(chunk));
    socket.on("end", () => this.#fail(new Error("the client ended the connection")));
    socket.on("close", () => this.#fail(new Error("the connection is closed")));
  }

  /** Every byte that came in so far. */
  get received(): Uint8Array {
    return concat(this.#received);
  }

  /**
   * Takes the next command and checks that it begins with these words; the verb may come in any case.
   *
   * @returns The whole command.
   * @throws {Error} When it is another command, or the connection ends first.
   */
  async expect(...words: string[]): Promise<string[]> {
    const args = await this.#commands.take().catch((error) => {
      throw new Error(`expected ${words.join(" ")}, but ${(error as Error).message}`);
    });
    const matches = words.every((word, i) => word === args[i] || (i === 0 && isSameVerb(word, args[0])));
    if (!matches) throw new Error(`expected ${words.join(" ")}, got ${args.join(" ")}`);
    return args;
  }

  /** Takes the next command, whatever it is. Rejects when the connection ends first. */
  expectAny(): Promise<string[]> {
    return this.#commands.take();
  }

  /**
   * Answers the commands of the handshake as Redis 7 does, up to the first other command. Resolves with the first
   * answer, so that a script may go on while the connection is idle.
   */
  async handshake(options: HandshakeOptions = {}): Promise<void> {
    const begun = new Promise<void>((resolve, reject) => {
      this.#handshake = { options, begun: resolve, failed: reject };
    });
    for (const args of this.#commands.takeAll()) this.#accept(args);
    if (this.#ending !== undefined) this.#fail(this.#ending);
    await begun;
  }

  /** Answers every command from now on, in order. Resolves when the connection ends. */
  async answer(fn: Answer): Promise<void> {
    for (;;) {
      const args = await this.#commands.take().catch(() => undefined);
      if (args === undefined) return;
      const reply = fn(args);
      if (reply !== undefined) this.send(reply);
    }
  }

  /** Sends bytes as they are, in one write. */
  send(...pieces: Bytes[]): void {
    if (!this.#socket.writable) return;
    this.#socket.write(pieces.length === 1 ? toBytes(pieces[0]!) : concat(pieces.map(toBytes)));
  }

  /** Stops reading: once the buffers on the way are full, the client's writes stall. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Sends what was written, then ends both directions. */
  close(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  /** Ends the connection as soon as the client does, or now when it has. */
  closeWithClient(): void {
    if (this.#socket.readableEnded) this.close();
    else this.#socket.once("end", () => this.close());
  }

  /** Ends the sending direction only; commands still come in. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Breaks the connection: the client sees a reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #read(chunk: Uint8Array): void {
    const bytes = new Uint8Array(chunk);
    this.#received.push(bytes);
    try {
      this.#reader.feed(toLatin1(bytes));
      for (let args = this.#reader.next(); args !== undefined; args = this.#reader.next()) {
        this.#accept(args.map(utf8FromLatin1));
      }
    } catch {
      this.#fail(new Error("the client sent bytes that are no command"));
    }
  }

  /** Tells whoever waits for a command that none will come. */
  #fail(error: Error): void {
    this.#ending ??= error;
    this.#commands.fail(error);
    this.#handshake?.failed(new Error(`expected a handshake, but ${error.message}`));
  }

  #accept(args: string[]): void {
    const reply = this.#handshake && handshakeReply(args, this.#handshake.options);
    if (reply === undefined) {
      this.#handshake = undefined;
      this.#commands.push(args);
    } else {
      this.send(reply);
      this.#handshake!.begun();
    }
  }
}

function isSameVerb(expected: string, verb: string | undefined): boolean {
  return expected.toUpperCase() === verb?.toUpperCase();
}
