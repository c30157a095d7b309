// What rows need before they can be measured, each made once, when first asked for.
import fs from "node:fs/promises";
import path from "node:path";

import { sendRaw } from "./api.mjs";
import { createTable, fillByApi, fillBySql, pageStarts } from "./data.mjs";
import { freePort, psql, serve, waitForPort } from "./process.mjs";
import { dynamo, items, largeItems, manyItems, secured } from "./settings.mjs";

const inWork = (name) => path.join(process.env.BENCH_WORK, name);

export function once(make) {
	let made;
	return () => (made ??= make());
}

export const dynalite = once(async () => {
	const port = await freePort();
	const program = new URL("node_modules/.bin/dynalite", import.meta.url).pathname;

	serve("node", [program, "--port", port, "--createTableMs", "0"]);
	await waitForPort(port);
	return `http://127.0.0.1:${port}`;
});

// In dynamo.
export const bench = once(async () => {
	await createTable(dynamo, "Bench");
	await fillByApi(dynamo, "Bench", items);
	await psql("VACUUM ANALYZE");
});

// The same items, whose changes are captured.
export const streamed = once(async () => {
	await createTable(dynamo, "Streamed", false, { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } });
	await fillByApi(dynamo, "Streamed", items);
	await psql("VACUUM ANALYZE");
});

// On the server where requests come over TLS and are signed.
export const benchOfSecured = once(async () => {
	await createTable(secured, "Bench");
	await fillByApi(secured, "Bench", items);
});

export const benchOfDynalite = once(async () => {
	await createTable(await dynalite(), "Bench");
	await fillByApi(await dynalite(), "Bench", items);
});

// The answer to a GetItem.
export const staticServer = once(async () => {
	await bench();
	const port = await freePort();
	const padded = "0".repeat(8);
	await fs.writeFile(inWork("answer"), await sendRaw(dynamo, "GetItem",
		{ TableName: "Bench", Key: { Artist: { S: `artist${padded}` }, SongTitle: { S: `song${padded}` } } }));
	serve(process.env.BENCH_STATIC, [port, inWork("answer")]);
	await waitForPort(port);
	return `http://127.0.0.1:${port}`;
});

export const plain = once(async () => {
	await psql(`INSERT INTO bench.plain SELECT n::text, n::text, bench.item(n, 1) FROM generate_series(0, ${items - 1}) AS n`,
		"VACUUM ANALYZE bench.plain");
	return psql("SELECT bench.item(0, 1)"); // what the upserts store
});

export const long = once(async () => {
	await createTable(dynamo, "Long");
	await fillBySql("Long", manyItems, 100);
});

export const longOfDynalite = once(async () => {
	await createTable(await dynalite(), "Long");
	await fillByApi(await dynalite(), "Long", manyItems, 100);
});

async function pagesOf(endpoint, name) {
	const starts = await pageStarts(endpoint, "Long");

	await fs.writeFile(inWork(name), starts.map((each) => `${each}\n`).join(""));
	return { file: inWork(name), count: starts.length };
}

export const pages = once(async () => { await long(); return pagesOf(dynamo, "pages"); });
export const pagesOfDynalite = once(async () => { await longOfDynalite(); return pagesOf(await dynalite(), "pages.dynalite"); });

export const indexed = once(async () => {
	for (const table of ["Indexed", "Unindexed"]) {
		await createTable(dynamo, table, table === "Indexed");
		await fillBySql(table, items);
	}
});

export const large = once(async () => {
	await createTable(dynamo, "Large");
	await fillBySql("Large", largeItems);
});

// With PostgreSQL's own fillfactor of 100.
export const plainLarge = once(async () => {
	await large();
	await psql(`CREATE TABLE bench.plain_large (LIKE bench.plain INCLUDING INDEXES)`,
		`INSERT INTO bench.plain_large SELECT item->>'Artist', item->>'SongTitle', item FROM dynamo_tables."Large"`,
		"VACUUM ANALYZE bench.plain_large");
});
