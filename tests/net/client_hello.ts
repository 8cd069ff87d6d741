/** Just enough of TLS to see what a client asks for in its first message. */

/** What a ClientHello says. */
export interface ClientHello {
  /** The name of the server name indication. */
  serverName: string | undefined;
  /** Every version offered: 0x0303 is TLS 1.2, 0x0304 is TLS 1.3. */
  versions: number[];
}

/** Reads a ClientHello that came in one record. */
export function readClientHello(bytes: Uint8Array): ClientHello {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hello: ClientHello = { serverName: undefined, versions: [view.getUint16(9)] };
  // Record header 5, message header 4, version 2, random 32; then three lists, each behind its length.
  let at = 43;
  at += 1 + view.getUint8(at);
  at += 2 + view.getUint16(at);
  at += 1 + view.getUint8(at);
  const end = at + 2 + view.getUint16(at);
  for (at += 2; at < end; at += 4 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === 0) hello.serverName = nameOf(bytes, view, at + 4);
    if (view.getUint16(at) === 43) hello.versions = versionsOf(view, at + 4);
  }
  return hello;
}

function nameOf(bytes: Uint8Array, view: DataView, at: number): string {
  const length = view.getUint16(at + 3);
  return new TextDecoder().decode(bytes.subarray(at + 5, at + 5 + length));
}

function versionsOf(view: DataView, at: number): number[] {
  return Array.from({ length: view.getUint8(at) / 2 }, (_, index) => view.getUint16(at + 1 + 2 * index));
}
