#!/usr/bin/env node
// The console in a browser: statements, streams, triggers, operations, backups, keys and policies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { call, until, withBrowser } from "./browser.mjs";

const TableName = "ConsoleMusic";
const hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'`${alert(3)}";
const digits = "12345678901234567890123456789012345678";
const psql = (...commands) => execFileSync("psql", ["-XqAt", "-v", "ON_ERROR_STOP=1", ...commands.flatMap((command) => ["-c", command])], { encoding: "utf8" }).trim();
const asClient = (...commands) => psql("SET ROLE dynamo_http", ...commands);
const put = (artist, n) => call("PutItem", { TableName, Item: { artist: { S: artist }, n: { N: String(n) }, text: { S: hostile }, big: { N: digits } } });

async function prepare() {
	await call("CreateTable", { TableName, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }, { AttributeName: "n", AttributeType: "N" }],
		KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }], StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } });
	asClient(`SELECT dynamo.update_contributor_insights('{"TableName": "${TableName}", "ContributorInsightsAction": "ENABLE"}')`);
	for (let n = 1; n <= 12; n++) await put(n % 2 ? "odd" : hostile, n);
}

async function runStatements(open) {
	const person = await open("#/partiql");
	await person.type("Statement", `SELECT * FROM "${TableName}" WHERE artist = ? AND n > 4`);
	await person.fill("Parameters", "[");
	await person.press("Run");
	await person.sees("The parameters are no JSON");
	await person.fill("Parameters", JSON.stringify([{ S: hostile }]));
	await (await person.field("Statement")).focus();
	await person.page.keyboard.down("Control");
	await person.key("Enter");
	await person.page.keyboard.up("Control");
	await person.waitForRows(hostile);
	await person.sees("4 items");
	assert.equal((await person.rows()).length, 4);
	await person.press("JSON");
	await person.sees(`"big": ${digits}`);
	await person.press("DynamoDB JSON");
	await person.sees(`"N": "${digits}"`);
	await person.press("Plan");
	await person.sees("Reads one range of the key of the table.");
	await person.press("Measure");
	await person.until(`[...scope.querySelectorAll("dt")].some((each) => each.textContent === "Items read" && each.nextSibling.textContent === "4")`, "four items are read");
	await person.press("SQL");
	await person.sees(`FROM dynamo_views."${TableName}"`);
	const sql = await person.page.$eval(".code code", (each) => each.textContent);
	assert.equal(asClient(`SELECT count(*) FROM (${sql.replace(/;$/, "")}) s`), "4");

	await person.choose("Items read at most", "10");
	await person.type("Statement", `SELECT n FROM "${TableName}"`);
	await person.fill("Parameters", "");
	await person.press("Run");
	await person.sees("there is more");
	await person.press("Next page");
	await person.sees("page 2");

	await person.type("Statement", `DELETE FROM "${TableName}" WHERE artist = 'odd' AND n = 1`);
	await person.press("Explain");
	await person.sees("Reads one item by its whole key.");
	assert.ok((await call("GetItem", { TableName, Key: { artist: { S: "odd" }, n: { N: "1" } } })).Item, "explaining deletes nothing");
	await person.press("Run");
	await person.sees("The statement gives none.");
	assert.equal((await call("GetItem", { TableName, Key: { artist: { S: "odd" }, n: { N: "1" } } })).Item, undefined);
	await person.type("Statement", "SELECT");
	await person.press("Run");
	await person.sees("ValidationException");
	await person.close();
}

// Records come as they are written, but not while the tail is paused.
async function followStream(open) {
	const person = await open("#/streams");
	await person.press(TableName);
	await person.sees("No records yet");
	await person.sees("Live");
	await person.until(`/shard/.test(scope.querySelector(".note").textContent)`, "shards are followed");
	let n = 0;
	await until("a record is seen", async () => {
		await put("tail", ++n); // each another item: one that is put again as it is has no record
		return (await person.rows()).length > 0;
	});
	await person.waitForRows("artist = tail");
	await person.page.focus(".grid");
	await person.key("Home", "Enter");
	await person.sees("The whole record");
	await person.sees(hostile.slice(0, 20));
	await person.key("Escape");
	await person.press("Pause");
	await person.sees("Paused");
	await put("paused", 2);
	await person.press("Go on");
	await person.waitForRows("artist = paused");
	await person.press("Clear");
	await person.sees("No records yet");
	await person.choose("Begin with", "TRIM_HORIZON");
	await person.waitForRows("artist = paused");
	await person.waitForRows(hostile.slice(0, 20));
	await person.close();
}

async function manageTriggers(open) {
	psql(`CREATE FUNCTION public.console_target(jsonb) RETURNS void LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION '%', $e$${hostile.replaceAll("$", "")}$e$; END$$`);
	asClient(`SELECT dynamo.create_trigger('console trigger', '${TableName}', 'function public.console_target(jsonb)', maximum_retry_attempts => 0, enabled => false)`);
	const person = await open("#/triggers");
	await person.waitForRows("DISABLED");
	await person.press("console trigger");
	await person.press("Enable");
	await person.sees("console trigger is enabled.");
	assert.equal(asClient("SELECT enabled FROM dynamo.triggers WHERE name = 'console trigger'"), "t");
	await person.press("Replay");
	await person.choose("From", "number");
	await person.type("Sequence number", "12");
	await person.press("Replay");
	await person.sees("A sequence number has 21 to 40 digits.");
	await person.choose("From", "");
	await person.press("Replay");
	await person.sees("console trigger begins again.");
	await person.sees("RetryAttemptsExhausted");
	await person.press("Disable");
	await person.press("Disable");
	await person.sees("console trigger is disabled.");
	await person.press("Delete all");
	await person.press("Delete");
	await person.sees("None: nothing has been given up.");
	await person.go("#/triggers/none");
	await person.sees("There is no trigger none of yours.");
	await person.close();
}

// The charts begin with the second sample; without a server the last of them stay.
async function watchOperations(open) {
	const person = await open("#/operations");
	await person.sees("artist = odd");
	await person.sees("ListRequests");
	await until("a line is drawn", async () => {
		await put("busy", 1);
		return person.page.evaluate(() => document.querySelectorAll(".chart .line").length > 0);
	});
	await person.page.setOfflineMode(true);
	await person.sees("The server does not answer.");
	await person.page.setOfflineMode(false);
	await person.until("document.querySelector('.banner').hidden", "the notice goes");
	await person.sees("artist = odd");
	await person.close();
}

async function backUp(open) {
	/* Of those who were here before. */
	for (const { BackupArn } of (await call("ListBackups", {})).BackupSummaries) await call("DeleteBackup", { BackupArn });
	const person = await open("#/work");
	await person.press("Back up");
	await person.type("Table", TableName);
	await person.press("Back up");
	await person.sees("This is needed.");
	await person.type("Name of the backup", "by-hand");
	await person.press("Back up");
	await person.sees("by-hand is being made.");
	await person.sees("AVAILABLE");
	await person.press("Restore");
	await person.type("Name of the new table", "ConsoleRestored");
	await person.press("Restore");
	await person.sees("ConsoleRestored is being restored.");
	await until("it is restored", async () => (await call("DescribeTable", { TableName: "ConsoleRestored" })).Table.TableStatus === "ACTIVE");
	await call("DeleteTable", { TableName: "ConsoleRestored" });
	await person.press("Delete");
	await person.type("Type by-hand to confirm", "by-hand");
	await person.press("Delete");
	await person.sees("No backups");
	await person.close();
}

async function manageKeys(open) {
	const id = psql("SELECT access_key_id FROM dynamo.create_access_key('dynamo_http')");
	const person = await open("#/access-keys");
	await person.waitForRows(id);
	await person.press("Deactivate");
	await person.press("Deactivate");
	await person.sees(`This is not ${id.slice(-4)}.`);
	await person.type(`Type ${id.slice(-4)} to confirm`, id.slice(-4));
	await person.press("Deactivate");
	await person.waitForRows("Inactive");
	await person.press("Delete");
	await person.type(`Type ${id.slice(-4)} to confirm`, id.slice(-4));
	await person.press("Delete");
	await person.sees("There are no access keys that you may see");
	await person.press("New access key");
	await person.sees("SELECT * FROM dynamo.create_access_key('role');");
	await person.close();
}

const functions = "dynamo.put_policy(text, json), dynamo.delete_policy(text), dynamo.attach_role_policy(regrole, text), dynamo.detach_role_policy(regrole, text)";

async function managePolicies(open) {
	const person = await open("#/policies");
	await person.sees("There are no policies that you may see");
	assert.ok(!(await person.page.evaluate(() => document.body.innerText.includes("New policy"))), "policies are not for everybody to make");
	psql("CREATE ROLE console_tenant", `GRANT EXECUTE ON FUNCTION ${functions} TO dynamo_http`, "GRANT console_tenant TO dynamo_http WITH ADMIN OPTION");
	await person.go("#/simulator");
	await person.go("#/policies");
	await person.press("New policy");
	await person.type("Name", "readers");
	await person.fill("Document", '{"Version": "2012-10-17"}');
	await person.press("Save");
	await person.sees("Syntax errors in policy.");
	await person.fill("Document", JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "Read", Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:*", "dynamo-console:*"], Resource: "*" }, { Sid: "Never", Effect: "Deny", Action: "dynamodb:DeleteTable", Resource: "*" }] }));
	await person.press("Save");
	await person.sees("Attached to no role that you may see.");
	await person.press("Attach");
	await person.type("Role", "console_tenant");
	await person.press("Attach");
	await person.sees("Attached to\nconsole_tenant");
	await person.go(`#/simulator?role=console_tenant&action=dynamodb:DeleteTable`);
	await person.press("Simulate");
	await person.sees("denied");
	await person.sees("Never");
	await person.type("Action", "dynamodb:GetItem");
	await person.fill("Context", "no JSON");
	await person.press("Simulate");
	await person.sees("ValidationException");
	await person.fill("Context", '{"dynamodb:LeadingKeys": ["a"]}');
	await person.press("Simulate");
	await person.sees("allowed");
	await person.go("#/policies");
	await person.press("Detach from console_tenant");
	await person.press("Detach");
	await person.sees("Attached to no role that you may see.");
	await person.press("Delete");
	await person.type("Type readers to confirm", "readers");
	await person.press("Delete");
	await person.sees("There are no policies that you may see");
	psql("DROP ROLE console_tenant", `REVOKE EXECUTE ON FUNCTION ${functions} FROM dynamo_http`);
	await person.close();
}

// A key that has expired while a screen asks by itself: the person is asked for another.
async function loseKey(open) {
	const person = await open("#/triggers");
	await person.waitForRows("console trigger");
	await person.page.setRequestInterception(true);
	person.page.on("request", (request) => (request.method() === "POST" ? request.respond({ status: 400, contentType: "application/x-amz-json-1.0", body: '{"__type": "com.amazon.coral.service#ExpiredTokenException", "message": "The security token included in the request is expired"}' }) : request.continue()));
	await person.sees("Sign in to dynamo");
	await person.sees("The security token included in the request is expired");
	await person.close();
}

// On a phone no screen is wider than it, in the dark too.
async function useOnPhone(open) {
	const person = await open("#/partiql", { width: 390, height: 800, dark: true });
	for (const screen of ["partiql", "streams", "triggers", "triggers/console%20trigger", "operations", "work", "access-keys", "policies", "simulator"]) {
		await person.go(`#/${screen}`);
		await person.until(`document.querySelector("h1") && !document.querySelector(".loading")`, `${screen} is there`);
		assert.ok(await person.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${screen} is wider than a phone`);
	}
	await person.close();
}

await prepare();
await withBrowser(async (open) => {
	for (const part of [runStatements, followStream, manageTriggers, watchOperations, backUp, manageKeys, managePolicies, loseKey, useOnPhone]) await part(open);
});
asClient("SELECT dynamo.drop_trigger('console trigger')");
psql("DROP FUNCTION public.console_target(jsonb)");
await call("DeleteTable", { TableName });
