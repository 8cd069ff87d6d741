/** What clients meet in the comparison. */
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { handshakeReply } from "../../lib/testing/handshake.ts";
import { type ScriptedServer, startScriptedServer } from "../../lib/testing/scripted_server.ts";

/** One connection of a scripted server, as far as cases look at it. */
export interface Peer {
  /** How many came before it. */
  readonly index: number;
  /** Sends bytes. */
  send(text: string): void;
}

/** A server that shakes hands with every client; `play` answers what comes after that, or says nothing. */
export function startPeer(
  play: (args: string[], peer: Peer) => string | undefined,
): Promise<ScriptedServer> {
  return startScriptedServer((peer) =>
    peer.answer((args) => {
      const verb = args[0]!.toUpperCase();
      if (verb === "INFO") return bulk("redis_version:7.0.15\r\nloading:0\r\n");
      if (
        verb === "CLIENT" && args[1]?.toUpperCase() === "MAINT_NOTIFICATIONS"
      ) return "-ERR unknown subcommand\r\n";
      return handshakeReply(args) ??
        play(args, { index: peer.index, send: (text) => peer.send(text) });
    }).catch(() => {})
  );
}

/** A bulk string. */
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** A way to a server on which every open connection can be made to lead nowhere, while new ones are fine. */
export class Relay {
  readonly port: number;
  readonly #open = new Set<{ isDead: boolean }>();
  readonly #sockets = new Set<Socket>();
  readonly #close: () => void;

  private constructor(port: number, close: () => void) {
    this.port = port;
    this.#close = close;
  }

  /** Starts one in front of a port of this machine. */
  static async start(targetPort: number): Promise<Relay> {
    const server = createServer((client) => relay.#join(client, connect(targetPort, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const relay = new Relay(
      (server.address() as { port: number }).port,
      () => server.close(),
    );
    return relay;
  }

  #join(client: Socket, server: Socket): void {
    const way = { isDead: false };
    this.#open.add(way);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => way.isDead || to.destroyed || to.write(chunk));
      from.on("close", () => way.isDead || to.destroy());
    }
  }

  /** From now on nothing passes on what is open. */
  killOpen(): void {
    for (const way of this.#open) way.isDead = true;
  }

  /** Ends everything. */
  close(): void {
    this.#close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
