/**
 * The decoders and encoders that respool is measured against, each behind the same small face. They are what
 * `bench/package.json` installs.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createRequire } from "node:module";

const require = createRequire(new URL("../package.json", import.meta.url));

/** Takes one chunk. */
export type Feed = (chunk: Buffer) => void;
/** Takes one value. */
export type Take = (value: unknown) => void;

interface RespDecoder {
  write(chunk: Buffer): void;
}
interface RespConfig {
  onReply: Take;
  onErrorReply: Take;
  onPush: Take;
  getTypeMapping(): Record<number, unknown>;
}
type RespDecoderClass = new (config: RespConfig) => RespDecoder;

const RedisParser = require("redis-parser") as new (options: {
  returnReply: Take;
  returnError: Take;
  returnFatalError?: Take;
  returnBuffers: boolean;
}) => { execute(chunk: Buffer): void };
const NodeRedis = require("@redis/client/dist/lib/RESP/decoder") as {
  Decoder: RespDecoderClass;
};
const IoRedis = require("ioredis/built/resp/decoder") as {
  Decoder: RespDecoderClass;
};

const bulkType = 36;

/** redis-parser, which was ioredis's decoder up to version 5. RESP2 only. */
export function redisParser(
  take: Take,
  asBytes = false,
  fail: Take = take,
): Feed {
  const parser = new RedisParser({
    returnReply: take,
    returnError: take,
    returnFatalError: fail,
    returnBuffers: asBytes,
  });
  return (chunk) => parser.execute(chunk);
}

function respDecoder(
  Decoder: RespDecoderClass,
  take: Take,
  asBytes: boolean,
  takePush: Take,
): Feed {
  const mapping = asBytes ? { [bulkType]: Buffer } : {};
  const decoder = new Decoder({
    onReply: take,
    onErrorReply: take,
    onPush: takePush,
    getTypeMapping: () => mapping,
  });
  return (chunk) => decoder.write(chunk);
}

/** The decoder of node-redis. */
export function nodeRedis(
  take: Take,
  asBytes = false,
  takePush: Take = take,
): Feed {
  return respDecoder(NodeRedis.Decoder, take, asBytes, takePush);
}

/** The decoder of ioredis 6. */
export function ioredis(
  take: Take,
  asBytes = false,
  takePush: Take = take,
): Feed {
  return respDecoder(IoRedis.Decoder, take, asBytes, takePush);
}

/** What an encoder of a rival hands to its socket. */
export type Encoded = string | Buffer | (string | Buffer)[];

const encodeNodeRedis = (
  require("@redis/client/dist/lib/RESP/encoder") as {
    default: (args: (string | Buffer)[]) => (string | Buffer)[];
  }
).default;
const IoRedisCommand = (
  require("ioredis/built/Command") as {
    default: new (
      name: string,
      args: (string | Buffer)[],
    ) => { toWritable(socket: unknown): string | Buffer };
  }
).default;

/** The encoder of node-redis. */
export function nodeRedisEncoder(args: (string | Buffer)[]): () => Encoded {
  return () => encodeNodeRedis(args);
}

/** The encoder of ioredis. The command is made before, with its promise: only its encoding is measured. */
export function ioredisEncoder(
  [name, ...args]: [string, ...(string | Buffer)[]],
): () => Encoded {
  const command = new IoRedisCommand(name, args);
  return () => command.toWritable(undefined);
}
