/**
 * Breaks frames the way wires and bad peers do: bits flip, bytes go missing or double, numbers grow, pieces of other
 * frames slip in. The same seed gives the same damage.
 *
 * @module
 */

/** A generator of numbers from 0 up to `below`. */
export type Random = (below: number) => number;

/** Small, fast, and the same on every runtime (xorshift32). */
export function seeded(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Bytes that mean something, and some that do not. */
const telling = new TextEncoder().encode("$*%~>|+-:,#_(!=.;?\r\n0123456789tfinae");
const numbers = [
  "-1",
  "-0",
  "0",
  "1",
  "?",
  "127",
  "128",
  "4095",
  "4096",
  "65536",
  "4294967296",
  "9223372036854775808",
  "",
];
const encoder = new TextEncoder();

type Mutation = (bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array;

function splice(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - removed + inserted.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(at + removed), at + inserted.length);
  return result;
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const result = new Uint8Array(bytes);
  const at = random(bytes.length);
  result[at]! ^= 1 << random(8);
  return result;
}

function replaceByte(bytes: Uint8Array, random: Random): Uint8Array {
  const byte = random(4) === 0 ? random(256) : telling[random(telling.length)]!;
  return splice(bytes, random(bytes.length), 1, Uint8Array.of(byte));
}

function insertByte(bytes: Uint8Array, random: Random): Uint8Array {
  return splice(bytes, random(bytes.length + 1), 0, Uint8Array.of(telling[random(telling.length)]!));
}

function dropBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length);
  return splice(bytes, at, Math.min(1 + random(4), bytes.length - at), new Uint8Array(0));
}

function doublePiece(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random(bytes.length);
  const piece = bytes.slice(from, from + 1 + random(40));
  return splice(bytes, random(bytes.length + 1), 0, piece);
}

/** Puts another number in the place of one. */
function changeNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const isDigit = (at: number) => at < bytes.length && bytes[at]! >= 48 && bytes[at]! <= 57;
  let from = random(bytes.length);
  while (from < bytes.length && !isDigit(from)) from++;
  let to = from;
  while (isDigit(to)) to++;
  return splice(bytes, from, to - from, encoder.encode(numbers[random(numbers.length)]!));
}

function insertFrame(bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  return splice(bytes, random(bytes.length + 1), 0, corpus[random(corpus.length)]!);
}

function cutShort(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random(bytes.length));
}

const mutations: readonly Mutation[] = [
  flipBit,
  replaceByte,
  replaceByte,
  insertByte,
  dropBytes,
  doublePiece,
  changeNumber,
  changeNumber,
  insertFrame,
  cutShort,
];

/** A frame of the corpus with one to four changes. */
export function mutate(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = corpus[random(corpus.length)]!;
  for (let left = 1 + random(4); left > 0 && bytes.length > 0 && bytes.length < 20_000; left--) {
    bytes = mutations[random(mutations.length)]!(bytes, random, corpus);
  }
  return bytes;
}
