/**
 * Bytes on which decoders differ, with the reason why respool does what it does.
 *
 * @module
 */

/** One case. */
export interface Difference {
  /** The bytes, one per character. */
  input: string;
  /** How to show them when they are long. */
  name?: string;
  /** The reason. */
  why: string;
}

/** Every difference that is known. */
export const differences: readonly Difference[] = [
  { input: ":9007199254740993\r\n", why: "an integer is never rounded" },
  { input: ":12x4\r\n", why: "strict grammar" },
  { input: ":\r\n", why: "strict grammar" },
  { input: ":+7\r\n", why: "the grammar has a plus sign" },
  { input: ":-0\r\n", why: "integers have no negative zero" },
  { input: ":9223372036854775808\r\n", why: "beyond 64 bits" },
  {
    input: "$abc\r\n+OK\r\n",
    why: "strict grammar; guessing on shifts replies",
  },
  { input: "$-2\r\n+OK\r\n", why: "only -1 is null" },
  { input: "$2\r\nabXX+OK\r\n", why: "the end of a string is checked" },
  { input: "+OK\rX+OK\r\n", why: "a line ends with CR LF and nothing else" },
  { input: "+OK\n+OK\r\n", why: "a line ends with CR LF and nothing else" },
  { input: "@x\r\n+OK\r\n", why: "no resynchronisation after an error" },
  {
    input: "*1\r\n".repeat(200) + ":1\r\n",
    name: "*1 ×200 :1",
    why: "depth is bounded",
  },
  {
    input: "*50000\r\n:1\r\n",
    why: "the others have allocated 50 000 places by now",
  },
  { input: "#x\r\n", why: "strict grammar" },
  { input: "#t\r+OK\r\n", why: "strict grammar" },
  { input: "_x\r\n+OK\r\n", why: "strict grammar" },
  { input: ",abc\r\n", why: "strict grammar" },
  { input: ",1.2.3\r\n", why: "strict grammar" },
  { input: ",\r\n", why: "strict grammar" },
  { input: ",1e5\r\n", why: "exponents are part of the grammar" },
  { input: ",.5\r\n", why: "as hiredis reads it" },
  { input: ",-nan\r\n", why: "what some C libraries print" },
  { input: ",0.7\r\n", why: "doubles are exact, digit by digit" },
  { input: "(12a\r\n", why: "strict grammar" },
  { input: "=5\r\nabcde\r\n", why: "a verbatim string has a format" },
  { input: "%1\r\n+__proto__\r\n*0\r\n", why: "a key of any name is data" },
  {
    input: "%1\r\n*1\r\n:1\r\n+v\r\n",
    why: "objects have no such keys; `Map` and pairs have",
  },
  {
    input: "%-1\r\n+OK\r\n",
    why: "only arrays and bulk strings can have the length -1",
  },
  { input: ">0\r\n+OK\r\n", why: "a push begins with its kind" },
  { input: "*1\r\n>1\r\n+x\r\n", why: "a push is never inside a reply" },
  {
    input: "|1\r\n+ttl\r\n:3600\r\n+value\r\n+next\r\n",
    why: "attributes belong to no reply",
  },
  {
    input: "*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n",
    why: "attributes are no element",
  },
  { input: "$?\r\n;2\r\nab\r\n;0\r\n", why: "streamed strings are read" },
  { input: "*?\r\n:1\r\n.\r\n", why: "streamed aggregates are read" },
  {
    input: ">2\r\n$1\r\na\r\n$1\r\nb\r\n",
    why: "strings in pushes are text, as everywhere else",
  },
  {
    input: "-ERR unknown command 'x', with args beginning with: 'y'\r\n",
    why: "errors repeat no argument",
  },
  { input: "HTTP/1.1 400 Bad Request\r\n", why: "says who is talking instead" },
];
