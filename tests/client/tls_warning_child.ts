/** Makes pools, two of which verify nothing; run by `tls_warning_test.ts`. */
import { createPool } from "../../mod.ts";

const plain = createPool({ host: "h" });
const secure = createPool({ host: "h", tls: true });
console.warn("so far nothing was said");
const first = createPool({ host: "h", tls: { dangerouslyAllowUnverifiedTls: true } });
const second = createPool("rediss://h", { tls: { dangerouslyAllowUnverifiedTls: true } });
await Promise.all([plain, secure, first, second].map((pool) => pool.close()));
