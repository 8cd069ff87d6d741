/**
 * A server that does what a script says: expect a command, send given bytes, fail in a given way.
 *
 * @module
 */
import { listen, type Listener, loopback } from "./listener.ts";
import { ScriptedPeer } from "./scripted_peer.ts";

/**
 * Plays one connection. It may end before the connection does, which then lasts until the client ends it. Whatever the
 * script throws is the server's failure.
 */
export type Script = (peer: ScriptedPeer) => void | Promise<void>;

/** How a scripted server is set up. */
export interface ScriptedServerOptions {
  /** The port; 0, the default, takes a free one. */
  port?: number;
}

/** A scripted server that listens. */
export class ScriptedServer {
  /** Always loopback. */
  readonly host: string = loopback;
  /** Every connection so far, oldest first. */
  readonly peers: readonly ScriptedPeer[];
  readonly #listener: Listener;
  readonly #scripts: Scripts;

  private constructor(listener: Listener, scripts: Scripts) {
    this.#listener = listener;
    this.#scripts = scripts;
    this.peers = scripts.peers;
  }

  /** Starts a server; `startScriptedServer` is the same. */
  static async start(script: Script, options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const scripts = new Scripts(script);
    const listener = await listen(options.port ?? 0, (socket) => {
      scripts.run(new ScriptedPeer(socket, scripts.peers.length));
    });
    return new ScriptedServer(listener, scripts);
  }

  /** The port it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** The address as a Redis URL. */
  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** What the first script that failed threw. */
  get failure(): unknown {
    return this.#scripts.failure;
  }

  /**
   * Ends every connection and stops listening.
   *
   * @throws {Error} What the first script that failed threw; a script that still expects a command has failed.
   */
  async close(): Promise<void> {
    await this.#listener.close();
    await Promise.all(this.#scripts.running);
    if (this.failure !== undefined) throw this.failure;
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Runs the script on each connection and keeps its first failure. */
class Scripts {
  readonly peers: ScriptedPeer[] = [];
  readonly running = new Set<Promise<void>>();
  failure: unknown = undefined;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  run(peer: ScriptedPeer): void {
    this.peers.push(peer);
    const run = this.#play(peer).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  async #play(peer: ScriptedPeer): Promise<void> {
    try {
      await this.#script(peer);
      peer.closeWithClient();
    } catch (error) {
      this.failure ??= error;
      // Whoever waits for an answer should learn at once that none will come.
      peer.reset();
    }
  }
}

/**
 * Starts a server that plays `script` on every connection it accepts.
 *
 * @example
 * ```ts
 * import { startScriptedServer } from "@respool/respool/testing";
 *
 * const server = await startScriptedServer(async (peer) => {
 *   await peer.handshake();
 *   await peer.expect("GET", "key");
 *   peer.send("$5\r\nval"); // half a reply …
 *   peer.reset(); // … and no more
 * });
 * // point a client at server.url, then:
 * await server.close();
 * ```
 * @param script Told which connection it plays by `peer.index`.
 * @throws {Error} The system's error when the port cannot be listened on.
 */
export function startScriptedServer(script: Script, options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  return ScriptedServer.start(script, options);
}
