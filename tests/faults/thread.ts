/** A thread with a pool of its own: told where the server is, it works and says which connections it had. */
import { parentPort, workerData } from "node:worker_threads";
import { createPool } from "../../mod.ts";

const { url, name } = workerData as { url: string; name: string };
const pool = createPool(url);
const ids = await Promise.all([1, 2, 3].map(() => pool.use((lease) => lease.send(["CLIENT", "ID"]))));
for (let n = 0; n < 100; n++) await pool.set(`${name}:${n}`, `${name}:${n}`);
const values = await Promise.all(Array.from({ length: 100 }, (_, n) => pool.get(`${name}:${n}`)));
const isRight = values.every((value, n) => value === `${name}:${n}`);
await pool.close();
parentPort!.postMessage({ ids, isRight });
