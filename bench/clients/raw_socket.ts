/**
 * The least that a socket of each runtime costs: bytes out, a count of bytes in.
 *
 * @module
 */
import { connect } from "node:net";

/** A socket that does nothing but move bytes. */
export interface RawSocket {
  /** Sends all of it. */
  write(bytes: Uint8Array): void;
  /** Ends it. */
  close(): void;
}

/** Told how many bytes arrived. */
export type OnBytes = (count: number) => void;

interface DenoConn {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

interface BunSocket {
  write(bytes: Uint8Array): number;
  end(): void;
}

interface Runtimes {
  Deno?: {
    connect(target: { hostname: string; port: number }): Promise<DenoConn & { setNoDelay(): void }>;
  };
  Bun?: {
    connect(options: {
      hostname: string;
      port: number;
      socket: Record<string, unknown>;
    }): Promise<BunSocket>;
  };
}

const runtimes = globalThis as Runtimes;
const readBytes = 128 * 1024;

/** Opens a socket with the runtime's own means. */
export function openRawSocket(host: string, port: number, onBytes: OnBytes): Promise<RawSocket> {
  if (runtimes.Deno) return openOnDeno(runtimes.Deno, host, port, onBytes);
  if (runtimes.Bun) return openOnBun(runtimes.Bun, host, port, onBytes);
  return openOnNode(host, port, onBytes);
}

function openOnNode(host: string, port: number, onBytes: OnBytes): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: new Uint8Array(readBytes),
      callback: (count: number) => {
        onBytes(count);
        return true;
      },
    };
    const socket = connect({ host, port, noDelay: true, onread });
    socket.on("error", reject);
    socket.on("connect", () => resolve({ write: (bytes) => void socket.write(bytes), close: () => socket.destroy() }));
  });
}

async function openOnDeno(
  deno: NonNullable<Runtimes["Deno"]>,
  hostname: string,
  port: number,
  onBytes: OnBytes,
): Promise<RawSocket> {
  const conn = await deno.connect({ hostname, port });
  conn.setNoDelay();
  let writing = Promise.resolve();
  const writeAll = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      at += await conn.write(bytes.subarray(at));
    }
  };
  const read = async () => {
    const buffer = new Uint8Array(readBytes);
    for (let count; (count = await conn.read(buffer)) !== null;) onBytes(count);
  };
  read().catch(() => {});
  return {
    write: (bytes) => {
      writing = writing.then(() => writeAll(bytes));
    },
    close: () => conn.close(),
  };
}

async function openOnBun(
  bun: NonNullable<Runtimes["Bun"]>,
  hostname: string,
  port: number,
  onBytes: OnBytes,
): Promise<RawSocket> {
  let unsent: Uint8Array[] = [];
  const send = (target: BunSocket, bytes: Uint8Array) => {
    const sent = unsent.length > 0 ? 0 : target.write(bytes);
    if (sent < bytes.length) unsent.push(bytes.slice(sent));
  };
  const drain = (target: BunSocket) => {
    const waiting = unsent;
    unsent = [];
    for (const bytes of waiting) send(target, bytes);
  };
  const data = (_: BunSocket, bytes: Uint8Array) => onBytes(bytes.length);
  const socket = await bun.connect({ hostname, port, socket: { data, drain } });
  return { write: (bytes) => send(socket, bytes), close: () => void socket.end() };
}
