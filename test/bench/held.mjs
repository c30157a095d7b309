#!/usr/bin/env node
// held.mjs TABLE CLIENTS: a session holds an item of the table for as long as this runs, and so many clients keep writing
// it; says "ready" when they do.
import { spawn } from "node:child_process";

import { send } from "./api.mjs";
import { dynamo } from "./settings.mjs";

const [TableName, clients] = process.argv.slice(2);
const held = { TableName, Item: { Artist: { S: "held" }, SongTitle: { S: "held" } } };

function holdItem() {
	const session = spawn("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1"], { stdio: ["pipe", "pipe", "inherit"] });

	session.on("exit", () => { console.error("the session that holds the item has ended"); process.exit(1); });
	session.stdin.write(`BEGIN; SELECT 'held' FROM dynamo_tables."${TableName}" WHERE item->>'Artist' = 'held' FOR UPDATE;\n`);
	return new Promise((resolve) => session.stdout.once("data", resolve));
}

async function write() {
	for (;;) {
		try {
			await send(dynamo, "PutItem", held);
			throw new Error("PutItem: the item is not held");
		} catch (error) {
			if (!error.message.includes("TransactionConflictException")) {
				console.error(error.message);
				process.exit(1);
			}
		}
	}
}

await send(dynamo, "PutItem", held);
await holdItem();
for (let i = 0; i < clients; i++)
	write();
console.log("ready");
