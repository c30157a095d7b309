#!/usr/bin/env node
// Imports and bulk puts by AWS's SDK, from a directory.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import http from "node:http";
import {
	CancelBulkOperationCommand, DeleteTableCommand, DescribeBulkOperationCommand, DescribeImportCommand, DescribeTableCommand, DynamoDBClient,
	ImportTableCommand, ListBulkOperationsCommand, ListImportsCommand, QueryCommand, ScanCommand, StartBulkPutItemsCommand,
} from "dynamodb-newest";
import S3rver from "s3rver";

function sql(...commands) {
	return execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", ...commands.flatMap((command) => ["-c", command])], { encoding: "utf8" }).trim();
}

async function until(what, condition) {
	for (let i = 0; i < 600; i++) {
		if (await condition()) return;
		await sleep(200);
	}
	throw new Error(`waited in vain for ${what}`);
}

const directory = mkdtempSync(`${tmpdir()}/imports-`);
for (const bucket of ["data", "out"]) {
	mkdirSync(`${directory}/${bucket}`);
	chmodSync(`${directory}/${bucket}`, 0o777);
}
chmodSync(directory, 0o755);
writeFileSync(`${directory}/data/items.json.gz`, gzipSync([...Array(500).keys()].map((n) => JSON.stringify({ Item: { id: { N: `${n}` }, city: { S: `c${n % 5}` } } })).join("\n")));
writeFileSync(`${directory}/data/more.ion`, '$ion_1_0 {Item:{id:1,city:"new"},ConditionExpression:"attribute_not_exists(id)"}\n$ion_1_0 {Item:{id:1000,city:"new"}}\n$ion_1_0 {Item:{id:"1"}}\n');
sql(`ALTER SYSTEM SET dynamo.export_directory = '${directory}'`, "SELECT pg_reload_conf()");
await until("the setting", () => sql("SHOW dynamo.export_directory") === directory);
sql("SELECT dynamo.grant_store('dynamo_http', 'data', '', 'read'), dynamo.grant_store('dynamo_http', 'out', '', 'write')");

const client = new DynamoDBClient({
	endpoint: process.env.DYNAMO_ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 1,
});
const TableName = "Imported";
const parameters = {
	TableName, BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }, { AttributeName: "city", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
	GlobalSecondaryIndexes: [{ IndexName: "ByCity", KeySchema: [{ AttributeName: "city", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } }],
};
const input = { S3BucketSource: { S3Bucket: "data", S3KeyPrefix: "items" }, InputFormat: "DYNAMODB_JSON", InputCompressionType: "GZIP", TableCreationParameters: parameters };

const { ImportTableDescription } = await client.send(new ImportTableCommand(input));
const { ImportArn } = ImportTableDescription;
assert.equal(ImportTableDescription.ImportStatus, "IN_PROGRESS");
assert.ok(ImportTableDescription.StartTime instanceof Date);
const describe = async () => (await client.send(new DescribeImportCommand({ ImportArn }))).ImportTableDescription;
await until("the import", async () => (await describe()).ImportStatus !== "IN_PROGRESS");
const described = await describe();
assert.deepEqual([described.ImportStatus, described.ProcessedItemCount, described.ImportedItemCount, described.ErrorCount], ["COMPLETED", 500, 500, 0]);
assert.ok(described.EndTime instanceof Date);
assert.deepEqual(described.TableCreationParameters, parameters);
assert.equal((await client.send(new DescribeTableCommand({ TableName }))).Table.TableStatus, "ACTIVE");
const found = await client.send(new QueryCommand({ TableName, IndexName: "ByCity", KeyConditionExpression: "city = :c", ExpressionAttributeValues: { ":c": { S: "c3" } } }));
assert.equal(found.Count, 100);
const { ImportSummaryList } = await client.send(new ListImportsCommand({ TableArn: described.TableArn }));
assert.deepEqual(ImportSummaryList.map((summary) => summary.ImportArn), [ImportArn]);
await assert.rejects(client.send(new ImportTableCommand(input)), { name: "ResourceInUseException" });
await assert.rejects(client.send(new DescribeImportCommand({ ImportArn: `${ImportArn}0` })), { name: "ImportNotFoundException" });
const again = { ...input, ClientToken: "token", TableCreationParameters: { ...parameters, TableName: "Imported2" } };
const first = (await client.send(new ImportTableCommand(again))).ImportTableDescription.ImportArn;
assert.equal((await client.send(new ImportTableCommand(again))).ImportTableDescription.ImportArn, first);
await assert.rejects(client.send(new ImportTableCommand({ ...again, InputFormat: "ION" })), { name: "ImportConflictException" });

const { BulkOperationDescription } = await client.send(new StartBulkPutItemsCommand({
	TableName, InputS3Configuration: { S3Bucket: "data", S3KeyPrefix: "more", InputFormat: "ION" },
	OutputS3Configuration: { S3Bucket: "out", OutputType: ["ERROR", "CONDITION_CHECK_FAILURE"] }, MaxWriteRequestUnits: 2000,
}));
const { BulkOperationArn } = BulkOperationDescription;
const bulk = async () => (await client.send(new DescribeBulkOperationCommand({ BulkOperationArn }))).BulkOperationDescription;
await until("the bulk put", async () => (await bulk()).BulkOperationStatus !== "IN_PROGRESS");
const done = await bulk();
assert.deepEqual([done.BulkOperationStatus, done.ProcessedItemCount, done.FailedItemCount, done.MaxWriteRequestUnits, done.PerformanceTier],
	["COMPLETED_WITH_ERRORS", 3, 1, 2000, "STANDARD"]);
assert.ok(done.EndTime instanceof Date && done.TotalInputBytes === done.ProcessedInputBytes);
assert.equal((await client.send(new ScanCommand({ TableName, Select: "COUNT" }))).Count, 501);
const [id] = readdirSync(`${directory}/out/AWSDynamoDB`);
assert.deepEqual(JSON.parse(readFileSync(`${directory}/out/AWSDynamoDB/${id}/condition-check-failures.json`, "utf8")).ExistingItem, { id: { N: "1" }, city: { S: "c1" } });
const { BulkOperationsSummaryList } = await client.send(new ListBulkOperationsCommand({}));
assert.equal(BulkOperationsSummaryList[0].BulkOperationArn, BulkOperationArn);
await assert.rejects(client.send(new CancelBulkOperationCommand({ BulkOperationArn })), { name: "ValidationException" });

// From an S3, of npm's.
const s3rver = new S3rver({ directory: mkdtempSync(`${tmpdir()}/imports-s3-`), silent: true, configureBuckets: [{ name: "imports" }] });
await s3rver.configureBuckets();
const answer = s3rver.callback();
const server = http.createServer((request, response) => {
	if (request.url.includes("/shifted/")) request.headers.range = request.headers.range?.replace(/bytes=(\d{2,})-/, (_, first) => `bytes=${+first + 1}-`);
	answer(request, response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
for (const [key, body] of [["in/a.csv", "id,city\n1,Ulm\n"], ["in/b.csv", "id,city\n2,Ulm\n"], ["other", "x"],
	["shifted/large.csv", `id,text\n${[...Array(30).keys()].map((n) => `${n},${"c".repeat(300000)}\n`).join("")}`]])
	await new Promise((resolve, reject) => http.request(`${url}/imports/${key}`, { method: "PUT" }, (answer) => { assert.equal(answer.statusCode, 200); answer.resume().on("end", resolve); }).on("error", reject).end(body));
const credentials = `${tmpdir()}/import-credentials.${process.pid}`;
sql(`COPY (SELECT unnest('{[default],aws_access_key_id = S3RVER,aws_secret_access_key = S3RVER}'::text[])) TO PROGRAM 'umask 077; cat >"${credentials}"'`);
sql(`ALTER SYSTEM SET dynamo.s3_credential_file = '${credentials}'`, "ALTER SYSTEM SET dynamo.endpoint_addresses = loopback", `ALTER SYSTEM SET dynamo.s3_endpoint = '${url}'`, "SELECT pg_reload_conf()");
await until("the endpoint", () => sql("SHOW dynamo.s3_endpoint") === url);
sql("SELECT dynamo.grant_store('dynamo_http', 'imports', '', 'read')");
const third = (await client.send(new ImportTableCommand({
	S3BucketSource: { S3Bucket: "imports", S3KeyPrefix: "in/" }, InputFormat: "CSV", TableCreationParameters: { ...parameters, TableName: "Imported3" },
}))).ImportTableDescription.ImportArn;
await until("the import from S3", async () => (await client.send(new DescribeImportCommand({ ImportArn: third }))).ImportTableDescription.ImportStatus !== "IN_PROGRESS");
assert.equal((await client.send(new DescribeImportCommand({ ImportArn: third }))).ImportTableDescription.ImportedItemCount, 2);
assert.equal((await client.send(new ScanCommand({ TableName: "Imported3", Select: "COUNT" }))).Count, 2);

// An object of two pieces whose second one is not the one that was asked for.
const fourth = (await client.send(new ImportTableCommand({
	S3BucketSource: { S3Bucket: "imports", S3KeyPrefix: "shifted/" }, InputFormat: "CSV", TableCreationParameters: { ...parameters, TableName: "Imported4" },
}))).ImportTableDescription.ImportArn;
const shifted = async () => (await client.send(new DescribeImportCommand({ ImportArn: fourth }))).ImportTableDescription;
await until("the import that is refused", async () => (await shifted()).ImportStatus !== "IN_PROGRESS");
assert.deepEqual([(await shifted()).ImportStatus, (await shifted()).FailureCode], ["FAILED", "S3Unavailable"]);
assert.match((await shifted()).FailureMessage, /did not give the bytes/);
server.close();

await until("the second import", async () => (await client.send(new DescribeImportCommand({ ImportArn: first }))).ImportTableDescription.ImportStatus === "COMPLETED");
for (const name of [TableName, "Imported2", "Imported3"]) await client.send(new DeleteTableCommand({ TableName: name }));
await client.send(new DeleteTableCommand({ TableName: "Imported4" })).catch(() => {}); // where it has items of a transaction before
sql("SELECT dynamo.revoke_store('dynamo_http', 'data', '', 'read'), dynamo.revoke_store('dynamo_http', 'out', '', 'write')", 
	"SELECT dynamo.revoke_store('dynamo_http', 'imports', '', 'read')",
	...["export_directory", "s3_endpoint", "s3_credential_file", "endpoint_addresses"].map((name) => `ALTER SYSTEM RESET dynamo.${name}`), "SELECT pg_reload_conf()",
	`COPY (SELECT) TO PROGRAM 'rm "${credentials}"'`);
rmSync(directory, { recursive: true });
