/** One RESP value as it is on the wire: its type is kept, nothing is converted. */
export interface WireValue {
  /** The type byte. */
  readonly type: string;
  /** The line, or the string behind it. */
  readonly text: string;
  readonly items: readonly WireValue[];
}

const nested: Record<string, number> = { "*": 1, "~": 1, ">": 1, "%": 2 };

/** Reads one value from latin1 text; `undefined` when it is not all there. A reader of its own, so that it shares no error with the library's. */
export function readWire(text: string, from: number): { value: WireValue; next: number } | undefined {
  const end = text.indexOf("\r\n", from);
  if (end < 0) return undefined;
  const type = text[from]!;
  const line = text.slice(from + 1, end);
  const length = Number(line);
  if (type === "$" || type === "=") {
    if (length < 0) return { value: { type, text: "null", items: [] }, next: end + 2 };
    const stop = end + 2 + length;
    if (text.length < stop + 2) return undefined;
    return { value: { type, text: text.slice(end + 2, stop), items: [] }, next: stop + 2 };
  }
  const perItem = nested[type];
  if (perItem === undefined || length < 0) return { value: { type, text: line, items: [] }, next: end + 2 };
  const items: WireValue[] = [];
  let next = end + 2;
  for (let i = 0; i < length * perItem; i++) {
    const item = readWire(text, next);
    if (item === undefined) return undefined;
    items.push(item.value);
    next = item.next;
  }
  return { value: { type, text: line, items }, next };
}

/** The value in one line, for comparing and for messages. */
export function showWire({ type, text, items }: WireValue): string {
  return items.length === 0 ? `${type}${JSON.stringify(text)}` : `${type}[${items.map(showWire).join(" ")}]`;
}
