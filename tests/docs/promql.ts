/**
 * Evaluates the part of PromQL that the dashboard uses, on the pages of two scrapes. The grammar is that of Prometheus
 * itself, from the npm registry; whatever is not known here is refused, so that no query passes unread.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Sample } from "../../bench/top/exposition.ts";
import { quantile } from "../../bench/top/quantile.ts";
import { findTool } from "../support/tools.ts";

/** Two scrapes and the seconds between them. */
export interface Scrapes {
  readonly before: readonly Sample[];
  readonly after: readonly Sample[];
  readonly seconds: number;
}

/** One series of a result. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Value = number | readonly Series[];

interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: Node | null;
  readonly nextSibling: Node | null;
}

/** Evaluates a query; throws when it is none. */
export function evaluate(query: string, scrapes: Scrapes): readonly Series[] {
  const require = createRequire(join(findTool("prometheus")!, "..", "index.js"));
  const { parser } = require("@prometheus-io/lezer-promql") as { parser: { parse(text: string): { topNode: Node } } };
  const [root, ...others] = children(parser.parse(query).topNode);
  if (root === undefined || others.length > 0) throw new Error(`not a query: ${query}`);
  const value = new Evaluation(query, scrapes).evaluate(root);
  return typeof value === "number" ? [{ labels: {}, value }] : value;
}

function children(node: Node): Node[] {
  const all: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) all.push(child);
  return all;
}

class Evaluation {
  readonly #query: string;
  readonly #scrapes: Scrapes;

  constructor(query: string, scrapes: Scrapes) {
    this.#query = query;
    this.#scrapes = scrapes;
  }

  #text(node: Node): string {
    return this.#query.slice(node.from, node.to);
  }

  evaluate(node: Node): Value {
    switch (node.name) {
      case "NumberDurationLiteral":
        return Number(this.#text(node));
      case "ParenExpr":
        return this.evaluate(only(children(node)));
      case "VectorSelector":
        return this.#select(node, this.#scrapes.after);
      case "FunctionCall":
        return this.#call(node);
      case "AggregateExpr":
        return this.#aggregate(node);
      case "BinaryExpr":
        return this.#combine(node);
      default:
        throw new Error(`${node.name} in ${this.#query}`);
    }
  }

  #select(node: Node, samples: readonly Sample[]): Series[] {
    const [identifier, matchers] = children(node);
    const tests = matchers === undefined ? [] : children(matchers).map((matcher) => this.#matcher(matcher));
    const name = this.#text(identifier!);
    return samples.filter((sample) => sample.name === name && tests.every((test) => test(sample.labels)));
  }

  #matcher(node: Node): (labels: Series["labels"]) => boolean {
    const [label, op, literal] = children(node).map((child) => this.#text(child));
    const value = JSON.parse(literal!) as string;
    switch (op) {
      case "=":
        return (labels) => (labels[label!] ?? "") === value;
      case "=~":
        return (labels) => new RegExp(`^(?:${value})$`).test(labels[label!] ?? "");
      default:
        throw new Error(`${node.name} in ${this.#query}`);
    }
  }

  #call(node: Node): Value {
    const [name, body] = children(node);
    const args = children(body!);
    switch (this.#text(name!)) {
      case "rate":
        return this.#rate(only(args));
      case "histogram_quantile":
        return quantiles(this.evaluate(args[0]!) as number, this.evaluate(args[1]!) as Series[]);
      default:
        throw new Error(`${this.#text(name!)} in ${this.#query}`);
    }
  }

  #rate(matrix: Node): Series[] {
    if (matrix.name !== "MatrixSelector") throw new Error(`rate of ${matrix.name} in ${this.#query}`);
    const selector = children(matrix)[0]!;
    const before = this.#select(selector, this.#scrapes.before);
    return this.#select(selector, this.#scrapes.after).map(({ labels, value }) => {
      const earlier = before.find((series) => sameLabels(series.labels, labels))?.value ?? 0;
      return { labels, value: (value - earlier) / this.#scrapes.seconds };
    });
  }

  #aggregate(node: Node): Series[] {
    const [op, modifier, body] = children(node);
    const [by, grouping] = children(modifier!);
    if (by?.name !== "By" || grouping === undefined) throw new Error(`aggregation without by in ${this.#query}`);
    const names = children(grouping).map((label) => this.#text(label));
    const groups = new Map<string, { labels: Record<string, string>; values: number[] }>();
    for (const { labels, value } of this.evaluate(only(children(body!))) as Series[]) {
      const own = Object.fromEntries(names.flatMap((name) => labels[name] === undefined ? [] : [[name, labels[name]]]));
      const key = JSON.stringify(own);
      const group = groups.get(key) ?? { labels: own, values: [] };
      group.values.push(value);
      groups.set(key, group);
    }
    const fold = folds[this.#text(op!)];
    if (fold === undefined) throw new Error(`${this.#text(op!)} in ${this.#query}`);
    return [...groups.values()].map(({ labels, values }) => ({ labels, value: fold(values) }));
  }

  #combine(node: Node): Value {
    const [left, op, right, ...others] = children(node);
    const apply = operators[this.#text(op!)];
    if (apply === undefined || others.length > 0) throw new Error(`${this.#text(op!)} in ${this.#query}`);
    return combine(this.evaluate(left!), this.evaluate(right!), apply);
  }
}

const folds: Readonly<Record<string, (values: number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

/** Pairs the series of both sides that have the same labels. */
function combine(left: Value, right: Value, apply: (a: number, b: number) => number): Value {
  if (typeof left === "number") {
    if (typeof right === "number") return apply(left, right);
    return right.map(({ labels, value }) => ({ labels, value: apply(left, value) }));
  }
  if (typeof right === "number") return left.map(({ labels, value }) => ({ labels, value: apply(value, right) }));
  return left.flatMap(({ labels, value }) => {
    const other = right.find((series) => sameLabels(series.labels, labels));
    return other === undefined ? [] : [{ labels, value: apply(value, other.value) }];
  });
}

function quantiles(share: number, buckets: readonly Series[]): Series[] {
  const groups = new Map<string, Series[]>();
  for (const bucket of buckets) {
    const key = JSON.stringify(without(bucket.labels, ["le"]));
    groups.set(key, [...groups.get(key) ?? [], bucket]);
  }
  return [...groups].map(([key, own]) => ({
    labels: JSON.parse(key) as Series["labels"],
    value: quantile(
      share,
      own.map(({ labels, value }) => ({ bound: Number(labels.le?.replace("+Inf", "Infinity")), count: value })),
    ),
  }));
}

function without(labels: Series["labels"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)).sort());
}

function sameLabels(a: Series["labels"], b: Series["labels"]): boolean {
  return JSON.stringify(without(a, [])) === JSON.stringify(without(b, []));
}

function only(nodes: readonly Node[]): Node {
  const [node, ...others] = nodes;
  if (node === undefined || others.length > 0) throw new Error(`${nodes.length} parts where there should be one`);
  return node;
}
