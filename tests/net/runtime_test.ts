import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import {
  environmentUrl,
  isProgram,
  nativeKeeper,
  nativeText,
  nativeTurn,
  processTerminal,
  runtimeName,
  tracingChannels,
} from "../../lib/net/runtime.ts";

const node = { process: { versions: { node: "24.0.0" } } };

test("the runtime is named by its globals, those that imitate Node before Node", () => {
  assert.equal(runtimeName(node), "node");
  assert.equal(runtimeName({ ...node, Deno: {} }), "deno");
  assert.equal(runtimeName({ ...node, Bun: {} }), "bun");
  assert.equal(runtimeName({ navigator: { userAgent: "Cloudflare-Workers" } }), "workerd");
  assert.equal(runtimeName({ ...node, navigator: { userAgent: "Cloudflare-Workers" } }), "workerd");
  assert.equal(runtimeName({ ...node, navigator: { userAgent: "Node.js/24" } }), "node");
  assert.equal(runtimeName({}), "unknown");
  assert.equal(runtimeName({ process: {} }), "unknown");
  assert.equal(runtimeName({ navigator: { userAgent: "Mozilla/5.0" } }), "unknown");
});

/** A Deno that has these variables, permission for those of them that are named, and nobody to ask for more. */
function denoWith(variables: Record<string, string>, permitted: readonly string[]): object {
  return {
    Deno: {
      permissions: {
        querySync: ({ name, variable }: { name: string; variable: string }) => {
          assert.equal(name, "env");
          return { state: permitted.includes(variable) ? "granted" : "prompt" };
        },
      },
      env: {
        get(name: string) {
          assert.ok(permitted.includes(name), "only what is permitted is read");
          return variables[name];
        },
      },
    },
  };
}

test("REDIS_URL goes before VALKEY_URL, and an empty one counts as absent", () => {
  const url = (env: Record<string, string>) => environmentUrl({ process: { env } });
  assert.equal(url({ REDIS_URL: "redis://a", VALKEY_URL: "valkey://b" }), "redis://a");
  assert.equal(url({ REDIS_URL: "", VALKEY_URL: "valkey://b" }), "valkey://b");
  assert.equal(url({}), undefined);
  assert.equal(environmentUrl({}), undefined);
  assert.equal(environmentUrl({ process: {} }), undefined);
});

test("on Deno nothing is read that is not permitted already", () => {
  const variables = { REDIS_URL: "redis://a", VALKEY_URL: "valkey://b" };
  assert.equal(environmentUrl(denoWith(variables, ["REDIS_URL", "VALKEY_URL"])), "redis://a");
  assert.equal(environmentUrl(denoWith(variables, ["VALKEY_URL"])), "valkey://b");
  assert.equal(environmentUrl(denoWith(variables, [])), undefined);
});

test("the environment of the runtime that runs this is read", () => {
  const before = process.env.VALKEY_URL;
  process.env.VALKEY_URL = "valkey://from-the-environment";
  try {
    assert.equal(environmentUrl(), process.env.REDIS_URL || "valkey://from-the-environment");
  } finally {
    if (before === undefined) delete process.env.VALKEY_URL;
    else process.env.VALKEY_URL = before;
  }
});

test("T13: what is on Object.prototype names no server", () => {
  const prototype = Object.prototype as { REDIS_URL?: string };
  prototype.REDIS_URL = "redis://attacker.example";
  try {
    assert.equal(environmentUrl({ process: { env: {} } }), undefined);
  } finally {
    delete prototype.REDIS_URL;
  }
});

test("the runtime's own way makes the same text of every kind of bytes as TextDecoder does", () => {
  const native = nativeText();
  assert.ok(native !== undefined);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts = ["", "plain", "é€😀", "\ufeffbom", "x".repeat(300), "😀".repeat(200)].map((text) =>
    new TextEncoder().encode(text)
  );
  const broken = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98, 0x41], [0xed, 0xa0, 0x80], [0x61, 0x80, 0xbf, 0x62]];
  for (const bytes of [...texts, ...broken.map((list) => new Uint8Array(list))]) {
    const padded = new Uint8Array([0x78, ...bytes, 0x79]);
    assert.equal(native(padded, 1, bytes.length + 1), decoder.decode(bytes), String(bytes));
  }
});

test("where there is no Buffer there is no such way", () => {
  assert.equal(nativeText({}), undefined);
  assert.equal(nativeText({ Buffer: { prototype: {} } }), undefined);
});

test("a program is told its words and whether it is watched, and writes to where it says", () => {
  const written: string[] = [];
  const stream = (name: string) => ({ isTTY: true, write: (text: string) => written.push(`${name} ${text}`) });
  const global = {
    process: { argv: ["node", "file", "a", "--b"], exitCode: 0, stdout: stream("out"), stderr: stream("error") },
  };
  const terminal = processTerminal(global);
  assert.deepEqual(terminal.args, ["a", "--b"]);
  assert.equal(terminal.isWatched, true);
  terminal.write("x");
  terminal.writeError("y");
  terminal.exitWith(3);
  assert.deepEqual(written, ["out x", "error y"]);
  assert.equal(global.process.exitCode, 3);
  assert.deepEqual(processTerminal().args, process.argv.slice(2));
});

test("the four tracing channels are those of the runtime's diagnostics_channel", async () => {
  const { tracingChannel } = await import("node:diagnostics_channel");
  const channels = tracingChannels();
  if (channels === undefined) return assert.equal(process.getBuiltinModule, undefined);
  for (const name of ["command", "batch", "connect", "acquire"] as const) {
    const heard: unknown[] = [];
    const listener = (message: unknown) => heard.push(message);
    const same = tracingChannel(`respool:${name}`);
    assert.equal(channels[name].start.hasSubscribers, false);
    same.start.subscribe(listener);
    assert.equal(channels[name].start.hasSubscribers, true);
    channels[name].start.publish(name as never);
    same.start.unsubscribe(listener);
    assert.deepEqual(heard, [name]);
  }
});

test("where there is no diagnostics_channel there are no channels, and no error", () => {
  const refusing = {
    getBuiltinModule() {
      throw new Error("not here");
    },
  };
  const odd = [{}, { process: {} }, { process: { getBuiltinModule: () => undefined } }, { process: refusing }, {
    process: { getBuiltinModule: () => ({ channel() {} }) },
  }];
  for (const global of odd) assert.equal(tracingChannels(global), undefined);
});

test("a module is the program when the runtime says so, else when it is the file that was started", () => {
  assert.equal(isProgram({ main: true, url: "file:///a.js" }, {}), true);
  assert.equal(isProgram({ main: false, url: "file:///a.js" }, { process: { argv: ["node", "/a.js"] } }), false);
  const started = (file: string, url: string) => isProgram({ url }, { process: { argv: ["node", file] } });
  assert.equal(started("/home/my tools/doctor.js", "file:///home/my%20tools/doctor.js"), true);
  assert.equal(started("C:\\tools\\doctor.js", "file:///C:/tools/doctor.js"), true);
  assert.equal(started("/home/app.js", "file:///home/node_modules/doctor.js"), false);
  assert.equal(isProgram({ url: "file:///a.js" }, { process: { argv: ["node"] } }), false);
  assert.equal(isProgram({ url: "file:///a.js" }, {}), false);
});

test("turns of the loop are had wherever there are some, but on Deno, where most of them look for no bytes", () => {
  const asked: unknown[] = [];
  const setImmediate = (callback: unknown) => asked.push(callback);
  const callback = () => {};
  for (const global of [{ ...node, setImmediate }, { ...node, Bun: {}, setImmediate }]) {
    nativeTurn(global)!(callback);
  }
  assert.deepEqual(asked, [callback, callback]);
  assert.equal(nativeTurn({ ...node, Deno: {}, setImmediate }), undefined);
  assert.equal(nativeTurn(node), undefined);
});

test("long text is made at once on Node 24, and of pieces wherever else there is a Buffer", () => {
  const longest = (global: object) => nativeText({ Buffer, ...global })!.longestInPieces;
  const of = (v8: string) => ({ process: { versions: { node: "24.0.0", v8 } } });
  assert.equal(longest(of("13.6.233.17-node.53")), 1_031_912);
  for (const v8 of ["12.4.254.21-node.33", "14.6.202.34-node.40", "1.13.0"]) assert.equal(longest(of(v8)), undefined);
  for (const other of [{ Bun: {} }, { Deno: {} }]) {
    assert.equal(longest({ ...of("13.6.233.10-node.18"), ...other }), undefined);
  }
  assert.equal(longest({}), undefined);
});

test("a block that the allocator heeds is freed once, on runtimes that have their memory from it", () => {
  const { ArrayBuffer: own } = globalThis;
  const blocks: number[] = [];
  globalThis.ArrayBuffer = class extends own {
    constructor(length: number) {
      super(0);
      blocks.push(length);
      throw new RangeError("there is no room");
    }
  } as ArrayBufferConstructor;
  try {
    for (const global of [node, { ...node, Deno: {} }]) {
      const keepMemory = nativeKeeper(global)!;
      keepMemory();
      keepMemory();
    }
  } finally {
    globalThis.ArrayBuffer = own;
  }
  assert.deepEqual(blocks, [31 * 2 ** 20, 31 * 2 ** 20]);
  assert.equal(nativeKeeper({ ...node, Bun: {} }), undefined);
});
