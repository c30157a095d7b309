#!/usr/bin/env node
// load.mjs ENDPOINT ITEMS: makes the table that the measurements use, with so many items of about 400 bytes.
import { send } from "./api.mjs";

const [endpoint, items] = [process.argv[2], Number(process.argv[3])];
const TableName = "Bench";

await send(endpoint, "CreateTable", {
	TableName, BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: [{ AttributeName: "Artist", AttributeType: "S" }, { AttributeName: "SongTitle", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "Artist", KeyType: "HASH" }, { AttributeName: "SongTitle", KeyType: "RANGE" }],
});
while ((await send(endpoint, "DescribeTable", { TableName })).Table.TableStatus !== "ACTIVE")
	await new Promise((resolve) => setTimeout(resolve, 100));

// As request.lua makes them.
function item(number) {
	const name = String(number).padStart(8, "0");
	return {
		Artist: { S: `artist${name}` }, SongTitle: { S: `song${name}` },
		Album: { S: "Somewhat Famous" }, Year: { N: "1999" }, Price: { N: "1.98" }, Live: { BOOL: false },
		Genres: { SS: ["Country", "Rock"] }, Takes: { L: [{ N: "1" }, { N: "2" }] },
		Notes: { S: "x".repeat(260) },
	};
}
const batches = Array.from({ length: Math.ceil(items / 25) }, (_, i) => i * 25);
await Promise.all(Array.from({ length: 8 }, async () => {
	for (let first = batches.pop(); first !== undefined; first = batches.pop()) {
		let RequestItems = { [TableName]: Array.from({ length: Math.min(25, items - first) }, (_, i) => ({ PutRequest: { Item: item(first + i) } })) };
		while (Object.keys(RequestItems).length > 0)
			RequestItems = (await send(endpoint, "BatchWriteItem", { RequestItems })).UnprocessedItems;
	}
}));
process.exit(0);
