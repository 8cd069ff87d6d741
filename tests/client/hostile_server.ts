/**
 * A server on faulty sockets that keeps books: what it ran, in which session state, and what it did to its clients.
 * It answers late, in pieces, with pushes in between; it refuses, falls silent, talks nonsense and hangs up.
 */
import type { FaultySocket } from "../../lib/testing/faulty_socket.ts";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { bulk, valueOf } from "../support/oracles.ts";
import type { Random } from "../support/random.ts";

/** How often what happens, per command or per step. */
export interface Malice {
  readonly refusal: number;
  readonly garbage: number;
  readonly hangUp: number;
  readonly silence: number;
  readonly stall: number;
  readonly unsolicited: number;
}

/** A value so large that small ones should not wait behind it. */
export const largeValue = "x".repeat(200_000);

/** One connection as the server sees it. */
class Client {
  readonly socket: FaultySocket;
  /** Bytes to be sent. */
  wire = "";
  db = 0;
  isWatching = false;
  /** Commands of an open transaction. */
  queued: string[][] | undefined;
  isSilent = false;
  /** Commands that the server has read. */
  received = 0;

  constructor(socket: FaultySocket) {
    this.socket = socket;
  }

  get isOpen(): boolean {
    return !this.socket.isClosed && !this.socket.isDestroyed;
  }

  /** Whether no command is outstanding, not even one that was written a moment ago and is not read yet. */
  get isIdle(): boolean {
    return this.wire === "" && this.received === this.socket.commands.length;
  }

  get state(): string {
    return `db=${this.db} watching=${this.isWatching} multi=${this.queued !== undefined}`;
  }
}

const cleanState = "db=0 watching=false multi=false";

/** The server. It does harm until `relent`. */
export class HostileServer {
  /** How often each write was run, by its key. */
  readonly runs = new Map<string, number>();
  /** What must never happen. */
  readonly violations: string[] = [];
  /** Whether it does anything but serve. */
  isHostile = true;
  readonly #clients: Client[] = [];
  readonly #random: Random;
  readonly #protocol: 2 | 3;
  readonly #malice: Malice;

  constructor(random: Random, protocol: 2 | 3, malice: Malice) {
    this.#random = random;
    this.#protocol = protocol;
    this.#malice = malice;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#clients.filter((client) => client.isOpen).length;
  }

  /** For `FaultyConnector.onSocket`. */
  readonly accept = (socket: FaultySocket): void => {
    const client = new Client(socket);
    this.#clients.push(client);
    socket.answer = (args) => {
      if (client.isOpen) this.#receive(client, args);
      return undefined;
    };
  };

  /** Sends some of what is to be sent, and does harm. */
  step(): void {
    const random = this.#random;
    for (const client of this.#clients) {
      if (!client.isOpen) continue;
      const most = Math.min(client.wire.length, client.wire.length > 1000 ? 60_000 : 40);
      this.#send(client, random.chance(0.3) ? client.wire.length : random.int(0, most));
      if (this.#does("hangUp")) this.#hangUp(client);
      // While a command is outstanding nobody could tell its reply from another one.
      else if (client.socket.isStalled) random.chance(0.5) && client.socket.drain();
      else if (client.isIdle && client.isOpen && this.#does("unsolicited")) this.#surprise(client);
      client.socket.stallsWrites = this.#does("stall");
    }
  }

  /** Sends everything, silent connections included, and from now on only serves. */
  relent(): void {
    this.isHostile = false;
    for (const client of this.#clients) {
      client.isSilent = false;
      client.socket.stallsWrites = false;
      if (!client.isOpen) continue;
      client.socket.drain();
      this.#send(client, client.wire.length);
    }
  }

  #does(what: keyof Malice): boolean {
    return this.isHostile && this.#random.chance(this.#malice[what]);
  }

  #send(client: Client, length: number): void {
    if (client.isSilent) return;
    for (let at = 0; at < length && client.isOpen;) {
      const next = at + Math.min(length - at, this.#random.pick([1, 3, 10, 100, 50_000]));
      client.socket.feed(client.wire.slice(at, next));
      at = next;
    }
    client.wire = client.wire.slice(length);
  }

  #surprise(client: Client): void {
    client.socket.feed(this.#random.pick(["+OK\r\n", "$3\r\nabc\r\n", ":1\r\n", "-ERR what\r\n"]));
  }

  #hangUp(client: Client): void {
    if (this.#random.chance(0.5)) client.socket.end();
    else client.socket.fail(undefined);
  }

  #receive(client: Client, args: string[]): void {
    client.received++;
    if (this.#does("silence")) client.isSilent = true;
    if (this.#does("garbage")) client.wire += this.#random.pick(["@x\r\n", ":1x\r\n", "$5\r\nabcdefg\r\n", "*-2\r\n"]);
    if (this.#protocol === 3 && this.isHostile && this.#random.chance(0.05)) {
      client.wire += ">2\r\n+message\r\n+push\r\n";
    }
    client.wire += this.#answer(client, args);
    if (!this.isHostile) this.#send(client, client.wire.length);
  }

  #answer(client: Client, args: string[]): string {
    const verb = args[0]!.toUpperCase();
    if (verb === "SELECT" && client.queued === undefined) {
      client.db = Number(args[1]);
      return "+OK\r\n";
    }
    const handshake = handshakeReply(args, { protocol: this.#protocol });
    if (handshake !== undefined) return handshake;
    if (verb === "EXEC" || verb === "DISCARD") return this.#endTransaction(client, verb);
    if (client.queued !== undefined) return this.#queue(client, args, verb);
    if (args[1]?.startsWith("lane:") && client.state !== cleanState) {
      this.violations.push(`a command of the lane ran with ${client.state}`);
    }
    if (args[1]?.includes(":") && this.#does("refusal")) {
      return this.#random.pick([
        "-LOADING wait\r\n",
        "-BUSY wait\r\n",
        "-READONLY no\r\n",
        "-ERR no\r\n",
        "-OOM no\r\n",
      ]);
    }
    return this.#run(client, args, verb);
  }

  #queue(client: Client, args: string[], verb: string): string {
    if (verb === "MULTI" || verb === "WATCH") return "-ERR not within MULTI\r\n";
    client.queued!.push(args);
    return "+QUEUED\r\n";
  }

  #endTransaction(client: Client, verb: string): string {
    const { queued } = client;
    if (queued === undefined) return `-ERR ${verb} without MULTI\r\n`;
    client.queued = undefined;
    client.isWatching = false;
    if (verb === "DISCARD") return "+OK\r\n";
    return `*${queued.length}\r\n${queued.map((args) => this.#run(client, args, args[0]!.toUpperCase())).join("")}`;
  }

  #count(key: string): void {
    this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
  }

  #run(client: Client, args: string[], verb: string): string {
    switch (verb) {
      case "GET":
        return bulk(valueOf(args[1]!));
      case "MGET":
        return `*${args.length - 1}\r\n${args.slice(1).map((key) => bulk(valueOf(key))).join("")}`;
      case "LARGE":
        return bulk(largeValue);
      case "ECHO":
        return bulk(args[1]!);
      case "PING":
        return args.length > 1 ? bulk(args[1]!) : "+PONG\r\n";
      case "BLPOP":
        this.#count(args[1]!);
        return `*2\r\n${bulk(args[1]!)}${bulk("x")}`;
      case "INCR":
        this.#count(args[1]!);
        return ":1\r\n";
      case "STATE":
        return bulk(client.state);
      case "MULTI":
        client.queued = [];
        return "+OK\r\n";
      case "WATCH":
        client.isWatching = true;
        return "+OK\r\n";
      case "UNWATCH":
        client.isWatching = false;
        return "+OK\r\n";
      case "SELECT":
        client.db = Number(args[1]);
        return "+OK\r\n";
      default:
        return `-ERR unknown command '${verb}'\r\n`;
    }
  }
}

/** What a clean session says of itself. */
export const clean = cleanState;
