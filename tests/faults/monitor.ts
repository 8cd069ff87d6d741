/** What a server is really asked: the text of MONITOR. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitUntil } from "../support/wait_until.ts";

/** Listens to a server. */
export class Monitor {
  /** All that was said so far. */
  text = "";
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.text += text);
    socket.on("error", () => {});
  }

  /** Starts to listen; everything that is run from now on is heard. */
  static async start(port: number): Promise<Monitor> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const monitor = new Monitor(socket);
    socket.write("MONITOR\r\n");
    await monitor.sees("+OK");
    return monitor;
  }

  /** Waits until something was said. */
  sees(words: string): Promise<void> {
    return waitUntil(() => this.text.includes(words), 10_000, () => `MONITOR to show ${words}`);
  }

  /** Stops. */
  stop(): void {
    this.#socket.destroy();
  }
}
