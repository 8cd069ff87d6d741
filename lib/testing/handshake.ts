/**
 * What Redis 7 answers to the commands with which a connection introduces itself.
 *
 * @module
 */

/** The server that `handshakeReply` speaks for. */
export interface HandshakeOptions {
  /** 2 refuses HELLO, as Redis before version 6 does. Default 3. */
  protocol?: 2 | 3;
  /** The password the server wants. Without it, every AUTH is accepted. */
  password?: string;
  /** What CLIENT ID and HELLO tell. Default 1. */
  id?: number;
  /** The version that HELLO tells. Default `7.0.15`. */
  version?: string;
}

const ok = "+OK\r\n";
const wrongPassword = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";

/**
 * The reply to a command of the handshake: HELLO, AUTH, SELECT, CLIENT SETNAME, SETINFO or ID.
 *
 * @example
 * ```ts
 * import { handshakeReply } from "@respool/respool/testing";
 *
 * console.log(handshakeReply(["SELECT", "3"])); // +OK
 * console.log(handshakeReply(["GET", "key"])); // undefined
 * ```
 * @param args The verb, in any case, and its arguments.
 * @param options The server to speak for.
 * @returns The reply's bytes as text, or `undefined` when the command is no part of a handshake.
 */
export function handshakeReply(args: readonly string[], options: HandshakeOptions = {}): string | undefined {
  switch (args[0]?.toUpperCase()) {
    case "HELLO":
      return helloReply(args, options);
    case "AUTH":
      return isPassword(args[args.length - 1], options) ? ok : wrongPassword;
    case "SELECT":
      return ok;
    case "CLIENT":
      return clientReply(args[1]?.toUpperCase(), options);
    default:
      return undefined;
  }
}

function helloReply(args: readonly string[], options: HandshakeOptions): string {
  if (options.protocol === 2) return "-ERR unknown command 'HELLO'\r\n";
  const wanted = args[1] ?? "2";
  if (wanted !== "2" && wanted !== "3") return "-NOPROTO unsupported protocol version\r\n";
  const auth = args.findIndex((arg, i) => i > 1 && arg.toUpperCase() === "AUTH");
  if (auth > 0 && !isPassword(args[auth + 2], options)) return wrongPassword;
  if (auth < 0 && options.password !== undefined) {
    return "-NOAUTH HELLO must be called with the client already authenticated\r\n";
  }
  const fields = [
    ...[bulk("server"), bulk("redis"), bulk("version"), bulk(options.version ?? "7.0.15")],
    ...[bulk("proto"), `:${wanted}\r\n`, bulk("id"), `:${options.id ?? 1}\r\n`],
    ...[bulk("mode"), bulk("standalone"), bulk("role"), bulk("master"), bulk("modules"), "*0\r\n"],
  ];
  return (wanted === "3" ? `%${fields.length / 2}\r\n` : `*${fields.length}\r\n`) + fields.join("");
}

function clientReply(subcommand: string | undefined, options: HandshakeOptions): string | undefined {
  if (subcommand === "SETNAME" || subcommand === "SETINFO") return ok;
  return subcommand === "ID" ? `:${options.id ?? 1}\r\n` : undefined;
}

function isPassword(given: string | undefined, options: HandshakeOptions): boolean {
  return options.password === undefined || given === options.password;
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
