/**
 * What spans and measurements of commands say, in the words of OpenTelemetry's conventions for Redis.
 *
 * @module
 */
import { ReplyError } from "../errors.ts";
import { labelOf } from "./labels.ts";
import type { OtelAttributes } from "./otel_api.ts";
import type { CommandTrace } from "./trace.ts";

const standardPort = 6379;

/** The name of an operation: a batch of one is that one. */
export function operationName({ operation, batchMode, batchSize }: CommandTrace): string {
  if (batchMode === undefined || batchSize !== 1) return operation;
  return operation.startsWith(`${batchMode} `) ? operation.slice(batchMode.length + 1) : operation;
}

/** Which server it goes to, and what is asked of it: what measurements of the same kind have in common. */
export function operationAttributes(trace: CommandTrace): OtelAttributes {
  return {
    "db.system.name": "redis",
    "db.namespace": String(trace.database),
    "db.operation.name": operationName(trace),
    ...(trace.procedure !== undefined && { "db.stored_procedure.name": trace.procedure }),
    ...placeAttributes(trace),
  };
}

/** All that is known when a command is called; what a sampler decides by is among it. */
export function spanAttributes(trace: CommandTrace): OtelAttributes {
  const { batchMode, batchSize, args, serverPort } = trace;
  return {
    ...operationAttributes(trace),
    ...(batchMode === undefined && { "db.query.text": args.join(" ") }),
    ...(batchSize !== undefined && batchSize !== 1 && { "db.operation.batch.size": batchSize }),
    ...(serverPort === undefined && { "network.transport": "unix" }),
  };
}

/** Why it failed; nothing when it did not. */
export function failureAttributes(error: unknown): OtelAttributes {
  if (error === undefined) return {};
  const code = labelOf(error);
  return { "error.type": code, ...(error instanceof ReplyError && { "db.response.status_code": code }) };
}

/** An address; names have letters beyond `f`, or no colon and something besides digits and dots. */
const address = /^(?:\d+(?:\.\d+){3}|[\da-f:.]*:[\da-f:.]*)$/i;

function placeAttributes({ serverAddress, serverPort }: CommandTrace): OtelAttributes {
  const isPeer = serverPort === undefined || address.test(serverAddress);
  return {
    "server.address": serverAddress,
    ...(serverPort !== undefined && serverPort !== standardPort && { "server.port": serverPort }),
    ...(isPeer && { "network.peer.address": serverAddress }),
    ...(isPeer && serverPort !== undefined && { "network.peer.port": serverPort }),
  };
}
