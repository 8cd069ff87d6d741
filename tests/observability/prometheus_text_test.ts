import assert from "node:assert/strict";
import { test } from "node:test";
import { commandCounts, commandTime, poolCounts, poolTimes } from "../../lib/observability/metric_table.ts";
import { prometheusContentType, prometheusName, prometheusText } from "../../lib/observability/prometheus_text.ts";
import type { RedisPoolStats } from "../../lib/observability/stats.ts";
import { startMemoryServer } from "../../lib/testing/memory_server.ts";
import { createPool } from "../../mod.ts";
import { skipWithout } from "../support/tools.ts";
import { durations, numbers } from "./pool_numbers.ts";
import { type ParsedMetric, type ParsedSample, parsePage } from "./prometheus_page.ts";

const skip = skipWithout("prometheus");

/** A pool of that name with these numbers. */
function pool(name: string, changed: Partial<RedisPoolStats> = {}) {
  return { name, stats: () => numbers(changed) };
}

/** The samples of one pool. */
function ofPool(metric: ParsedMetric | undefined, name: string): readonly ParsedSample[] {
  assert.ok(metric);
  return metric.metrics.filter(({ labels }) => labels?.db_client_connection_pool_name === name);
}

const linesOf = (text: string, start: string) => text.split("\n").filter((line) => line.startsWith(start));

test("every metric is on the page, with its type and its help", { skip }, () => {
  const page = parsePage(prometheusText(pool("a", { closesByReason: { idle: 1 } })));
  const names = [...poolCounts, ...commandCounts].map(prometheusName);
  const times = [...Object.values(poolTimes), commandTime].map(({ name }) => `${name.replaceAll(".", "_")}_seconds`);
  assert.deepEqual([...page.keys()].sort(), [...names, ...times].sort());
  for (const { help, type } of page.values()) {
    assert.ok(help.length > 10);
    assert.match(type, /^(?:COUNTER|GAUGE|HISTOGRAM)$/);
  }
  for (const [name, { type }] of page) assert.equal(name.endsWith("_total"), type === "COUNTER", name);
});

test("names are those that OpenTelemetry's are translated to", () => {
  const name = "db.client.connection.timeouts";
  assert.equal(prometheusName({ name, kind: "counter", unit: "{timeout}" }), "db_client_connection_timeouts_total");
  assert.equal(prometheusName({ name: "a.b", kind: "gauge", unit: "s" }), "a_b_seconds");
  assert.equal(prometheusName({ name: "a.b", kind: "upDownCounter", unit: "By" }), "a_b_bytes");
});

test("a parser reads back what was written, whatever the pool is called", { skip }, () => {
  const names = [
    "plain",
    'quo"te',
    "back\\slash",
    "new\nline",
    "tab\tand ünicode 🦕",
    '{a="b"} 1 # no',
    "",
    "trailing\\",
  ];
  const text = prometheusText(...names.map((name, i) => pool(name, { waiting: i + 1 })));
  const { metrics } = parsePage(text).get("db_client_connection_pending_requests")!;
  assert.equal(metrics.length, names.length);
  metrics.forEach(({ labels, value }, i) => {
    assert.equal(labels?.db_client_connection_pool_name, names[i]);
    assert.equal(value, String(i + 1));
  });
});

test("every line is a comment or a sample, in groups that are each announced once", () => {
  const text = prometheusText(pool('a"\n\\'), pool("b", { blocking: numbers() }));
  assert.ok(text.endsWith("\n"));
  const sample = /^([a-z_]+)\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\} \d+(?:\.\d+)?(?:e-?\d+)?$/;
  const announced: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const [, name] = /^# TYPE (\S+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined) announced.push(name);
    else if (!/^# HELP \S+ \S.*$/.test(line)) {
      const [, of = ""] = sample.exec(line) ?? assert.fail(line);
      assert.equal(of.replace(/_(?:bucket|sum|count)$/, ""), announced.at(-1)!.replace(/_count$/, ""), line);
    }
  }
  assert.equal(new Set(announced).size, announced.length);
});

test("no series is there twice, even when pools have the same name", () => {
  const same = pool("same", { blocking: numbers() });
  const series = prometheusText(same, same, same).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.equal(new Set(series).size, series.length);
  assert.ok(series.some((line) => line.includes('"same#3/blocking"')));
});

test("histograms are cumulative, in seconds, and end with all of them", { skip }, () => {
  const stats = { connect: durations(0.05, 0.3, 3, 3, 700, 20_000), wait: durations(2), acquiredAtOnce: 5 };
  const text = prometheusText(pool("a", stats));
  const page = parsePage(text);
  const [create] = page.get("db_client_connection_create_time_seconds")!.metrics;
  const at = (bound: string) => Number(create?.buckets?.[bound]);
  assert.deepEqual(["0.0001", "0.0005", "0.0025", "0.005", "0.5", "1", "10", "+Inf"].map(at), [1, 2, 2, 4, 4, 5, 5, 6]);
  const bounds = Object.entries(create?.buckets ?? {}).sort(([a], [b]) => Number(a) - Number(b));
  const counts = bounds.map(([, count]) => Number(count));
  assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
  const [sum] = linesOf(text, "db_client_connection_create_time_seconds_sum");
  assert.ok(Math.abs(Number(sum?.split(" ").at(-1)) - 20.706_35) < 1e-9, sum);
  const [count] = linesOf(text, "db_client_connection_create_time_seconds_count");
  assert.ok(count?.endsWith(" 6"));
  const [wait] = page.get("db_client_connection_wait_time_seconds")!.metrics;
  assert.deepEqual([wait?.buckets?.["0.0001"], wait?.buckets?.["0.0025"], wait?.buckets?.["+Inf"]], ["5", "6", "6"]);
});

test("the time of commands says which database it is about", () => {
  const lines = linesOf(prometheusText(pool("a", { command: durations(1) })), "db_client_operation_duration_seconds");
  assert.ok(lines.length > 0 && lines.every((line) => line.includes('db_system_name="redis"')));
});

test("the connections for blocking commands are a pool of their own", { skip }, () => {
  const page = parsePage(prometheusText(pool("a", { idle: 1, blocking: numbers({ idle: 4 }) })));
  const idle = (name: string) =>
    ofPool(page.get("respool_connections"), name).find(({ labels }) => labels?.state === "idle")?.value;
  assert.deepEqual([idle("a"), idle("a/blocking")], ["1", "4"]);
  assert.equal(ofPool(page.get("respool_retries_total"), "a/blocking").length, 0);
});

test("no pools make an empty page", () => {
  assert.equal(prometheusText(), "");
  assert.match(prometheusContentType, /^text\/plain; version=0\.0\.4/);
});

test("a pool that worked tells what it did", { skip }, async () => {
  const server = await startMemoryServer();
  const worker = createPool(server.url, { name: "worker", maxSize: 3 });
  try {
    await Promise.all(Array.from({ length: 200 }, (_, i) => worker.set(`k${i}`, i)));
    await assert.rejects(worker.send(["INCR", "k1", "too many"]));
    await worker.use((lease) => lease.ping());
    const page = parsePage(prometheusText(worker));
    const value = (metric: string, label: string, word: string) =>
      Number(ofPool(page.get(metric), "worker").find(({ labels }) => labels?.[label] === word)?.value);
    assert.ok(value("respool_commands_total", "outcome", "ok") >= 201);
    assert.equal(value("respool_commands_total", "outcome", "error"), 1);
    assert.equal(value("redis_client_errors_total", "error_type", "ERR"), 1);
    assert.equal(value("respool_circuit_state", "state", "closed"), 1);
    assert.ok(value("db_client_connection_count", "db_client_connection_state", "used") >= 1);
    const [create] = page.get("db_client_connection_create_time_seconds")!.metrics;
    assert.ok(Number(create?.buckets?.["+Inf"]) >= 2);
  } finally {
    await worker.close();
    await server.close();
  }
});
