/** A listener that never accepts: prints its port, then blocks its only thread for good. */
import net from "node:net";
import process from "node:process";

const server = net.createServer();
server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
  const address = server.address() as net.AddressInfo;
  process.stdout.write(`${address.port}\n`, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});
