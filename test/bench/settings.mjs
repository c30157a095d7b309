// What the environment of make bench chooses.
const number = (name, usual) => Number(process.env[name] || usual);

export const dynamo = process.env.DYNAMO_ENDPOINT;
export const secured = process.env.BENCH_SECURED;
export const seconds = number("SECONDS_EACH", 1);
export const turns = number("TURNS", 3);
export const items = number("ITEMS", 10000);
export const manyItems = number("SCAN", 100000);
export const largeItems = number("LARGE", 200000);
export const idleConnections = number("IDLE", 5000);
export const readers = (process.env.PGBENCH_READERS || "2 4 8 16").split(" ").map(Number);
export const writers = (process.env.PGBENCH_WRITERS || "16 32 64 128").split(" ").map(Number);
