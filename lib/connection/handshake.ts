/**
 * From an open socket to a session: protocol, identity, database, name. One write, one round trip; a second one only
 * when the server refuses `HELLO 3`.
 *
 * ```txt
 *   HELLO 3 AUTH … │ SELECT n │ CLIENT SETNAME │ CLIENT SETINFO ×2      (RESP3)
 *        └─ refused ─► AUTH … │ SELECT n │ CLIENT SETNAME │ CLIENT SETINFO ×2 │ CLIENT ID      (RESP2)
 * ```
 *
 * @module
 */
import { AuthError, ConnectError, ConnectionLostError, ProtocolError, RedisError, ReplyError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";
import { defaultMapping } from "../resp/mapping.ts";
import { MappedCall } from "./call.ts";
import type { Connection } from "./connection.ts";
import { libraryName, libraryVersion } from "./library.ts";

/** Who to be on the server. */
export interface Identity {
  /** User of the access control list; `default` when only a password is given. */
  username?: string | undefined;
  /** The password; without one the session is not authenticated. */
  password?: string | undefined;
}

/** What a session is to be. */
export interface SessionSettings {
  /** 2 or 3 insists on that protocol; `"auto"` falls back to 2 when the server refuses 3. */
  protocol: 2 | 3 | "auto";
  /** Database number. */
  db: number;
  /** Name for `CLIENT LIST`. */
  clientName: string | undefined;
  /** Whether to tell the server which library this is. */
  clientInfo: boolean;
}

/**
 * Makes a session of an open connection and marks it ready.
 *
 * @throws {AuthError} The server refuses the credentials or asks for some.
 * @throws {ReplyError} The server refuses the database or the protocol, is full (`MAXCLIENTS`) or loading (`LOADING`).
 * @throws {ProtocolError} The peer does not speak RESP.
 * @throws {ConnectError} `HANDSHAKE_FAILED` when the connection ends meanwhile.
 */
export async function handshake(connection: Connection, identity: Identity, settings: SessionSettings): Promise<void> {
  const refused = settings.protocol === 2 ? true : await hello(connection, identity, settings);
  if (refused) await legacyHello(connection, identity, settings);
  connection.becomeReady();
}

/** RESP3. Returns whether RESP2 has to be tried. */
async function hello(connection: Connection, identity: Identity, settings: SessionSettings): Promise<boolean> {
  const args: Argument[] = ["HELLO", 3];
  if (identity.password !== undefined) args.push("AUTH", identity.username ?? "default", identity.password);
  const greeting = ask(connection, args);
  const selection = select(connection, settings);
  const rest = introduce(connection, settings);
  const [answer, selected, introduced] = await Promise.all([greeting, selection, rest]);
  if (!(answer instanceof RedisError)) {
    connection.id = (answer as { id?: number } | null)?.id;
    check(selected, introduced);
    return false;
  }
  if (!isUnknownHello(answer, identity)) throw asHandshakeError(answer, identity.password !== undefined);
  if (settings.protocol === 3) throw asHandshakeError(answer);
  return true;
}

/** RESP2. */
async function legacyHello(connection: Connection, identity: Identity, settings: SessionSettings): Promise<void> {
  connection.protocol = 2;
  const { username, password } = identity;
  const credentials = username === undefined ? [password!] : [username, password!];
  const login = password === undefined ? undefined : ask(connection, ["AUTH", ...credentials]);
  const selection = select(connection, settings);
  const rest = introduce(connection, settings);
  const number = ask(connection, ["CLIENT", "ID"]);
  const [answer, selected, id, introduced] = await Promise.all([login, selection, number, rest]);
  if (answer instanceof RedisError) throw asHandshakeError(answer, true);
  check(selected, [...introduced, id]);
  // A server without CLIENT ID still tells whether it wants a password.
  if (id instanceof AuthError && id.code === "NOAUTH") throw asHandshakeError(id);
  if (typeof id === "number") connection.id = id;
}

function select(connection: Connection, settings: SessionSettings): Promise<unknown> | undefined {
  return settings.db > 0 ? ask(connection, ["SELECT", settings.db]) : undefined;
}

/** Throws unless the database was selected and everything was answered; what it was answered does not matter. */
function check(selected: unknown, introduced: readonly unknown[]): void {
  if (selected instanceof RedisError) throw asHandshakeError(selected);
  const lost = introduced.find((answer) => answer instanceof RedisError && !(answer instanceof ReplyError));
  if (lost !== undefined) throw lost;
}

/** Name and library; a server that does not know these may say so. */
function introduce(connection: Connection, settings: SessionSettings): Promise<unknown[]> {
  const answers: Promise<unknown>[] = [];
  if (settings.clientName !== undefined) answers.push(ask(connection, ["CLIENT", "SETNAME", settings.clientName]));
  if (settings.clientInfo) {
    answers.push(ask(connection, ["CLIENT", "SETINFO", "LIB-NAME", libraryName]));
    answers.push(ask(connection, ["CLIENT", "SETINFO", "LIB-VER", libraryVersion]));
  }
  return Promise.all(answers);
}

/** A connect has its own time, whatever commands have. */
const handshakeCall = new MappedCall(defaultMapping, true);

/**
 * The reply; or as a value the server's refusal, or the loss of the connection. A server that is full refuses the first
 * command and closes, so the loss must not be heard before the refusal.
 */
function ask(connection: Connection, args: Argument[]): Promise<unknown> {
  return connection.send(args, handshakeCall).catch((error: RedisError) =>
    error instanceof ReplyError ? error : asHandshakeError(error)
  );
}

/** Whether the server knows no HELLO, or not this version of it, or does not let this user call it. */
function isUnknownHello(error: RedisError, { password }: Identity): boolean {
  if (error.code === "NOPROTO" || error.code === "NOPERM") return true;
  // Valkey 9.1 asks for a login before it says that it does not know a command; a HELLO that it knew was one.
  if (error.code === "NOAUTH" && password !== undefined) return true;
  return error.code === "ERR" && /^ERR unknown (command|subcommand)/i.test(error.message);
}

/** The error as one of the handshake; a refusal of credentials becomes an `AuthError` whatever its first word. */
function asHandshakeError(error: RedisError, aboutCredentials = false): RedisError {
  const { endpoint } = error;
  const fields = { endpoint, command: error.command, phase: "handshake", sent: true, maybeExecuted: false } as const;
  if (error instanceof ReplyError) {
    if (/max number of clients/.test(error.message)) {
      return new ReplyError("MAXCLIENTS", `${endpoint} has reached its maximum number of clients`, {
        ...fields,
        retryable: true,
      });
    }
    const isTransient = transient.has(error.code);
    if (error instanceof AuthError || (aboutCredentials && !isTransient)) {
      return new AuthError(error.code, `${endpoint} refused the credentials or wants some (${error.code})`, fields);
    }
    return new ReplyError(error.code, error.message, { ...fields, retryable: isTransient });
  }
  if (error instanceof ProtocolError) return Object.assign(error, fields, { sent: false });
  if (!(error instanceof ConnectionLostError)) return error;
  return new ConnectError("HANDSHAKE_FAILED", `${endpoint} closed the connection during the handshake`, {
    ...fields,
    sent: false,
    cause: error,
  });
}

/** Refusals that pass by themselves. */
export const transient: ReadonlySet<string> = new Set([
  "LOADING",
  "MAXCLIENTS",
  "BUSY",
  "MASTERDOWN",
  "TRYAGAIN",
  "CLUSTERDOWN",
]);
