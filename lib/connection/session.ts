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
import { textOf, wordOf } from "../commands/words.ts";
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
  /** As of the last answer. */
  #marks = 0;
  /** The marks of each command that was not answered yet, in order. */
  #unanswered: number[] = [];
  readonly #db: number;
  readonly #name: string | undefined;

  /** A clean session on the given database, with the given client name. */
  constructor(db: number, name: string | undefined) {
    this.#db = db;
    this.#name = name;
  }

  /** Whether nothing has to be undone. */
  get isClean(): boolean {
    return this.#marks === 0 && this.#unanswered.length === 0;
  }

  /** Whether the connection cannot be made clean again. */
  get isLost(): boolean {
    return (this.#all() & lost) !== 0;
  }

  /** Notes what a stateful command is about to do. */
  before(args: readonly Argument[]): void {
    this.#unanswered.push(marksOf(args));
  }

  /** Notes what the server answered; an error clears no mark, except the one that ends a transaction. */
  after(args: readonly Argument[], reply: unknown): void {
    this.#marks |= this.#unanswered.shift() ?? 0;
    if (reply instanceof ReplyError && reply.code !== "EXECABORT") return;
    switch (wordOf(args[0]!)) {
      case "EXEC":
      case "DISCARD":
        this.#marks &= ~(transaction | watching);
        break;
      case "UNWATCH":
        if ((this.#marks & transaction) === 0) this.#marks &= ~watching;
        break;
      case "SELECT":
        if ((this.#marks & transaction) === 0 && textOf(args[1] ?? "") === String(this.#db)) this.#marks &= ~otherDb;
    }
  }

  /** The commands that undo every mark, in the order in which they must be sent. */
  undo(): Argument[][] {
    const marks = this.#all();
    const commands: Argument[][] = [];
    if (marks & transaction) commands.push(["DISCARD"]);
    if (marks & watching) commands.push(["UNWATCH"]);
    if (marks & tracking) commands.push(["CLIENT", "TRACKING", "OFF"]);
    if (marks & otherDb) commands.push(["SELECT", this.#db]);
    if (marks & named) commands.push(["CLIENT", "SETNAME", this.#name ?? ""]);
    return commands;
  }

  /** Forgets all marks, once the server has confirmed the undo. */
  cleaned(): void {
    this.#marks = 0;
    this.#unanswered = [];
  }

  #all(): number {
    return this.#unanswered.reduce((all, marks) => all | marks, this.#marks);
  }
}

/** What stateful commands but CLIENT leave behind that is known; whatever else there is cannot be undone. */
const marksByVerb: Readonly<Record<string, number>> = {
  WATCH: watching,
  MULTI: transaction,
  SELECT: otherDb,
  EXEC: 0,
  DISCARD: 0,
  UNWATCH: 0,
  WAIT: 0,
  WAITAOF: 0,
};

function marksOf(args: readonly Argument[]): number {
  const verb = wordOf(args[0]!);
  return verb === "CLIENT" ? clientMarks(wordOf(args[1] ?? "")) : marksByVerb[verb] ?? lost;
}

function clientMarks(subcommand: string): number {
  if (subcommand === "TRACKING" || subcommand === "CACHING") return tracking;
  return subcommand === "SETNAME" ? named : lost;
}
