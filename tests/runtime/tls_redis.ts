/** A real server with TLS. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { certificates, type Identity } from "../net/certificates.ts";
import { withFolder } from "../net/helpers.ts";
import { freePort, type OwnServer, startRedis } from "../support/servers.ts";

/**
 * Runs `body` with a `redis-server` that shows `identity` on the port it is given; the server itself also listens
 * without TLS.
 *
 * @param more More of its options, such as `["--tls-auth-clients", "yes"]`; clients need no certificate without that.
 */
export function withTlsRedis(
  identity: Identity,
  body: (tlsPort: number, server: OwnServer) => Promise<void>,
  more: readonly string[] = [],
): Promise<void> {
  return withFolder(async (folder) => {
    const write = async (name: string, text: string) => {
      await writeFile(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const { ca } = await certificates();
    const tlsPort = await freePort();
    const server = await startRedis([
      ...["--tls-port", String(tlsPort), "--tls-auth-clients", "no"],
      ...["--tls-cert-file", await write("server.pem", identity.cert)],
      ...["--tls-key-file", await write("server.key", identity.key)],
      ...["--tls-ca-cert-file", await write("ca.pem", ca)],
      ...more,
    ]);
    try {
      await body(tlsPort, server);
    } finally {
      await server.stop();
    }
  });
}
