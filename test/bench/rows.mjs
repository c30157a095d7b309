// The rows of the table, by the name that ROWS gives. A row's subjects() makes what the row needs and
// returns one turn of a measurement for each subject; the subject `dynamo` is compared with the others:
// [subject, figure, the least ratio of rates or most of p50s that is wanted]. A row with value() instead is one figure.
import fs from "node:fs/promises";

import { send } from "./api.mjs";
import { createTable } from "./data.mjs";
import * as fixtures from "./fixtures.mjs";
import { loop, pgbench, prepared, requests, wrk } from "./measure.mjs";
import { psql, serve, stop } from "./process.mjs";
import { dynamo, idleConnections, items, largeItems, manyItems, readers, secured, writers } from "./settings.mjs";

const ours = (kind, more = {}) => wrk({ endpoint: dynamo, kind, table: "Bench", items, ...more });
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function withDynalite(kind, more = {}) {
	await fixtures.bench();
	await fixtures.benchOfDynalite();
	return { dynamo: ours(kind, more), dynalite: ours(kind, { ...more, endpoint: await fixtures.dynalite() }) };
}

async function pgbenches(file, counts) {
	const item = await fixtures.plain();
	return Object.fromEntries(counts.map((clients) => [`pgbench -c ${clients}`, pgbench({ file, clients, items, item })]));
}

async function queries() {
	const more = { table: "Long", items: manyItems, each: 100 };

	await fixtures.long();
	await fixtures.longOfDynalite();
	return { dynamo: ours("QueryHundred", more), dynalite: ours("QueryHundred", { ...more, endpoint: await fixtures.dynalite() }) };
}

async function scans() {
	const scan = (endpoint, { file, count }) => ours("Scan", { endpoint, table: "Long", pages: [file], each: manyItems / count, times: 3 });

	return {
		dynamo: scan(dynamo, await fixtures.pages()),
		dynalite: scan(await fixtures.dynalite(), await fixtures.pagesOfDynalite()),
	};
}

async function statements() {
	await fixtures.bench();
	return { dynamo: ours("ExecuteStatement"), GetItem: ours("GetItem") };
}

// The same requests where they are signed and come over TLS, and where nothing is asked for.
async function againstOpen(kind) {
	const each = (endpoint, port) => prepared({ endpoint, port, kind, table: "Bench", items });

	await fixtures.bench();
	await fixtures.benchOfSecured();
	return { dynamo: each(secured, process.env.BENCH_SECURED_PORT), open: each(dynamo, process.env.PGPORT) };
}

async function loops() {
	await fixtures.bench();
	await fixtures.plain();
	return {
		dynamo: loop(`SELECT bench.get_items(${items}, 20000)`),
		"index lookup": loop(`SELECT bench.index_lookups(${items}, 20000)`),
		"empty loop": loop(`SELECT bench.empty_loop(${items}, 20000)`),
		"empty transaction": loop("CALL bench.empty_transactions(20000)"),
	};
}

// A process maps a page of shared memory when it first touches it, which is no part of what is compared.
const touchLarge = fixtures.once(async () => {
	await fixtures.large();
	await ours("GetItem", { table: "Large", items: largeItems, times: Math.ceil(largeItems / 250000) })();
});

async function againstSmall(kind) {
	await fixtures.bench();
	await touchLarge();
	return { dynamo: ours(kind, { table: "Large", items: largeItems }), [`of ${items}`]: ours(kind) };
}

// A program that serves until it is stopped and has said that it is ready.
async function ready(program, ...args) {
	const child = serve("node", [new URL(program, import.meta.url).pathname, ...args]);

	await new Promise((resolve, reject) => {
		child.stdout.once("data", resolve);
		child.once("exit", () => reject(new Error(`${program} has ended`)));
	});
	return child;
}

// The turn by itself, and beside the program, which must not end meanwhile.
function beside(alone, ...program) {
	return {
		dynamo: async () => {
			const child = await ready(...program);
			const figures = await alone();
			if (child.exitCode !== null)
				throw new Error(`${program[0]} has ended`);
			await stop(child);
			return figures;
		},
		alone,
	};
}

async function busyConnections() {
	await fixtures.bench();
	return beside(ours("GetItem", { connections: 64 }), "idle.mjs", new URL(dynamo).port, String(idleConnections));
}

// Others of the table's items, which must be many: while the transaction that holds the item is open, PostgreSQL prunes
// nothing that writers leave behind. Where each item is written again and again its page is full soon, and updates are no
// longer HOT: of 10,000 items half of them, in a turn, whether somebody waits for the held item or not.
async function besideHeld(kind) {
	await touchLarge();
	const alone = ours(kind, { table: "Large", items: largeItems, times: 3 });
	const { dynamo: notAwaited } = beside(alone, "held.mjs", "Large", "0");
	return { ...beside(alone, "held.mjs", "Large", "8"), "not awaited": notAwaited };
}

// Workers report what they have counted after a second without requests.
async function hotShare() {
	await fixtures.indexed();
	await ours("UpdateItem", { table: "Indexed" })();
	await pause(2000);
	const [hot, all] = (await psql(`SELECT sum(n_tup_hot_upd), sum(n_tup_upd) FROM pg_stat_user_tables
		WHERE schemaname = 'dynamo_tables' AND relname LIKE 'Indexed/%'`)).split("|").map(Number);

	return { shown: `${(hot / all * 100).toFixed(2)} % of ${all} updates`, target: "at least 95 %", met: hot / all >= 0.95 };
}

// Before anything is written to the table but what it was filled with.
async function space() {
	await fixtures.plainLarge();
	const [own, plain] = (await psql(`SELECT sum(pg_total_relation_size(relid)), pg_total_relation_size('bench.plain_large')
		FROM pg_partition_tree('dynamo_tables."Large"')`)).split("|").map((bytes) => bytes / largeItems);

	return {
		shown: `${own.toFixed(0)} bytes an item against ${plain.toFixed(0)}: ${(own / plain).toFixed(2)}`,
		target: "at most 1.2", met: own / plain <= 1.2,
	};
}

async function tableTimes(operation) {
	const times = [];

	for (let i = 0; i < 20; i++) {
		const start = process.hrtime.bigint();
		await operation(`Time${i}`);
		times.push(Number(process.hrtime.bigint() - start) / 1e6);
	}
	times.sort((a, b) => a - b);
	return { shown: `${times[10].toFixed(1)} ms, at most ${times[19].toFixed(1)}`, target: "at most 30 ms", met: times[10] <= 30 };
}

async function tables() {
	const create = await tableTimes((name) => createTable(dynamo, name));
	const drop = await tableTimes((TableName) => send(dynamo, "DeleteTable", { TableName }));

	return { ...create, shown: `${create.shown}; ${drop.shown}`, met: create.met && drop.met };
}

// Megabytes of each HTTP worker beside shared memory and files.
export async function workerMemory() {
	const workers = (await psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo http' ORDER BY pid")).split("\n");
	const status = await Promise.all(workers.map((pid) => fs.readFile(`/proc/${pid}/status`, "utf8")));

	return status.map((each) => Number(/RssAnon:\s+(\d+)/.exec(each)[1]) / 1024);
}

// Grown to what the rows before need, a worker stays as it is under more of the same.
async function memory() {
	await fixtures.bench();
	const load = async () => {
		for (const kind of ["GetItem", "PutItem", "UpdateItem", "QueryOne", "BatchGetItem", "BatchWriteItem", "TransactWriteItems"])
			await ours(kind)();
	};
	const before = await workerMemory();
	await load();
	const warm = await workerMemory(), warmRequests = requests;
	for (let i = 0; i < 3; i++)
		await load();
	const after = await workerMemory();
	const shown = (all) => all.map((each) => each.toFixed(1)).join(" and ");

	return {
		shown: `${shown(before)} MB, ${shown(warm)} after ${warmRequests} requests, ${shown(after)} after ${requests}`,
		target: "flat, under 30 MB", met: after.every((each, i) => each < 30 && each < warm[i] + 0.5),
	};
}

// Items of random words, each replaced by another; the log's bytes against those of the images that it has.
// Words of the documentation that have 4 letters and more, each once.
async function words() {
	const docs = new URL("../../docs/", import.meta.url);
	const pages = (await fs.readdir(docs)).filter((name) => name.endsWith(".md"));
	const texts = await Promise.all(pages.map((name) => fs.readFile(new URL(name, docs), "utf8")));

	return [...new Set(texts.join(" ").toLowerCase().match(/[a-z]{4,}/g))];
}

// Items are 435 bytes of JSON text, of random words: what a compressor finds in them is what it would in people's texts.
async function streamSpace() {
	const text = `(SELECT left(string_agg(word, ' '), 435 - 64) FROM (SELECT word FROM bench.words WHERE n IS NOT NULL ORDER BY random() LIMIT 80) AS drawn)`;
	const put = (first, last) => psql(`SELECT count(dynamo.put_item('Words', jsonb_build_object('Artist', jsonb_build_object('S', 'artist' || n), 'SongTitle', jsonb_build_object('S', 'song' || n),
		'Words', jsonb_build_object('S', ${text})))) FROM generate_series(${first}, ${last}) AS n`);
	const size = async () => Number(await psql("SELECT sum(octet_length(changes)) FROM dynamo.change_log"));
	const wait = async () => {
		const end = await psql("SELECT pg_current_wal_lsn()");
		while (await psql(`SELECT bool_and(captured_lsn >= '${end}') FROM dynamo.capture`) !== "t")
			await pause(100);
	};

	await fixtures.streamed();
	await psql(`DROP TABLE IF EXISTS bench.words; CREATE TABLE bench.words AS SELECT word FROM unnest('{${(await words()).join()}}'::text[]) AS word`);
	await createTable(dynamo, "Words", false, { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } });
	await put(1, 2000);
	await wait();
	const before = await size();
	const images = async () => Number(await psql(`SELECT sum(octet_length(item::text)) FROM dynamo_tables."Words"`));
	const old = await images();
	await put(1, 2000);
	await wait();
	const ratio = (await size() - before) / (old + await images());

	return { shown: `${ratio.toFixed(2)} of ${Math.round((old + await images()) / 2000)} bytes a change`, target: "<= 0.6", met: ratio <= 0.6 };
}

export const rows = {
	get: {
		title: "GetItem",
		subjects: async () => {
			const common = await withDynalite("GetItem");
			return { ...common, "static HTTP": ours("GetItem", { endpoint: await fixtures.staticServer() }), ...await pgbenches("select.pgbench", readers) };
		},
		compare: [["dynalite", "rate", 4], ["pgbench", "rate", 0.75], ["static HTTP", "rate", 0.35]],
	},
	put: {
		title: "PutItem",
		subjects: async () => ({ ...await withDynalite("PutItem"), ...await pgbenches("upsert.pgbench", writers) }),
		compare: [["dynalite", "rate", 3], ["pgbench", "rate", 1.1]],
	},
	"put-streamed": {
		title: "PutItem with a stream",
		subjects: async () => {
			await fixtures.bench();
			await fixtures.streamed();
			return { dynamo: ours("PutItem", { table: "Streamed" }), "no stream": ours("PutItem") };
		},
		compare: [["no stream", "rate", 0.75]],
	},
	"stream-space": { title: "The log of changes, bytes of their images", value: streamSpace },
	update: {
		title: "UpdateItem, condition and arithmetic",
		subjects: () => withDynalite("UpdateItem"), compare: [["dynalite", "rate", 4]],
	},
	"query-one": { title: "Query, one item", subjects: () => withDynalite("QueryOne"), compare: [["dynalite", "rate", 8]] },
	"query-hundred": { title: "Query, 100 items: items", subjects: queries, compare: [["dynalite", "rate", 6]] },
	scan: { title: `Scan of ${manyItems}: items`, subjects: scans, compare: [["dynalite", "rate", 6]] },
	"batch-get": { title: "BatchGetItem of 25", subjects: () => withDynalite("BatchGetItem"), compare: [["dynalite", "rate", 6]] },
	"batch-write": { title: "BatchWriteItem of 25", subjects: () => withDynalite("BatchWriteItem"), compare: [["dynalite", "rate", 5]] },
	transact: {
		title: "TransactWriteItems, two updates",
		subjects: async () => {
			await fixtures.bench();
			return { dynamo: ours("TransactWriteItems"), UpdateItem: ours("UpdateItem"), PutItem: ours("PutItem") };
		},
		compare: [["UpdateItem", "rate", 0.4], ["PutItem", "rate", 0.4]],
	},
	statement: { title: "ExecuteStatement on a key", subjects: statements, compare: [["GetItem", "rate", 0.6]] },
	"get-single": {
		title: "GetItem, 1 connection",
		subjects: async () => {
			const endpoint = await fixtures.staticServer();
			return { dynamo: ours("GetItem", { connections: 1 }), "static HTTP": ours("GetItem", { endpoint, connections: 1 }) };
		},
		compare: [["static HTTP", "p50", 2]],
	},
	sql: {
		title: "dynamo.get_item() in SQL, mean",
		subjects: loops,
		compare: [["index lookup", "p50", 2], ["10 us", "p50", 1], ["empty loop"], ["empty transaction"]],
	},
	indexes: {
		title: "UpdateItem, 5 global indexes",
		subjects: async () => {
			await fixtures.indexed();
			return { dynamo: ours("UpdateItem", { table: "Indexed" }), "no index": ours("UpdateItem", { table: "Unindexed" }) };
		},
		compare: [["no index", "rate", 0.8]],
	},
	hot: { title: "HOT updates with 5 global indexes", value: hotShare },
	space: { title: `Space of ${largeItems} items`, value: space },
	"get-large": { title: `GetItem of ${largeItems} items`, subjects: () => againstSmall("GetItem"), compare: [[`of ${items}`, "rate", 0.8]] },
	"put-large": { title: `PutItem of ${largeItems} items`, subjects: () => againstSmall("PutItem"), compare: [[`of ${items}`, "rate", 0.8]] },
	"get-secured": { title: "GetItem, signed and over TLS", subjects: () => againstOpen("GetItem"), compare: [["open", "rate", 0.8], ["open", "cpu", 1.25]] },
	"put-secured": { title: "PutItem, signed and over TLS", subjects: () => againstOpen("PutItem"), compare: [["open", "rate", 0.8], ["open", "cpu", 1.25]] },
	idle: { title: `GetItem, 64 busy and ${idleConnections} idle`, subjects: busyConnections, compare: [["alone", "rate", 0.9]] },
	"held-get": {
		title: "GetItem, 8 writers of a held item", subjects: () => besideHeld("GetItem"),
		compare: [["not awaited", "rate", 0.9], ["not awaited", "p99", 3], ["alone", "rate", 0.9], ["alone", "p99", 3]],
	},
	"held-put": {
		title: "PutItem, 8 writers of a held item", subjects: () => besideHeld("PutItem"),
		compare: [["not awaited", "rate", 0.9], ["not awaited", "p99", 3], ["alone", "rate", 0.9], ["alone", "p99", 3]],
	},
	tables: { title: "CreateTable and DeleteTable", value: tables },
	memory: { title: "A worker's own memory", value: memory },
};
