import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A TCP client that sends and sees bytes as they are. */
export class RawClient {
  /** Everything received, one character per byte. */
  received = "";
  /** Whether the peer has ended its direction. */
  hasEnd = false;
  /** The system's code when the connection broke. */
  errorCode: string | undefined;
  readonly closed: Promise<void>;
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.received += text);
    socket.on("end", () => this.hasEnd = true);
    socket.on("error", (error: Error & { code?: string }) => this.errorCode = error.code);
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()));
  }

  write(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Waits until exactly these bytes were received since the connection opened. */
  async until(expected: string): Promise<void> {
    await waitFor(() => this.received.length >= expected.length, () => `received ${JSON.stringify(this.received)}`);
    if (this.received !== expected) {
      throw new Error(`expected ${JSON.stringify(expected)}, received ${JSON.stringify(this.received)}`);
    }
  }

  /** Waits until the peer has ended the connection; when data comes with a reset, Node may call it an end. */
  ended(): Promise<void> {
    return waitFor(() => this.hasEnd || this.errorCode !== undefined, () => "the connection is open");
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Opens a connection to loopback. It stays half-open when the peer ends. */
export function connectRaw(port: number): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const client = new RawClient(socket);
    socket.once("error", reject);
    socket.once("connect", () => resolve(client));
  });
}

/** Waits until a condition holds, for ten seconds at most. */
export async function waitFor(condition: () => boolean, describe: () => string = () => ""): Promise<void> {
  for (const start = performance.now(); !condition();) {
    if (performance.now() - start > 10_000) throw new Error(`waited in vain: ${describe()}`);
    await sleep(2);
  }
}
