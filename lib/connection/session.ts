/**
 * What a lease may have left behind on its connection, and the smallest way to undo it.
 *
 * A mark is set before its command is sent and cleared only by the server's answer, so a lost or refused undo leaves
 * the session dirty.
 *
 * ```txt
 *   clean ── WATCH, MULTI, SELECT, … ──► dirty ── undo + PING nonce ──► clean
 *                                                    └── HELLO, AUTH, SUBSCRIBE, MONITOR, … ──► lost (destroy)
 * ```
 *
 * @module
 */
import { ReplyError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";

/** Marks of a session, as bits. */
const watching = 1;
const transaction = 2;
const otherDb = 4;
const tracking = 8;
const named = 16;
/** Nothing short of a new connection undoes this. */
const lost = 32;

/** The state that commands leave on one connection. */
export class Session {
  #marks = 0;
  #unanswered = 0;
  readonly #db: number;
  readonly #name: string | undefined;

  /** A clean session on the given database, with the given client name. */
  constructor(db: number, name: string | undefined) {
    this.#db = db;
    this.#name = name;
  }

  /** Whether nothing has to be undone. */
  get isClean(): boolean {
    return this.#marks === 0 && this.#unanswered === 0;
  }

  /** Whether the connection cannot be made clean again. */
  get isLost(): boolean {
    return (this.#marks & lost) !== 0;
  }

  /** Notes what a stateful command is about to do. */
  before(args: readonly Argument[]): void {
    this.#unanswered++;
    this.#marks |= marksOf(args);
  }

  /** Notes what the server answered; an error clears no mark, except the one that ends a transaction. */
  after(args: readonly Argument[], reply: unknown): void {
    // A command that is still to be answered may set again what this one has cleared.
    if (--this.#unanswered > 0) return;
    if (reply instanceof ReplyError && reply.code !== "EXECABORT") return;
    switch (verbOf(args)) {
      case "EXEC":
      case "DISCARD":
        this.#marks &= ~(transaction | watching);
        break;
      case "UNWATCH":
        if ((this.#marks & transaction) === 0) this.#marks &= ~watching;
        break;
      case "SELECT":
        if ((this.#marks & transaction) === 0 && String(args[1]) === String(this.#db)) this.#marks &= ~otherDb;
    }
  }

  /** The commands that undo every mark, in the order in which they must be sent. */
  undo(): Argument[][] {
    const commands: Argument[][] = [];
    if (this.#marks & transaction) commands.push(["DISCARD"]);
    if (this.#marks & watching) commands.push(["UNWATCH"]);
    if (this.#marks & tracking) commands.push(["CLIENT", "TRACKING", "OFF"]);
    if (this.#marks & otherDb) commands.push(["SELECT", this.#db]);
    if (this.#marks & named) commands.push(["CLIENT", "SETNAME", this.#name ?? ""]);
    return commands;
  }

  /** Forgets all marks, once the server has confirmed the undo. */
  cleaned(): void {
    this.#marks = this.#unanswered = 0;
  }
}

function verbOf(args: readonly Argument[]): string {
  return String(args[0]).toUpperCase();
}

function marksOf(args: readonly Argument[]): number {
  switch (verbOf(args)) {
    case "WATCH":
      return watching;
    case "MULTI":
      return transaction;
    case "SELECT":
      return otherDb;
    case "EXEC":
    case "DISCARD":
    case "UNWATCH":
      return 0;
    case "CLIENT":
      return clientMarks(String(args[1]).toUpperCase());
    default:
      return lost;
  }
}

function clientMarks(subcommand: string): number {
  if (subcommand === "TRACKING" || subcommand === "CACHING") return tracking;
  return subcommand === "SETNAME" ? named : lost;
}
