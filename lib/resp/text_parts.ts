/**
 * The text of a string that spans chunks, decoded as it arrives: its bytes are never put together.
 *
 * @module
 */

const scratchSize = 16_384;

/** Collects text. One is enough for a decoder: `end` makes it ready for the next string. */
export class TextParts {
  /** Bytes collected so far. */
  length = 0;

  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  /** Small parts wait here for company. */
  readonly #scratch = new Uint8Array(scratchSize);
  #used = 0;
  /** The text so far; `undefined` once it is longer than the runtime's strings can be. */
  #text: string | undefined = "";

  /** Takes the bytes of `buffer` from `from` up to `to`, which may cut a character. */
  add(buffer: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.length += count;
    if (this.#used + count > scratchSize) this.#flush();
    if (count > scratchSize / 2 && this.#used === 0) {
      return this.#decode(buffer.subarray(from, to), true);
    }
    this.#scratch.set(buffer.subarray(from, to), this.#used);
    this.#used += count;
  }

  /** The whole text, or `undefined` when it is longer than the runtime's strings can be. */
  end(): string | undefined {
    this.#decode(this.#scratch.subarray(0, this.#used), false);
    const text = this.#text;
    this.#text = "";
    this.#used = this.length = 0;
    return text;
  }

  #flush(): void {
    this.#decode(this.#scratch.subarray(0, this.#used), true);
    this.#used = 0;
  }

  #decode(bytes: Uint8Array, stream: boolean): void {
    const text = this.#utf8.decode(bytes, { stream });
    if (this.#text === undefined) return;
    try {
      this.#text += text;
    } catch {
      this.#text = undefined;
    }
  }
}
