/**
 * The servers of the matrix of connections, each reachable in every way.
 *
 * ```txt
 *   one process:      TCP with and without a user, TLS, Unix socket
 *   another process:  TLS for known clients only, and TCP; both without HELLO
 * ```
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Certificates, certificates, noOpenssl } from "../net/certificates.ts";
import { withFolder } from "../net/helpers.ts";
import { type MatrixServer, type Transport, transports } from "../support/connection_matrix.ts";
import { debianServers, findDebianServer } from "../support/debian_servers.ts";
import { findProgram, type Program, type ServerKind, serverUrl } from "../support/matrix.ts";
import { freePort, type OwnServer, startServer, withServer } from "../support/servers.ts";

/** Where a server is and what it takes to be let in. */
export interface CellServer {
  readonly title: MatrixServer;
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly mutualPort: number;
  readonly oldPort: number;
  readonly path: string;
  readonly username: string;
  readonly password: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A row of the matrix: a server, and how it can be reached. */
export interface CellRow {
  readonly title: MatrixServer;
  /** Why it cannot be had here, or `false`. */
  readonly skip: string | false;
  /** The kinds of connection that it has to offer. */
  readonly transports: readonly Transport[];
  /** Runs `body` with the server. */
  serve(body: (server: CellServer) => Promise<void>): Promise<void>;
}

/** Every server of the matrix. */
export function cellRows(): CellRow[] {
  const own = findProgram("redis");
  return [
    rowOf("Redis 7.0", "redis", own?.version.startsWith("7.0.") ? own : undefined),
    ...debianServers.map((server) => rowOf(server.title as MatrixServer, server.kind, findDebianServer(server))),
    dragonflyRow(serverUrl("dragonfly")),
  ];
}

function rowOf(title: MatrixServer, kind: ServerKind, program: Program | undefined): CellRow {
  const skip = noOpenssl || (program === undefined && `${title} was not fetched; the test task does that`);
  return { title, skip, transports, serve: (body) => withCellServer({ title, kind, program: program! }, body) };
}

/** Of a server that runs already there is what its URL says. */
function dragonflyRow(url: string | undefined): CellRow {
  const { protocol, hostname, port, username, password } = new URL(url ?? "redis://localhost");
  const number = Number(port || 6379);
  const user = { username: decodeURIComponent(username || "default"), password: decodeURIComponent(password) };
  const place = { host: hostname, port: number, tlsPort: number, mutualPort: number, oldPort: number, path: "" };
  return {
    title: "Dragonfly",
    skip: url === undefined && "DRAGONFLY_URL is not set",
    transports: [password ? "AUTH" : protocol === "rediss:" ? "TLS" : "TCP"],
    serve: (body) => withServer("dragonfly", () => body({ title: "Dragonfly", ...place, ...user })),
  };
}

/** A release that can be started. */
interface CellProgram {
  readonly title: MatrixServer;
  readonly kind: ServerKind;
  readonly program: Program;
}

/** Starts a server, runs `body` with it, and stops it. */
async function withCellServer(program: CellProgram, body: (server: CellServer) => Promise<void>): Promise<void> {
  const running: OwnServer[] = [];
  await withFolder(async (folder) => {
    try {
      const files = await writeFiles(folder, await certificates());
      await body(await startBoth(program, path.join(folder, "redis.sock"), files, running));
    } finally {
      await Promise.all(running.map((server) => server.stop()));
    }
  });
}

interface TlsFiles {
  readonly options: readonly string[];
  readonly made: Certificates;
}

async function writeFiles(folder: string, made: Certificates): Promise<TlsFiles> {
  const write = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const options = [
    ...["--tls-cert-file", await write("server.pem", made.server.cert)],
    ...["--tls-key-file", await write("server.key", made.server.key)],
    ...["--tls-ca-cert-file", await write("ca.pem", made.ca)],
  ];
  return { options, made };
}

const user = { username: "app", password: "s3cret" };

async function startBoth(
  { title, kind, program }: CellProgram,
  socket: string,
  { options, made }: TlsFiles,
  running: OwnServer[],
): Promise<CellServer> {
  const [tlsPort, mutualPort] = [await freePort(), await freePort()];
  const open = await startServer(kind, [
    ...["--tls-port", String(tlsPort), "--tls-auth-clients", "no", ...options],
    ...["--unixsocket", socket],
    ...["--user", user.username, "on", `>${user.password}`, "~*", "&*", "+@all"],
  ], program);
  running.push(open);
  const strict = await startServer(kind, [
    ...["--tls-port", String(mutualPort), "--tls-auth-clients", "yes", ...options],
    ...["--rename-command", "HELLO", ""],
  ], program);
  running.push(strict);
  const { ca, client: { cert, key } } = made;
  const { port } = open;
  return {
    title,
    host: "localhost",
    port,
    tlsPort,
    mutualPort,
    oldPort: strict.port,
    path: socket,
    ...user,
    ca,
    cert,
    key,
  };
}
