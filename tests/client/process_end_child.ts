/** Does one thing with a pool and then nothing: what it says and whether it ends by itself is the parent's to judge. */
import process from "node:process";
import { createPool } from "../../mod.ts";

const [, , what, url = ""] = process.argv;
const pool = createPool(url, { minIdle: 2 });
const codeOf = (promise: Promise<unknown>) => promise.then(String, (error) => error.code);

switch (what) {
  case "warm":
    await pool.ready();
    console.log("ready");
    break;
  case "used":
    console.log(await pool.set("a", 1), await pool.pipeline().incr("a").exec());
    console.log(await pool.use((lease) => lease.get("a")), await pool.blpop("q", 0.01));
    console.log(await pool.with({ timeoutMs: 60_000 }).get("a"));
    break;
  case "aborted": {
    const controller = new AbortController();
    const aborted = codeOf(pool.with({ signal: controller.signal }).blpop("q", 0));
    await pool.ping();
    controller.abort();
    console.log(await aborted);
    break;
  }
  case "leased":
    console.log(await (await pool.acquire()).ping());
    break;
  case "closed":
    console.log(await pool.get("a"));
    await pool.close();
    console.log("closed");
    break;
  case "destroyed":
    pool.get("a").catch(({ code }) => console.log(code));
    await pool.destroy();
    break;
  case "slow":
    console.log(await pool.send(["DEBUG", "SLEEP", "0.7"]));
    break;
  case "suspended":
    pool.suspend();
    console.log(await codeOf(pool.with({ timeoutMs: 300 }).get("a")), await codeOf(pool.acquire({ timeoutMs: 100 })));
    break;
  case "down":
    console.log(await codeOf(pool.with({ timeoutMs: 300 }).get("a")), await codeOf(pool.acquire({ timeoutMs: 100 })));
    break;
}
