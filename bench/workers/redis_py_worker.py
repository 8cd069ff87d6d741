"""redis-py, asyncio, with its defaults; the worker's side of the protocol in run/protocol.ts."""

import asyncio
import json
import math
import resource
import sys
import time

TIMED_EVERY = 16


def say(answer):
    print(json.dumps(answer), flush=True)


def data_key(workload):
    if workload.startswith("value-"):
        return "respool:bench:" + workload.removeprefix("value-")
    return "respool:bench:9b"


def shape(workload):
    """Callers and commands in one call, or None where redis-py has nothing to be asked for."""
    if workload == "sequential":
        return 1, 1
    if workload.startswith("concurrent-"):
        return int(workload.split("-")[1]), 1
    if workload.startswith("value-"):
        return 10, 1
    if workload.startswith("pipeline-"):
        return 1, int(workload.split("-")[1])
    return None


def call_of(client, key, batch):
    if batch == 1:
        return lambda: client.get(key)

    async def pipelined():
        pipeline = client.pipeline(transaction=False)
        for _ in range(batch):
            pipeline.get(key)
        return await pipeline.execute()

    return pipelined


def percentile(ordered, share):
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else None


async def measure(call, callers, batch, seconds):
    every = 1 if callers <= 10 else TIMED_EVERY
    samples = []
    calls = 0
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    end = started + seconds

    async def caller(number):
        nonlocal calls
        until_timed = number % every
        now = started
        while now < end:
            began = time.perf_counter()
            await call()
            now = time.perf_counter()
            if until_timed == 0:
                samples.append((now - began) * 1000)
                until_timed = every
            until_timed -= 1
            calls += 1

    await asyncio.gather(*(caller(number) for number in range(callers)))
    elapsed = (time.perf_counter() - started) * 1000
    after = resource.getrusage(resource.RUSAGE_SELF)
    samples.sort()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "operations": calls * batch,
        "elapsedMs": elapsed,
        "p50": percentile(samples, 0.5),
        "p95": percentile(samples, 0.95),
        "p99": percentile(samples, 0.99),
        "cpuMs": cpu * 1000,
        "peakMemoryBytes": after.ru_maxrss * 1024,
    }


async def main():
    task = json.loads(sys.argv[1])
    try:
        import redis
        from redis.asyncio import Redis
    except ImportError:
        return say({"kind": "failed", "reason": "python3 has no redis-py"})
    if tuple(int(part) for part in redis.__version__.split(".")[:2]) < (7, 1):
        return say({"kind": "failed", "reason": f"redis-py {redis.__version__} is older than 7.1"})
    if (callers_and_batch := shape(task["workload"])) is None:
        return say({"kind": "absent"})
    callers, batch = callers_and_batch
    # A caller that finds no connection gets an error instead of a place in a line.
    client = Redis(host=task["host"], port=task["port"], max_connections=max(100, callers))
    call = call_of(client, data_key(task["workload"]), batch)
    await call()
    say({"kind": "ready", "version": redis.__version__})
    while line := await asyncio.to_thread(sys.stdin.readline):
        seconds = json.loads(line)["seconds"]
        say({"kind": "done", "result": await measure(call, callers, batch, seconds)})


try:
    asyncio.run(main())
except Exception as error:
    say({"kind": "failed", "reason": f"{type(error).__name__}: {error}"})
