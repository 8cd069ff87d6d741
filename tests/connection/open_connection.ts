/** A connection on a socket that the test plays. */
import { Deadlines } from "../../lib/base/deadlines.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { Connection, type ConnectionContext, type ConnectionOwner } from "../../lib/connection/connection.ts";
import { rejectAll } from "../../lib/connection/loss.ts";
import { Session } from "../../lib/connection/session.ts";
import type { RedisError } from "../../lib/errors.ts";
import type { Target } from "../../lib/net/socket.ts";
import { defaultLimits } from "../../lib/resp/limits.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { FaultySocket } from "../../lib/testing/faulty_socket.ts";

const target: Target = { host: "h", port: 1, noDelay: true, keepAliveMs: 0 };

/** Writes down what a connection tells its owner and rejects what is lost. */
export class RecordingOwner implements ConnectionOwner {
  /** Errors that ended the connection, with how many commands were left and how many of them were sent. */
  readonly losses: { error: RedisError; size: number; sent: number }[] = [];
  /** Error replies. */
  readonly refusals: RedisError[] = [];
  /** Errors after which it takes the command out of the ring. */
  takesOver: (error: RedisError) => boolean = () => false;
  /** Where the commands go that it takes over. */
  readonly taken: CommandRing = new CommandRing({ count: 0, bytes: 0 });
  timeouts = 0;
  stalls = 0;
  largeReplies = 0;
  progress = 0;

  lost(_connection: Connection, ring: CommandRing, error: RedisError): void {
    this.losses.push({ error, size: ring.size, sent: ring.sent });
    rejectAll(ring, error);
  }

  refused(connection: Connection, error: RedisError): boolean {
    this.refusals.push(error);
    if (!this.takesOver(error)) return false;
    connection.ring.moveHeadTo(this.taken);
    return true;
  }

  timedOut(): unknown {
    this.timeouts++;
    return undefined;
  }

  stalled(): void {
    this.stalls++;
  }

  receivesLarge(): void {
    this.largeReplies++;
  }

  progressed(): void {
    this.progress++;
  }
}

/** A connection and everything around it. */
export interface TestConnection {
  readonly connection: Connection;
  readonly socket: FaultySocket;
  readonly owner: RecordingOwner;
  readonly clock: FakeClock;
  readonly pushes: unknown[][];
}

/** A connection that has no socket yet. */
export function makeConnection(
  options: Partial<ConnectionContext> = {},
): Omit<TestConnection, "socket"> & { attach(): FaultySocket } {
  const clock = (options.clock ?? new FakeClock()) as FakeClock;
  const owner = new RecordingOwner();
  const pushes: unknown[][] = [];
  const context: ConnectionContext = {
    clock,
    deadlines: new Deadlines(clock, false),
    commandTimeoutMs: 5000,
    stallTimeoutMs: 1000,
    limits: defaultLimits,
    platform: {},
    mapping: defaultMapping,
    endpoint: "h:1",
    onPush: (push) => void pushes.push(push),
    ...options,
  };
  const connection = new Connection(context, new Session(0, undefined), owner);
  const attach = () => {
    const socket = new FaultySocket(target, connection);
    connection.attach(socket);
    return socket;
  };
  return { connection, owner, clock, pushes, attach };
}

/** A connection that is ready, as after its handshake. */
export function openConnection(options: Partial<ConnectionContext> = {}, protocol: 2 | 3 = 3): TestConnection {
  const made = makeConnection(options);
  const socket = made.attach();
  made.connection.protocol = protocol;
  made.connection.becomeReady();
  return { ...made, socket };
}

/** Lets the microtasks of this turn run. */
export async function turn(): Promise<void> {
  for (let n = 0; n < 24; n++) await undefined;
}
