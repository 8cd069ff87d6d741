import type { Clock } from "../../../lib/base/clock.ts";
import { commandTable } from "../../../lib/testing/memory/command_table.ts";
import { ServerState } from "../../../lib/testing/memory/server_state.ts";
import { ServerTime } from "../../../lib/testing/memory/server_time.ts";
import { Session } from "../../../lib/testing/memory/session.ts";
import { encode } from "./reply_client.ts";

/** A session without a network. */
export class Talk {
  readonly state: ServerState;
  readonly session: Session;
  /** What the session wrote and no one has taken. */
  output = "";
  /** How often the session wrote. */
  writes = 0;
  hasEnded = false;

  constructor(state: ServerState) {
    this.state = state;
    this.session = new Session(state, commandTable, {
      address: `127.0.0.1:${40_000 + state.connectionCount}`,
      write: (text) => {
        this.writes++;
        this.output += text;
      },
      end: () => this.hasEnded = true,
    });
  }

  /** Sends commands, words apart by spaces, in one chunk. Returns what came back so far. */
  run(...commands: string[]): string {
    this.session.receive(commands.map((line) => encode(line.split(" "))).join(""));
    return this.take();
  }

  /** What the session wrote since the last time. */
  take(): string {
    const output = this.output;
    this.output = "";
    return output;
  }

  /** Another session of the same server. */
  another(): Talk {
    return new Talk(this.state);
  }
}

/** A session of a new server; RESP3 unless told otherwise. */
export function talk(options: { protocol?: 2 | 3; clock?: Clock; password?: string } = {}): Talk {
  const session = new Talk(new ServerState(new ServerTime(options.clock), options.password));
  session.session.protocol = options.protocol ?? 3;
  return session;
}

/** A bulk string on the wire. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** An array of bulk strings on the wire. */
export function bulks(...texts: string[]): string {
  return `*${texts.length}\r\n${texts.map(bulk).join("")}`;
}

/** `+OK`. */
export const ok = "+OK\r\n";
/** The key holds another type. */
export const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
/** The arguments make no sense. */
export const syntaxError = "-ERR syntax error\r\n";
