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
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Certificates, certificates } from "../net/certificates.ts";
import type { MatrixServer } from "../support/connection_matrix.ts";
import { debianServers, findDebianServer } from "../support/debian_servers.ts";
import { findProgram, type Program, type ServerKind } from "../support/matrix.ts";
import { freePort, type OwnServer, startServer } from "../support/servers.ts";

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
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A release that can be started. */
export interface CellProgram {
  readonly title: MatrixServer;
  readonly kind: ServerKind;
  readonly program: Program | undefined;
}

/** Every release of the matrix that can be started here, and those that cannot. */
export function cellPrograms(): CellProgram[] {
  const own = findProgram("redis");
  const others = debianServers.map((server) => ({
    title: server.title as MatrixServer,
    kind: server.kind,
    program: findDebianServer(server),
  }));
  return [
    { title: "Redis 7.0", kind: "redis", program: own?.version.startsWith("7.0.") ? own : undefined },
    ...others,
  ];
}

/** Starts a server of each release, runs `body` with them, and stops them. */
export async function withCellServers(
  programs: readonly CellProgram[],
  body: (servers: CellServer[]) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "respool-cells-"));
  const running: OwnServer[] = [];
  try {
    const files = await writeFiles(folder, await certificates());
    const servers: CellServer[] = [];
    for (const [n, program] of programs.entries()) {
      servers.push(await startBoth(program, path.join(folder, `${n}.sock`), files, running));
    }
    await body(servers);
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
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
