/**
 * Servers and sockets for tests: none of them needs a Redis.
 *
 * @module
 */
export { FakeClock } from "../testing/fake_clock.ts";
export { startFaultProxy } from "../testing/fault_proxy.ts";
export { FaultyConnector } from "../testing/faulty_connector.ts";
export { FaultySocket } from "../testing/faulty_socket.ts";
export { handshakeReply } from "../testing/handshake.ts";
export { startMemoryServer } from "../testing/memory_server.ts";
export { startScriptedServer } from "../testing/scripted_server.ts";

export type { Clock, Timer } from "../base/clock.ts";
export type { Connector, Socket, SocketHandler, Target, TlsOptions } from "../net/socket.ts";
export type { Answer, Bytes } from "../testing/bytes.ts";
export type { FaultProxy, FaultProxyOptions, FaultProxyStats } from "../testing/fault_proxy.ts";
export type { Direction } from "../testing/faults.ts";
export type { HandshakeOptions } from "../testing/handshake.ts";
export type { MemoryServer, MemoryServerOptions } from "../testing/memory_server.ts";
export type { ScriptedPeer } from "../testing/scripted_peer.ts";
export type { Script, ScriptedServer, ScriptedServerOptions } from "../testing/scripted_server.ts";
