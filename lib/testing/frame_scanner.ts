/**
 * Where one reply ends and the next begins in a stream of RESP, without looking at what the replies say.
 *
 * @module
 */

/** The end of one frame. */
export interface FrameEnd {
  /** Position in the chunk behind the frame's last byte. */
  readonly position: number;
  /** Whether the frame is a push, which answers nothing. */
  readonly isPush: boolean;
}

const LF = 10;
const minus = 45;
const zero = 48;
const bulkTypes = new Set(Array.from("$=!", (type) => type.charCodeAt(0)));
/** Values per announced item. */
const aggregateTypes = new Map(Array.from("*~>%|", (type) => [type.charCodeAt(0), "%|".includes(type) ? 2 : 1]));
const pushType = ">".charCodeAt(0);
const attributeType = "|".charCodeAt(0);

/** Follows a stream of RESP from its start. Streamed strings and aggregates are not known to it. */
export class FrameScanner {
  /** Values that the current frame still wants; 0 between frames. */
  #left = 0;
  /** Bytes of a bulk string that are still to come, with its line end. */
  #skip = 0;
  /** The type of the line being read, or 0 at its start. */
  #type = 0;
  #length = 0;
  #isNegative = false;
  #isPush = false;

  /** Whether the stream is between two frames. */
  get isBetween(): boolean {
    return this.#left === 0 && this.#type === 0;
  }

  /** The ends of the frames that end in this chunk. */
  scan(chunk: Uint8Array): FrameEnd[] {
    const ends: FrameEnd[] = [];
    for (let i = 0; i < chunk.length;) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - i);
        this.#skip -= skipped;
        i += skipped;
        if (this.#skip === 0) this.#left--;
      } else if (!this.#readByte(chunk[i++]!)) continue;
      if (this.#left === 0 && this.#type === 0) ends.push({ position: i, isPush: this.#isPush });
    }
    return ends;
  }

  /** Reads one byte of a line. Returns whether the line ended. */
  #readByte(byte: number): boolean {
    if (this.#type === 0) {
      if (this.#left === 0) {
        this.#left = 1;
        this.#isPush = byte === pushType;
      }
      this.#type = byte;
      this.#length = 0;
      this.#isNegative = false;
    } else if (byte === LF) {
      this.#endLine();
      return true;
    } else if (byte === minus) this.#isNegative = true;
    else if (byte >= zero && byte <= zero + 9) this.#length = this.#length * 10 + byte - zero;
    return false;
  }

  #endLine(): void {
    const perItem = aggregateTypes.get(this.#type);
    if (perItem !== undefined && !this.#isNegative) {
      // Attributes come before a value and are none themselves.
      this.#left += perItem * this.#length - (this.#type === attributeType ? 0 : 1);
    } else if (bulkTypes.has(this.#type) && !this.#isNegative) this.#skip = this.#length + 2;
    else this.#left--;
    this.#type = 0;
  }
}
