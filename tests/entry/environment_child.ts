/** Makes a pool that is told of no server; run by `environment_test.ts` without leave to read the environment. */
import { createPool } from "../../mod.ts";

const pool = createPool();
console.log(pool.stats().maxSize);
await pool.close();
