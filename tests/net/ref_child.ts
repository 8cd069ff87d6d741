/** Opens a socket to the port given, echoes once while it is ref'd, then unrefs it: nothing else keeps this process. */
import process from "node:process";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";

const handler = {
  data(): boolean {
    process.stdout.write("ref'd: echoed\n");
    socket.unref();
    return true;
  },
  drain(): void {},
  close(): void {},
};
const target = { host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true, keepAliveMs: 0 };
const socket = await runtimeConnector()(target, handler, new AbortController().signal);
socket.unref();
socket.ref();
socket.write(new Uint8Array([1]));
