import { test } from "node:test";
import assert from "node:assert/strict";
import type { SocketHandler, Target } from "../../lib/net/socket.ts";
import { FaultyConnector } from "../../lib/testing/faulty_connector.ts";

const target: Target = { host: "h", port: 1, noDelay: true, keepAliveMs: 0 };
const never = new AbortController().signal;

function recorder(): SocketHandler & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    data: (chunk) => heard.push(new TextDecoder().decode(chunk)) > 0,
    drain: () => heard.push("drain"),
    close: () => heard.push("close"),
  };
}

test("a dial opens a socket that the test can take", async () => {
  const network = new FaultyConnector();
  const next = network.nextSocket();
  const socket = await network.connect(target, recorder(), never);
  assert.equal(await next, socket);
  assert.deepEqual(network.sockets, [socket]);
  assert.deepEqual(network.targets, [target]);
});

test("data may come with the opening", async () => {
  const network = new FaultyConnector();
  const handler = recorder();
  network.onSocket = (socket) => socket.feed("+HI\r\n");
  const dial = network.connect(target, handler, never);
  assert.deepEqual(handler.heard, ["+HI\r\n"]);
  await dial;
});

test("held dials wait to be opened or refused", async () => {
  const network = new FaultyConnector();
  network.holds = true;
  const first = network.connect(target, recorder(), never);
  assert.equal(network.held, 1);
  network.openHeld();
  assert.equal(await first, network.sockets[0]);
  const second = network.connect(target, recorder(), never);
  network.refuseHeld(new Error("no route"));
  await assert.rejects(second, /no route/);
  assert.equal(network.held, 0);
  assert.equal(network.sockets.length, 1);
});

test("a signal ends a held dial with its reason, and the socket never opens", async () => {
  const network = new FaultyConnector();
  network.holds = true;
  const controller = new AbortController();
  const handler = recorder();
  const dial = network.connect(target, handler, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(dial, /enough/);
  network.openHeld();
  assert.equal(network.sockets.length, 0);
  await assert.rejects(network.connect(target, handler, controller.signal), /enough/);
  assert.deepEqual(handler.heard, []);
});

test("a refusal rejects every new dial until it is lifted", async () => {
  const network = new FaultyConnector();
  network.refusal = new Error("refused");
  await assert.rejects(network.connect(target, recorder(), never), /refused/);
  network.refusal = undefined;
  assert.ok(await network.connect(target, recorder(), never));
});
