/** Pollutes `Object.prototype`, loads the library and asks a server who it takes us for; run by `secrets_test.ts`. */
import process from "node:process";

const polluted = {
  host: "attacker.example",
  tls: { dangerouslyAllowUnverifiedTls: true },
  username: "attacker",
  password: "theirs",
  credentials: () => ({ username: "attacker", password: "theirs" }),
  connector: () => Promise.reject(new Error("their connector")),
  db: 7,
  protocol: 2,
  maxSize: 1,
  rejectUnauthorized: false,
  servername: "attacker.example",
  lookup: () => {},
  REDIS_URL: "redis://attacker.example",
};
for (const [name, value] of Object.entries(polluted)) {
  // Not enumerable, or the runtime's own code would trip over it.
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
}
const { createPool } = await import("../../mod.ts");
const port = Number(process.argv[2]);
const pool = createPool({ host: "127.0.0.1", port, password: "secret" });
const answers = [await pool.ping(), await pool.send(["ACL", "WHOAMI"])];
await pool.close();
const other = createPool(`redis://127.0.0.1:${port}`);
answers.push(await other.ping().catch((error: { code: string }) => error.code));
await other.close();
console.log(answers.join(" "));
