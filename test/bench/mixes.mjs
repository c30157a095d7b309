#!/usr/bin/env node
// mixes.mjs: what clients see at fixed arrival rates. Each mix of requests comes at a rate that rises by half from one turn to
// the next until a hundredth of the requests fail or p99 is over a second; latencies count from when a request should have gone
// (arrivals.c). MIXES chooses mixes, MIX_KEYS how keys are drawn, MIX_SERVERS whether requests are signed and come over TLS,
// MIX_ITEMS how many items of 1 KB there are, SECONDS_EACH how long a turn is, MIX_START the first rate.
import fs from "node:fs/promises";
import path from "node:path";

import { headersOf, send } from "./api.mjs";
import { createTable, item } from "./data.mjs";
import { psqlAt, run } from "./process.mjs";
import { dynamo, secured, seconds } from "./settings.mjs";

const words = (name, usual) => (process.env[name] || usual).split(/\s+/).filter(Boolean);
const items = Number(process.env.MIX_ITEMS || 100000);
const table = "Mixes", together = 100, connections = 64;
const growth = 1.5, mostPrepared = 200000, mostFailed = 0.01, mostLatency = 1e6, goodLatency = 5000;
const notes = "x".repeat(850); // makes an item 1 KB
const servers = { open: { endpoint: dynamo, port: process.env.PGPORT }, secured: { endpoint: secured, port: process.env.BENCH_SECURED_PORT } };

// --- keys ---

// The usual generator of Zipf's law (Gray and others, 1994), theta 0.99, whose ranks are scattered over all items.
function zipfian() {
	const theta = 0.99, alpha = 1 / (1 - theta);
	let zeta = 0;
	for (let i = 1; i <= items; i++)
		zeta += 1 / i ** theta;
	const eta = (1 - (2 / items) ** (1 - theta)) / (1 - (1 + 0.5 ** theta) / zeta);

	return () => {
		const u = Math.random(), uz = u * zeta;
		const rank = uz < 1 ? 0 : uz < 1 + 0.5 ** theta ? 1 : Math.floor(items * (eta * u - eta + 1) ** alpha);
		return Number((BigInt(rank) * 2654435761n) % BigInt(items));
	};
}

const draws = { uniform: () => () => Math.floor(Math.random() * items), zipfian };

// --- requests ---

const whole = (number) => ({ ...item(number, together), Notes: { S: notes } });
const keyOf = (number) => (({ Artist, SongTitle }) => ({ Artist, SongTitle }))(whole(number));
let inserted = items;

const requests = {
	get: (draw) => ["GetItem", { TableName: table, Key: keyOf(draw()) }],
	put: (draw) => ["PutItem", { TableName: table, Item: whole(draw()) }],
	update: (draw) => ["UpdateItem", { TableName: table, Key: keyOf(draw()), UpdateExpression: "SET Plays = if_not_exists(Plays, :zero) + :one",
		ExpressionAttributeValues: { ":zero": { N: "0" }, ":one": { N: "1" } } }],
	insert: () => ["PutItem", { TableName: table, Item: whole(inserted++) }],
	newest: () => ["GetItem", { TableName: table, Key: keyOf(inserted - 1 - Math.floor(Math.random() ** 4 * 1000)) }],
	scan: (draw) => {
		const { Artist, SongTitle } = keyOf(draw());
		return ["Query", { TableName: table, KeyConditionExpression: "Artist = :a AND SongTitle >= :s",
			ExpressionAttributeValues: { ":a": Artist, ":s": SongTitle }, Limit: 1 + Math.floor(Math.random() * 50) }];
	},
};

// A name's requests in hundredths.
const mixes = {
	gets: { get: 100 },
	puts: { put: 100 },
	updates: { update: 100 },
	mixed: { get: 80, put: 20 },
	"half-updates": { get: 50, put: 50 },
	"mostly-reads": { get: 95, put: 5 },
	"newest-reads": { newest: 95, insert: 5 },
	"short-scans": { scan: 95, insert: 5 },
	"read-modify-write": { get: 50, update: 50 },
};

function choose(mix) {
	let left = Math.random() * 100;
	for (const [name, share] of Object.entries(mix))
		if ((left -= share) < 0)
			return name;
	return Object.keys(mix)[0];
}

// Signatures are good for a quarter of an hour: each turn has its own.
async function prepare(file, endpoint, mix, draw, count) {
	const lines = [];
	for (let i = 0; i < Math.min(count, mostPrepared); i++) {
		const [operation, request] = requests[choose(mix)](draw);
		const body = JSON.stringify(request), headers = headersOf(endpoint, operation, body);
		lines.push(`${headers["X-Amz-Target"]}\t${headers["X-Amz-Date"]}\t${headers.Authorization}\t${body}\n`);
	}
	await fs.writeFile(file, lines.join(""));
}

// --- tables ---

const itemInSql = `jsonb_build_object('Artist', 'artist' || lpad((n / ${together})::text, 8, '0'), 'SongTitle', 'song' || lpad(n::text, 8, '0'),
	'Album', 'Somewhat Famous', 'Year', 1999, 'Price', 1.98, 'Live', false, 'Genres', '{"$ss": ["Country", "Rock"]}'::jsonb, 'Takes', '[1, 2]'::jsonb,
	'Notes', repeat('x', ${notes.length}))`;

async function fill({ endpoint, port }) {
	await createTable(endpoint, table);
	const half = Math.floor(items / 2);
	await Promise.all([[0, half - 1], [half, items - 1]].map(([first, last]) =>
		psqlAt(port, `INSERT INTO dynamo_tables."${table}" SELECT ${itemInSql} FROM generate_series(${first}, ${last}) AS n`)));
	await psqlAt(port, `VACUUM ANALYZE dynamo_tables."${table}"`);
	const { Item } = await send(endpoint, "GetItem", { TableName: table, Key: keyOf(items - 1) });
	if (JSON.stringify(Item?.Notes) !== JSON.stringify({ S: notes }))
		throw new Error("the table has not been filled");
}

// --- turns ---

async function arrive({ endpoint }, mix, draw, rate) {
	const file = path.join(process.env.BENCH_WORK, "arrivals"), { hostname, port, protocol } = new URL(endpoint);
	await prepare(file, endpoint, mix, draw, rate * seconds);
	const printed = await run(process.env.BENCH_ARRIVALS, [hostname, port, protocol === "https:" ? "1" : "0", String(rate), String(seconds), String(connections), file]);
	const [all, failed, p50, p99, p999, longest] = printed.trim().split(" ").map(Number);
	return { all, failed, p50, p99, p999, longest };
}

const shown = (microseconds) => (microseconds / 1000).toFixed(microseconds < 10000 ? 2 : 0);

async function climb(server, name, keys, draw) {
	let best = 0;
	for (let rate = Number(process.env.MIX_START || 2000); ; rate = Math.round(rate * growth)) {
		const { all, failed, p50, p99, p999 } = await arrive(servers[server], mixes[name], draw, rate);
		console.log(`| ${name.padEnd(17)} | ${keys.padEnd(8)} | ${server.padEnd(7)} | ${rate.toLocaleString("en-US").padStart(7)} | ${(100 * failed / all).toFixed(2).padStart(6)} | ${[p50, p99, p999].map((each) => shown(each).padStart(8)).join(" | ")} |`);
		if (failed <= all * mostFailed && p99 < goodLatency)
			best = rate;
		if (failed > all * mostFailed || p99 > mostLatency)
			break;
	}
	return { name, keys, server, best };
}

const chosen = words("MIXES", Object.keys(mixes).join(" "));
const unknown = chosen.filter((name) => !(name in mixes));
if (unknown.length > 0) {
	console.error(`no such mix: ${unknown.join(" ")}; there are ${Object.keys(mixes).join(" ")}`);
	process.exit(1);
}
const flushes = (await run(process.env.BENCH_ARRIVALS, ["flush", path.join(process.env.BENCH_WORK, "flush"), "5"])).trim().split(" ");
console.log(`${items.toLocaleString("en-US")} items of 1 KB, ${connections} connections, ${seconds} s a turn; times in ms. The disk alone flushes a page in ${shown(Number(flushes[1]))} (p50), ${shown(Number(flushes[2]))} (p99), ${shown(Number(flushes[3]))} (p99.9).\n`);
console.log("| mix               | keys     | server  |  a second | failed % |      p50 |      p99 |    p99.9 |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |");
const summary = [];
for (const server of words("MIX_SERVERS", "open secured")) {
	await fill(servers[server]);
	for (const keys of words("MIX_KEYS", "uniform zipfian")) {
		const draw = draws[keys]();
		for (const name of chosen)
			summary.push(await climb(server, name, keys, draw));
	}
}
console.log(`\nThe highest rate of these with p99 under ${goodLatency / 1000} ms:`);
for (const { name, keys, server, best } of summary)
	console.log(`| ${name} | ${keys} | ${server} | ${best.toLocaleString("en-US")} |`);
