// The tables that the measurements use, made by the API and filled by the API or, in dynamo, by SQL.
import { send } from "./api.mjs";
import { psql } from "./process.mjs";

const attribute = (AttributeName, AttributeType) => ({ AttributeName, AttributeType });
const hash = (AttributeName) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName) => ({ AttributeName, KeyType: "RANGE" });

// Five global indexes on attributes that the updates leave alone.
const GlobalSecondaryIndexes = [
	[hash("Album")], [hash("Year")], [hash("Price")], [hash("Album"), range("Year")], [hash("Year"), range("SongTitle")],
].map((KeySchema, number) => ({ IndexName: `Index${number}`, KeySchema, Projection: { ProjectionType: "ALL" } }));

const key = {
	AttributeDefinitions: [attribute("Artist", "S"), attribute("SongTitle", "S")],
	KeySchema: [hash("Artist"), range("SongTitle")],
};
const indexed = {
	...key, GlobalSecondaryIndexes,
	AttributeDefinitions: [...key.AttributeDefinitions, attribute("Album", "S"), attribute("Year", "N"), attribute("Price", "N")],
};

export async function createTable(endpoint, TableName, withIndexes = false, more = {}) {
	await send(endpoint, "CreateTable", { TableName, BillingMode: "PAY_PER_REQUEST", ...(withIndexes ? indexed : key), ...more });
	while ((await send(endpoint, "DescribeTable", { TableName })).Table.TableStatus !== "ACTIVE")
		await new Promise((resolve) => setTimeout(resolve, 100));
}

const padded = (number) => String(number).padStart(8, "0");

// As request.lua and plain.sql make it; so many items share a partition key.
export function item(number, together) {
	return {
		Artist: { S: `artist${padded(Math.floor(number / together))}` }, SongTitle: { S: `song${padded(number)}` },
		Album: { S: "Somewhat Famous" }, Year: { N: "1999" }, Price: { N: "1.98" }, Live: { BOOL: false },
		Genres: { SS: ["Country", "Rock"] }, Takes: { L: [{ N: "1" }, { N: "2" }] },
		Notes: { S: "x".repeat(260) },
	};
}

export async function fillByApi(endpoint, TableName, items, together = 1) {
	const batches = Array.from({ length: Math.ceil(items / 25) }, (_, i) => i * 25);

	await Promise.all(Array.from({ length: 8 }, async () => {
		for (let first = batches.pop(); first !== undefined; first = batches.pop()) {
			let RequestItems = {
				[TableName]: Array.from({ length: Math.min(25, items - first) },
					(_, i) => ({ PutRequest: { Item: item(first + i, together) } })),
			};
			while (Object.keys(RequestItems).length > 0)
				RequestItems = (await send(endpoint, "BatchWriteItem", { RequestItems })).UnprocessedItems;
		}
	}));
}

// Two sessions at once. Hint bits are set before anything is measured.
export async function fillBySql(table, items, together = 1) {
	const half = Math.floor(items / 2);

	await Promise.all([[0, half - 1], [half, items - 1]].map(([first, last]) =>
		psql(`INSERT INTO dynamo_tables."${table}" SELECT bench.item(n, ${together}) FROM generate_series(${first}, ${last}) AS n`)));
	await psql(`VACUUM ANALYZE dynamo_tables."${table}"`);
}

// The keys at which a scan's pages start, as JSON; the first has none.
export async function pageStarts(endpoint, TableName) {
	const starts = [""];

	for (let ExclusiveStartKey; ;) {
		ExclusiveStartKey = (await send(endpoint, "Scan", { TableName, ExclusiveStartKey })).LastEvaluatedKey;
		if (ExclusiveStartKey === undefined)
			return starts;
		starts.push(JSON.stringify(ExclusiveStartKey));
	}
}
