import { connectRaw, type RawClient, waitFor } from "../raw_client.ts";
import { readWire, type WireValue } from "./wire_tree.ts";

/** The command as an array of bulk strings; every character is one byte. */
export function encode(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`;
}

/** Sends commands and waits for as many replies. */
export class ReplyClient {
  readonly raw: RawClient;
  #position = 0;

  constructor(raw: RawClient) {
    this.raw = raw;
  }

  static async connect(port: number): Promise<ReplyClient> {
    return new ReplyClient(await connectRaw(port));
  }

  /** The next values that arrive. */
  async read(count: number): Promise<WireValue[]> {
    const values: WireValue[] = [];
    await waitFor(() => {
      while (values.length < count) {
        const read = readWire(this.raw.received, this.#position);
        if (read === undefined) return false;
        values.push(read.value);
        this.#position = read.next;
      }
      return true;
    }, () => `${values.length} of ${count} values, then ${JSON.stringify(this.raw.received.slice(this.#position))}`);
    return values;
  }

  /** Sends commands in one write. */
  write(...commands: readonly (readonly string[])[]): void {
    this.raw.write(commands.map(encode).join(""));
  }

  /** Waits until the server has ended the connection. */
  ended(): Promise<void> {
    return this.raw.ended();
  }

  /** The replies to commands that are sent in one write. */
  async send(...commands: readonly (readonly string[])[]): Promise<WireValue[]> {
    this.write(...commands);
    return await this.read(commands.length);
  }
}
