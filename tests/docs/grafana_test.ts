/** Every query of the dashboard finds what it asks for on a page that a pool writes, and every metric is shown. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseExposition } from "../../bench/top/exposition.ts";
import { prometheusText } from "../../lib/entry/prometheus.ts";
import type { RedisPoolStats } from "../../lib/observability/stats.ts";
import { durations, numbers } from "../observability/pool_numbers.ts";
import { skipWithout } from "../support/tools.ts";
import { evaluate, type Scrapes, type Series } from "./promql.ts";

const skip = skipWithout("prometheus");

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(
  readFileSync(new URL("../../docs/grafana/respool.json", import.meta.url), "utf8"),
) as { title: string; panels: Panel[]; templating: { list: { name: string; query: unknown }[] } };
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

/** What Grafana fills in before it asks. */
function filled(expr: string, pool = ".*"): string {
  return expr.replaceAll("$__rate_interval", "1m").replaceAll("$pool", pool);
}

/** A pool that did a bit of everything, twice as much on the later page. */
function busy(times: number): Partial<RedisPoolStats> {
  const outcomes = { ok: 900, error: 20, timeout: 10, aborted: 10, lost: 20, refused: 20, invalid: 20 };
  const grown = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * times]));
  const ms = (...values: number[]) => durations(...Array.from({ length: 10 * times }, () => values).flat());
  return {
    ...{ maxSize: 10, minIdle: 2, idle: 3, leased: 4, shared: 2, connecting: 1, waiting: 5 },
    ...{ circuit: "half_open", circuitForMs: 3000 },
    ...{ queuedCommands: 12, inFlight: 8, tombstones: 1, queuedBytes: 640 },
    ...{ acquiredAtOnce: 10 * times, acquiredAfterWait: 30 * times, timedOut: 5 * times, cancelled: times },
    ...{ refused: times, handOvers: 7 * times, leaks: 2 * times, unleaked: times, retries: 6 * times, stalls: times },
    closesByReason: grown({ idle: 1, CONN_RESET: 2 }),
    connectFailuresByCode: grown({ CONNECT_REFUSED: 3 }),
    commandFailuresByCode: grown({ WRONGTYPE: 20, COMMAND_TIMEOUT: 10 }),
    commands: grown(outcomes) as unknown as RedisPoolStats["commands"],
    ...{ wait: ms(3), connect: ms(2), use: ms(4), command: ms(0.3, 0.3, 0.3, 40) },
  };
}

function scrapes(): Scrapes {
  const page = (times: number) =>
    parseExposition(prometheusText(
      { name: "cache", stats: () => numbers(busy(times)) },
      { name: "jobs", stats: () => numbers(busy(2 * times)) },
    ));
  return { before: page(1), after: page(2), seconds: 10 };
}

function query(title: string, refId = "A", pool?: string): readonly Series[] {
  const target = targets.find((one) => one.title === title && one.refId === refId);
  assert.ok(target, title);
  return evaluate(filled(target.expr, pool), scrapes());
}

const valueFor = (series: readonly Series[], label: string) =>
  series.find(({ labels }) => Object.values(labels).includes(label))?.value;

for (const { title, refId, expr, legendFormat } of targets) {
  test(`the query ${refId} of the panel "${title}" has an answer`, { skip }, () => {
    const series = evaluate(filled(expr), scrapes());
    assert.ok(series.length > 0, expr);
    for (const { value } of series) assert.ok(Number.isFinite(value), `${value} of ${expr}`);
    assert.ok(series.some(({ value }) => value > 0), expr);
    const [, label] = /\{\{(\w+)\}\}/.exec(legendFormat) ?? [];
    if (label !== undefined) assert.ok(series.every(({ labels }) => label in labels), legendFormat);
    assert.deepEqual(evaluate(filled(expr, "nobody"), scrapes()), [], "a pool that is not there has no answer");
  });
}

test("the answers are those of the pools", { skip }, () => {
  assert.equal(valueFor(query("Utilisation"), "cache"), 0.6);
  assert.equal(valueFor(query("Waiting"), "jobs"), 5);
  assert.equal(valueFor(query("Failing commands"), "cache")?.toFixed(3), "0.100");
  assert.equal(valueFor(query("Circuit"), "cache"), 0.5);
  assert.equal(valueFor(query("Commands by outcome"), "ok"), 270);
  assert.equal(valueFor(query("Commands by outcome", "A", "cache"), "ok"), 90);
  assert.equal(valueFor(query("Opened and closed", "B", "cache"), "pool_eviction_idle"), 0.1);
  const wait = valueFor(query("Wait p99"), "cache")!;
  assert.ok(wait > 0.0025 && wait <= 0.005, `${wait}`);
  const commands = valueFor(query("Commands p99"), "cache")!;
  assert.ok(commands > 0.025 && commands <= 0.05, `${commands}`);
});

test("every metric that a pool tells is shown somewhere", { skip }, () => {
  const shown = targets.map(({ expr }) => expr).join("\n");
  const names = scrapes().after.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, ""));
  const known = new Set(names.map((name) => name === "db_client_connection" ? "db_client_connection_count" : name));
  // It is the same number as the limit.
  known.delete("db_client_connection_idle_max");
  assert.deepEqual([...known].filter((name) => !shown.includes(name)), []);
});

test("a query that is none, or that asks for what is not known here, is refused", { skip }, () => {
  for (const expr of ["a{", "sum(a)", "avg by (x) (a)", "irate(a[1m])", "a or b", ""]) {
    assert.throws(() => evaluate(expr, scrapes()), Error);
  }
});

test("panels have a title, a sentence, an id of their own and a place of their own", () => {
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  const cells = new Set<string>();
  for (const { title, type, description, gridPos: { x, y, w, h } } of dashboard.panels) {
    assert.ok(title.length > 0 && x + w <= 24);
    if (type !== "row") assert.match(description ?? "", /\.$/, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.ok(!cells.has(`${column},${line}`), title);
        cells.add(`${column},${line}`);
      }
    }
  }
});

test("pools are chosen by a label that the pages have", { skip }, () => {
  const variable = dashboard.templating.list.find(({ name }) => name === "pool");
  const [, metric, label] = /label_values\((\w+), (\w+)\)/.exec(JSON.stringify(variable?.query)) ?? [];
  const values = scrapes().after.filter(({ name }) => name === metric).map(({ labels }) => labels[label!]);
  assert.deepEqual(values, ["cache", "jobs"]);
});
