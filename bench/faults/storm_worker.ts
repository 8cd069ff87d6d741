/** Clients that want their connections back: `port clients size`. Prints `[]`, then the instants at which they came. */
import process from "node:process";
import { createPool } from "../../mod.ts";

const [port, clients, size] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
const now = () => performance.timeOrigin + performance.now();
let [isDown, times] = [false, [] as number[]];

const pools = Array.from({ length: clients }, () => {
  return createPool(`redis://127.0.0.1:${port}`, {
    maxSize: size,
    minIdle: size,
    connectTimeoutMs: 30_000,
    observer: {
      connect: () => times.push(now()),
      connectFailed: () => {
        isDown = true;
        times = [];
      },
    },
  });
});
await Promise.all(pools.map((pool) => pool.ready()));
const isFull = () => pools.every((pool) => pool.stats().total === size && pool.stats().connecting === 0);
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};
await until(isFull);
times = [];
console.log("[]");

await until(() => isDown);
await until(isFull);
console.log(JSON.stringify(times));
await new Promise((resolve) => setTimeout(resolve, 60_000));
