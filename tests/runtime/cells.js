/**
 * What is tried over each kind of connection. Plain JavaScript, because it also runs where types cannot be stripped:
 * on Node 20 and in workerd.
 *
 * @module
 */

/** The options of a pool for one kind of connection to a server that `cell_servers.ts` described. */
export function optionsFor(transport, server) {
  const { host, port, ca } = server;
  switch (transport) {
    case "TLS":
      return { host, port: server.tlsPort, tls: ca === undefined ? true : { ca } };
    case "mTLS":
      return { host, port: server.mutualPort, tls: { ca, cert: server.cert, key: server.key } };
    case "Unix":
      return { path: server.path };
    case "AUTH":
      return { host, port, username: server.username, password: server.password };
    case "RESP2":
      return { host, port: server.oldPort };
    default:
      return { host, port };
  }
}

/** Uses a pool in every way once; throws when something is not as it should be. */
export async function tryPool(createPool, transport, server, key) {
  const pool = createPool({ ...optionsFor(transport, server), maxSize: 2, clientName: "cell" });
  try {
    await pool.ready();
    const value = `value of ${key} \u{1F98A}`;
    equal(await pool.set(key, value), "OK");
    const [read, length] = await pool.pipeline().get(key).strlen(key).exec();
    equal(read, value);
    equal(length, new TextEncoder().encode(value).length);
    equal(await pool.use((lease) => transfer(lease, key)), "OK,1");
    await readsHashes(pool, transport, `${key}:hash`);
    if (transport === "AUTH") equal(await pool.send(["ACL", "WHOAMI"]), server.username);
    const large = "x".repeat(1_000_000);
    await pool.set(key, large);
    equal((await pool.get(key)) === large, true);
    await pool.del(key, `${key}:hash`);
  } finally {
    await pool.close();
  }
}

async function transfer(lease, key) {
  await lease.watch(key);
  return String(await lease.multi().set(key, "changed").del(key).exec());
}

/** A hash has one shape as a typed command, and on the wire the one of the protocol that was agreed on. */
async function readsHashes(pool, transport, key) {
  equal(await pool.hset(key, "field", "1"), 1);
  equal(JSON.stringify(await pool.hgetall(key)), '{"field":"1"}');
  const isOld = transport === "RESP2" || transport === "mTLS";
  const wire = isOld ? '["field","1"]' : '{"field":"1"}';
  equal(JSON.stringify(await pool.send(["HGETALL", key])), wire);
}

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}
