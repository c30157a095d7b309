#!/usr/bin/env node
// The console in a browser: what a person does with tables and items.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { call, until, withBrowser } from "./browser.mjs";

const hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`${alert(3)}";
const rightToLeft = "مرحبا \u202eעולם";
const emoji = "👩‍👩‍👧‍👦 🎸 \u0000";
const otherName = process.env.DYNAMO_ENDPOINT.replace("127.0.0.1", "console.example");
const manyDigits = "12345678901234567890.123456789012345678";

const Key = (p, s) => ({ p: { S: p }, s: { N: String(s) } });
const item = async (p, s) => (await call("GetItem", { TableName: "ConsoleItems", Key: Key(p, s), ConsistentRead: true })).Item;
const exists = async (TableName) => (await call("ListTables", { ExclusiveStartTableName: TableName.slice(0, -1), Limit: 1 })).TableNames[0] === TableName;
const psql = (...commands) => execFileSync("psql", ["-XqAt", ...commands.flatMap((command) => ["-c", command])], { encoding: "utf8" });

async function createTable(open) {
	const person = await open("#/create");
	await person.type("Table name", "ConsoleItems");
	await person.type("Partition key", "p");
	await person.type("Sort key (if there is one)", "s");
	await (await person.page.$$("select"))[1].select("N");
	await person.press("Show as code");
	await person.sees("aws dynamodb create-table");
	await person.press("SQL");
	await person.sees("SELECT jsonb_pretty(dynamo.create_table('{");
	await person.press("Add index");
	await person.type("Index name", "ByYear");
	await person.type("Partition key", "year");
	await person.press("Create table");
	await person.sees("Explore items");
	await until("the table is there", () => exists("ConsoleItems"));
	const { Table } = await call("DescribeTable", { TableName: "ConsoleItems" });
	assert.deepEqual(Table.KeySchema, [{ AttributeName: "p", KeyType: "HASH" }, { AttributeName: "s", KeyType: "RANGE" }]);
	assert.deepEqual(Table.AttributeDefinitions.map((each) => each.AttributeName + each.AttributeType).sort(), ["pS", "sN", "yearS"]);
	assert.equal(Table.GlobalSecondaryIndexes[0].IndexName, "ByYear");
	await person.close();
}

async function changeTable(open) {
	const person = await open("#/tables/ConsoleItems/tags");
	await person.type("Key", "team");
	await person.type("Value", "blue + green");
	await person.press("Set");
	await person.until(`document.querySelector("td[data-title=Value]")?.textContent === "blue + green"`);
	await person.go("#/tables/ConsoleItems/ttl");
	await person.type("Attribute", "expires");
	await person.press("Turn on");
	await person.sees("expires");
	await person.go("#/tables/ConsoleItems/stream");
	await person.press("Turn on");
	await person.sees("arn:aws:dynamodb");
	await person.go("#/tables/ConsoleItems/backups");
	await person.press("Create backup");
	await person.type("Name", "console-backup");
	await person.press("Create");
	await person.sees("console-backup");
	await person.go("#/tables/ConsoleItems/policy");
	await person.fill("Policy", "{");
	await person.press("Save");
	await person.sees("ValidationException");
	await person.go("#/tables/ConsoleItems/indexes");
	await person.press("Delete ByYear");
	await person.press("Delete index");
	await person.sees("The table has no indexes");
	await person.close();
}

async function createItems(person) {
	await person.go("#/items/ConsoleItems");
	await person.sees("The table has no items");
	await person.press("Create item");
	await person.fill("String value", "form");
	await person.fill("Number value", "no number");
	await person.press("Create");
	await person.until(`scope.querySelector("[aria-invalid=true]")`, "the number is refused");
	await person.fill("Number value", "1");
	await person.press("Create");
	await person.waitForRows("form");
	assert.deepEqual(await item("form", 1), Key("form", 1));

	await person.press("Create item");
	await person.press("JSON");
	const several = [hostile, rightToLeft, emoji].map((text, i) => `{"p": ${JSON.stringify(text)}, "s": ${manyDigits}, "text": ${JSON.stringify(text)}, "set": {"$ns": [1, ${manyDigits}]}, "deep": {"l": [1, null, {"$b": "AAE="}]}, "i": ${i}}`);
	await person.fill("Plain JSON", several.join("\n"));
	await person.press("Create");
	await person.waitForRows(rightToLeft);
	await person.waitForRows(hostile);
	const stored = await item(emoji, manyDigits);
	assert.deepEqual(stored, { p: { S: emoji }, s: { N: manyDigits }, text: { S: emoji }, set: { NS: ["1", manyDigits] }, deep: { M: { l: { L: [{ N: "1" }, { NULL: true }, { B: "AAE=" }] } } }, i: { N: "2" } });
}

async function openItem(person, text) {
	await person.waitForRows(text);
	await person.page.evaluate((wanted) => [...document.querySelectorAll(".items-open")].find((each) => each.textContent === wanted).click(), text);
	await person.sees("Edit item");
}

async function editItem(person) {
	await openItem(person, hostile);
	await person.press("JSON");
	assert.match(await person.value("Plain JSON"), new RegExp(manyDigits));
	await person.fill("Plain JSON", (await person.value("Plain JSON")).replace(/"i": 0/, '"i": 10'));
	await person.press("DynamoDB JSON");
	assert.match(await person.value("DynamoDB JSON"), /"N": "10"/);
	await person.press("Form");
	await person.press("Save");
	await person.sees("The item is saved.");
	const saved = await item(hostile, manyDigits);
	assert.equal(saved.i.N, "10");
	assert.equal(saved.set.NS[1], manyDigits);
}

// What another has changed meanwhile is shown, and neither it nor an attribute that it added is lost unasked.
async function meetConflict(person) {
	const change = (expression, values) => call("UpdateItem", { TableName: "ConsoleItems", Key: Key("form", 1), UpdateExpression: expression, ExpressionAttributeValues: values });
	await openItem(person, "form");
	await person.press("Add attribute");
	await person.type("Attribute name", "mine");
	await person.fill("String value", "my text");
	await change("SET added = :a", { ":a": { S: "by another" } });
	await person.press("Save");
	await person.sees("The item is saved.");
	assert.deepEqual(await item("form", 1), { ...Key("form", 1), mine: { S: "my text" }, added: { S: "by another" } });

	await person.waitForRows("my text");
	await openItem(person, "form");
	await person.press("JSON");
	await person.fill("Plain JSON", (await person.value("Plain JSON")).replace("my text", "my other text"));
	await change("SET mine = :m", { ":m": { S: "their text" } });
	await person.press("Save");
	await person.sees("The item has been changed");
	await person.sees("their text");
	assert.equal((await item("form", 1)).mine.S, "their text");
	await person.press("Overwrite");
	await person.until("!document.querySelector('dialog')");
	assert.equal((await item("form", 1)).mine.S, "my other text");
}

async function editLargeItem(person) {
	const text = "x".repeat(390_000);
	await call("PutItem", { TableName: "ConsoleItems", Item: { ...Key("large", 1), text: { S: text }, n: { N: "1" } } });
	await person.press("Run");
	await openItem(person, "large");
	await person.press("DynamoDB JSON");
	await person.fill("DynamoDB JSON", (await person.value("DynamoDB JSON")).replace('"N": "1"\n  },\n  "text"', '"N": "2"\n  },\n  "text"').replace(/("n": \{\s*"N": )"1"/, '$1"2"'));
	await person.press("Save");
	await person.sees("The item is saved.");
	const saved = await item("large", 1);
	assert.equal(saved.n.N, "2");
	assert.equal(saved.text.S, text);
	await call("DeleteItem", { TableName: "ConsoleItems", Key: Key("large", 1) });
}

async function fillPartition(p, count) {
	for (let first = 0; first < count; first += 25)
		await call("BatchWriteItem", { RequestItems: { ConsoleItems: Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { ...Key(p, first + i), even: { BOOL: (first + i) % 2 === 0 } } } })) } });
}

async function query(person) {
	await fillPartition("many", 150);
	await person.choose("Read", "Query");
	await person.type("Value", ""); // the sort key's, which is the last
	const [partition, sort] = await person.page.$$("[placeholder=Value]");
	await partition.type("many");
	await sort.type("100");
	await person.page.$$eval("select", (all) => { const operators = all.filter((each) => each.labels[0]?.textContent === "Operator"); operators[1].value = "<"; operators[1].dispatchEvent(new Event("change")); });
	await (await person.page.$$("[placeholder=Value]"))[1].type("120");
	await person.press("Add filter");
	await person.type("Attribute", "even");
	await person.choose("Type", "BOOL");
	await person.type("Value", "true");
	await person.choose("Page size", "100");
	await person.key("Enter");
	await person.sees("50 items · of 100 read");
	await person.press("Next page");
	await person.sees("10 items · of 20 read");
	await person.sees("Page 2 (last)");
	await person.press("Count");
	await person.sees("60 items, of 120 that were read");
	await person.key("Escape");
	await person.press("As code");
	await person.press("Python");
	await person.sees("client.query(**{");
	await person.key("Escape");
}

// The request of query() is what is deleted, after its count has been typed.
async function deleteWhatFits(person) {
	await person.press("Delete all that fit");
	await person.sees("This deletes 60 items");
	await person.type("Type 60 to confirm", "59");
	await person.press("Delete");
	await person.sees("This is not 60.");
	await person.type("Type 60 to confirm", "60");
	await person.press("Delete");
	await person.sees("60 items deleted.");
	await person.until("!document.querySelector('dialog')");
	assert.equal((await call("Query", { TableName: "ConsoleItems", KeyConditionExpression: "p = :p", ExpressionAttributeValues: { ":p": { S: "many" } }, Select: "COUNT" })).Count, 90);
}

// By keys alone: into the grid, two rows selected, edited as JSON, then deleted.
async function useSelection(person) {
	await person.go("#/tables");
	await person.go("#/items/ConsoleItems");
	await person.waitForRows("many");
	await person.page.focus(".grid");
	await person.key("Home", "Space", "ArrowDown", "Space");
	await person.sees("2 items selected");
	await person.press("Edit");
	await person.sees("Edit 2 items");
	await person.fill("Plain JSON", (await person.value("Plain JSON")).replaceAll(/\n\}/g, ',\n  "marked": true\n}'));
	await person.press("Save");
	await person.sees("2 items saved.");
	await person.until("!document.querySelector('dialog')");
	assert.equal((await call("Scan", { TableName: "ConsoleItems", FilterExpression: "marked = :b", ExpressionAttributeValues: { ":b": { BOOL: true } } })).Count, 2);
}

// What is exported as CSV is taken back.
async function moveItems(person) {
	const file = await person.page.evaluate(async ([text, number]) => {
		const { toCsv, parseCsv } = await import("./items/csv.js");
		const { toMap } = await import("./items/json.js");
		const items = [toMap([["p", { S: text }], ["s", { N: number }], ["list", { L: [{ S: "a,\"b\"\n" }] }], ["five", { S: "5" }], ["none", { NULL: true }], ["formula", { S: "=1+1" }], ["=1+1", { S: "\n=1" }], ['"q"', { S: "\uFF1D1" }]])];
		const csv = toCsv(items);
		const table = { AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }, { AttributeName: "s", AttributeType: "N" }] };
		const [strange] = parseCsv('p,s,x\r\na,1,"1, ""x"": 2"', table);
		return { csv, same: JSON.stringify(parseCsv(csv, table)) === JSON.stringify(items), strange: strange.x };
	}, [hostile, manyDigits]);
	assert.ok(file.same, file.csv);
	assert.deepEqual(file.strange, { S: '1, "x": 2' }, "what only begins as a number is a text");
	assert.doesNotMatch(file.csv, /(^|[,\n]"?)[=\uFF1D]/, "a spreadsheet runs nothing of it");
	await person.press("Import");
	await person.page.evaluate((lines) => {
		const files = new DataTransfer();
		files.items.add(new File([lines], "items.jsonl"));
		const input = document.querySelector("input[type=file]");
		input.files = files.files;
		input.dispatchEvent(new Event("change"));
	}, Array.from({ length: 60 }, (_, i) => JSON.stringify({ Item: { ...Key("imported", i) } })).join("\n"));
	await person.sees("60 items, ready");
	await person.press("Import");
	await person.sees("60 items imported.");
	assert.equal((await call("Query", { TableName: "ConsoleItems", KeyConditionExpression: "p = :p", ExpressionAttributeValues: { ":p": { S: "imported" } }, Select: "COUNT" })).Count, 60);
}

// A server that goes away, and comes back: what is typed stays.
async function loseServer(person) {
	await person.press("Create item");
	await person.fill("String value", "kept");
	await person.fill("Number value", "5");
	await person.page.setOfflineMode(true);
	await person.press("Create");
	await person.sees("The server does not answer");
	await person.page.setOfflineMode(false);
	await person.until("document.querySelector('.banner').hidden", "the notice goes");
	await person.press("Create");
	await person.until("!document.querySelector('dialog')");
	assert.deepEqual(await item("kept", 5), Key("kept", 5));
}

// Ten thousand tables, which the page is told of by a service of the test's own: names come by pages, and only what is
// in sight is described.
async function listManyTables(open) {
	const person = await open("#/create");
	const names = Array.from({ length: 10_000 }, (_, i) => `table-${String(i).padStart(5, "0")}`);
	let described = 0;
	await person.page.setRequestInterception(true);
	person.page.on("request", (request) => {
		const answer = (body) => request.respond({ status: 200, contentType: "application/x-amz-json-1.0", body: JSON.stringify(body) });
		const target = request.headers()["x-amz-target"];
		if (target === "DynamoDB_20120810.ListTables") {
			const after = JSON.parse(request.postData()).ExclusiveStartTableName;
			const first = after ? names.indexOf(after) + 1 : 0;
			answer({ TableNames: names.slice(first, first + 100), LastEvaluatedTableName: first + 100 < names.length ? names[first + 99] : undefined });
		} else if (target === "DynamoDB_20120810.DescribeTable") {
			described++;
			answer({ Table: { TableName: JSON.parse(request.postData()).TableName, TableStatus: "ACTIVE", KeySchema: [{ AttributeName: "p", KeyType: "HASH" }], ItemCount: 7, TableSizeBytes: 2048 } });
		} else request.continue();
	});
	await person.go("#/tables");
	await person.sees("10,000 tables");
	await person.waitForRows("2 kB");
	assert.ok((await person.rows()).length < 100, "only rows in sight are drawn");
	await person.page.focus(".grid");
	await person.page.keyboard.down("Control");
	await person.key("End");
	await person.page.keyboard.up("Control");
	await person.waitForRows("table-09999");
	await person.key("/");
	await person.page.keyboard.type("table-04");
	await person.sees("1,000 of 10,000 tables");
	assert.ok(described < 500, `${described} tables were described`);
	await person.close();
}

// A vector index is made with a table, searched by a vector and by an item's, and deleted.
async function searchVectors(open) {
	const person = await open("#/create");
	await person.type("Table name", "ConsoleVectors");
	await person.type("Partition key", "p");
	await person.press("Add vector index");
	await person.type("Index name", "ByText");
	await person.type("Vector attribute", "v");
	await person.type("Dimensions", "2");
	await person.press("Another filter attribute");
	await person.type("Filter attribute", "kind");
	await person.press("Create table");
	await person.sees("Explore items");
	for (const [p, kind, ...v] of [["near", "a", 1, 0.1], ["far", "a", 0, 1], ["other", "b", 1, 0]])
		await call("PutItem", { TableName: "ConsoleVectors", Item: { p: { S: p }, kind: { S: kind }, v: { L: v.map((each) => ({ N: String(each) })) } } });
	await person.go("#/tables/ConsoleVectors/indexes");
	await person.sees("v, 2 dimensions, Cosine; by kind");
	await person.press("ByText");
	await person.fill("Vector", "1, text");
	await person.press("Run");
	await person.sees("A vector is numbers with commas between them.");
	await person.fill("Vector", "1, 0");
	await person.type("Value", "a");
	await person.press("Run");
	await person.waitForRows("far");
	const names = async () => (await person.rows()).map((row) => row[2]);
	assert.deepEqual(await names(), ["near", "far"]);
	await person.page.focus(".grid");
	await person.key("Home", "ArrowDown", "Space");
	await person.type("Value", "");
	await person.press("Find similar");
	await person.waitForRows("other");
	assert.deepEqual(await names(), ["far", "near", "other"]);
	await person.go("#/tables/ConsoleVectors/indexes");
	await person.press("Delete ByText");
	await person.press("Delete index");
	await person.sees("The table has no indexes");
	await call("DeleteTable", { TableName: "ConsoleVectors" });
	await person.close();
}

async function deleteTable(open) {
	const person = await open("#/tables/ConsoleItems", { width: 390, height: 800, dark: true });
	await person.press("Delete");
	await person.type("Type ConsoleItems to confirm", "ConsoleItems");
	await person.press("Delete table");
	await person.sees("ConsoleItems is deleted.");
	await until("the table is gone", async () => !(await exists("ConsoleItems")));
	assert.ok(await person.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is no wider than a phone");
	await person.close();
}

// Signed requests, where they are wanted: with a key of a role.
async function setAuthentication(setting, status) {
	psql(`ALTER SYSTEM SET dynamo.authentication = '${setting}'`, "SELECT pg_reload_conf()");
	let right = 0;
	await until(`authentication is ${setting}`, async () => {
		const response = await fetch(process.env.DYNAMO_ENDPOINT, { method: "POST", headers: { "x-amz-target": "DynamoDB_20120810.ListTables", connection: "close" }, body: "{}" }).catch(() => null);
		right = response?.status === status ? right + 1 : 0;
		return right === 20;
	});
}

async function signIn(open, [id, secret]) {
	const person = await open("#/tables");
	await person.sees("Sign in to dynamo");
	await person.type("Access key ID", id);
	await person.type("Secret access key", "wrong");
	await person.press("Sign in");
	await person.sees("InvalidSignatureException");
	await person.type("Secret access key", secret);
	await person.press("Sign in");
	await person.until("document.querySelector('h1')?.textContent === 'Tables'");
	await person.go("#/create");
	await person.type("Table name", "ConsoleSigned");
	await person.type("Partition key", "p");
	await person.press("Create table");
	await person.sees("Explore items");
	assert.equal(await person.page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0, "nothing is kept");
	await person.page.reload();
	await person.sees("Sign in to dynamo");
	await person.close();
}

async function useKey() {
	psql("CREATE ROLE console_user LOGIN", "GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO console_user");
	const key = psql("SELECT * FROM dynamo.create_access_key('console_user')").trim().split("|");
	try {
		await setAuthentication("required", 400);
		await withBrowser(async (open) => {
			await signIn(open, key);
			await openByName(open, key);
		}, { args: ["--host-resolver-rules=MAP console.example 127.0.0.1", `--unsafely-treat-insecure-origin-as-secure=${otherName}`] });
	} finally {
		await setAuthentication("off", 200);
		psql("DROP OWNED BY console_user", "DROP ROLE console_user");
	}
}

// By another name than this machine's own: the page came from the server itself, and may ask it.
async function openByName(open, [id, secret]) {
	const person = await open("#/tables", { origin: otherName });
	await person.type("Access key ID", id);
	await person.type("Secret access key", secret);
	await person.press("Sign in");
	await person.waitForRows("ConsoleSigned");
	await person.close();
}

await withBrowser(async (open) => {
	await createTable(open);
	await changeTable(open);
	const person = await open("#/tables");
	for (const step of [createItems, editItem, meetConflict, editLargeItem, query, deleteWhatFits, useSelection, moveItems, loseServer]) await step(person);
	await person.close();
	await listManyTables(open);
	await searchVectors(open);
	await deleteTable(open);
});
await useKey();
