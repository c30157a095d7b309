// One turn of a measurement: { rate, p50, p99, failed }, times in microseconds, and
// turns of several subjects put together.
import fs from "node:fs/promises";
import path from "node:path";

import { headersOf, sendRaw } from "./api.mjs";
import { item } from "./data.mjs";
import { psql, psqlAt, run } from "./process.mjs";
import { seconds, turns } from "./settings.mjs";

export let requests = 0; // that dynamo has had

const script = (name) => path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), name);

// `each` items are counted for a request; one that takes long needs turns of several times the usual length.
export function wrk({ endpoint, kind, table, items, connections = 16, pages = [], each = 1, times = 1 }) {
	return async () => {
		await sendRaw(endpoint, "ListTables", {}); // what the turn before asked for last has been done
		const printed = await run("wrk", ["-t", "1", "-c", String(connections), "-d", `${seconds * times}s`, "--timeout", "30s", "-s", script("request.lua"),
			endpoint, "--", kind, table, String(items), ...pages]);
		const [rate, p50, p99, failed, all] = /^figures (.*)$/m.exec(printed)[1].split(" ").map(Number);

		if (endpoint === process.env.DYNAMO_ENDPOINT)
			requests += all;
		return { rate: rate * each, p50, p99, failed, all };
	};
}

const bodies = {
	GetItem: (TableName, { Artist, SongTitle }) => ({ TableName, Key: { Artist, SongTitle } }),
	PutItem: (TableName, Item) => ({ TableName, Item }),
};

// Seconds of processor time that the HTTP workers of a server have taken.
async function processorTime(port) {
	const workers = (await psqlAt(port, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo http'")).split("\n");
	const ticks = await Promise.all(workers.map(async (pid) => {
		const fields = (await fs.readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
		return Number(fields[11]) + Number(fields[12]);
	}));

	return ticks.reduce((sum, each) => sum + each) / 100;
}

// Requests as they are, which endpoints may want to be signed. A signature is good for a quarter of an hour. Of clients
// that encrypt one keeps a core busy before the server does: so there is the server's own time, too, as `cpu`.
export function prepared({ endpoint, port, kind, table, items }) {
	const file = path.join(process.env.BENCH_WORK, "requests");
	const measured = wrk({ endpoint, kind: "Prepared", table, items, pages: [file] });

	return async () => {
		const lines = Array.from({ length: 2000 }, () => {
			const body = JSON.stringify(bodies[kind](table, item(Math.floor(Math.random() * items), 1)));
			const headers = headersOf(endpoint, kind, body);
			return [headers["X-Amz-Target"], headers["X-Amz-Date"], headers.Authorization, body].join("\t");
		});
		await fs.writeFile(file, lines.map((line) => `${line}\n`).join(""));
		const before = await processorTime(port);
		const figures = await measured();
		return { ...figures, cpu: (await processorTime(port) - before) / figures.all * 1e6 };
	};
}

// pgbench writes a line about a sample of its transactions, the third word of which is the time.
export function pgbench({ file, clients, items, item }) {
	return async () => {
		const work = process.env.BENCH_WORK;
		const printed = await run("pgbench", ["-n", "-M", "prepared", "-c", String(clients), "-j", String(Math.min(clients, 2)),
			"-T", String(seconds), "-f", script(file), "-D", `items=${items}`, "-D", `item=${item}`,
			"-l", "--sampling-rate=0.05", `--log-prefix=${work}/pgbench`]);
		const times = [];

		for (const name of (await fs.readdir(work)).filter((each) => each.startsWith("pgbench."))) {
			const log = await fs.readFile(path.join(work, name), "utf8");
			times.push(...log.trim().split("\n").map((line) => Number(line.split(" ")[2])));
			await fs.unlink(path.join(work, name));
		}
		times.sort((a, b) => a - b);
		return {
			rate: Number(/tps = ([\d.]+)/.exec(printed)[1]), failed: 0,
			p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)],
		};
	};
}

// A function or procedure of plain.sql; its time is a mean.
export function loop(command) {
	return async () => {
		const mean = Number(await psql(command));
		return { rate: 1e6 / mean, p50: mean, p99: NaN, failed: 0 };
	};
}

function median(figures) {
	const sorted = [...figures].sort((a, b) => a.rate - b.rate);
	const failed = figures.reduce((sum, each) => sum + each.failed, 0);

	return { ...sorted[Math.floor(sorted.length / 2)], failed, turns: figures };
}

// The median of the turns' own ratios: what slows the machine for a while slows both of a turn.
export function ratioOf(a, b, figure) {
	const ratios = a.turns.map((turn, i) => turn[figure] / (b.turns ? b.turns[i] : b)[figure]).sort((x, y) => x - y);

	return ratios[Math.floor(ratios.length / 2)];
}

// The subjects by turns, there and back again: of each the turn whose rate is the median, and all turns.
export async function measure(subjects) {
	const names = Object.keys(subjects);
	const figures = Object.fromEntries(names.map((name) => [name, []]));

	for (let turn = 0; turn < turns; turn++) {
		for (const name of turn % 2 === 0 ? names : [...names].reverse())
			figures[name].push(await subjects[name]());
	}
	return Object.fromEntries(names.map((name) => [name, median(figures[name])]));
}
