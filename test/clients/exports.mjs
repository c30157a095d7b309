#!/usr/bin/env node
// Exports by AWS's SDK to s3rver, an S3 of npm's, with the signatures that the SDK would make, and over faults.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import {
	CreateBackupCommand, CreateTableCommand, DeleteBackupCommand, DeleteTableCommand, DescribeBackupCommand, DescribeContinuousBackupsCommand,
	DescribeExportCommand, DescribeTableCommand, DynamoDBClient, ExportTableToPointInTimeCommand, ListExportsCommand, RestoreTableFromBackupCommand,
	UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";
import S3rver from "s3rver";

const TableName = "Exported";
const TableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const items = 24000; // of 1,400 random characters: their file is over 16 MB, so that it is put by parts

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

// What SignatureV4 computes digests with.
class Sha256 {
	constructor(key) { this.hash = key ? createHmac("sha256", key) : createHash("sha256"); }
	update(data) { this.hash.update(data); }
	async digest() { return this.hash.digest(); }
}
const signer = new SignatureV4({
	service: "s3", region: "us-east-1", credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" }, sha256: Sha256,
	uriEscapePath: false, applyChecksum: false,
});

// Whether a request has the signature that its headers and its body take. s3rver does not look.
async function isSigned(request, body) {
	const { authorization = "", ...headers } = request.headers;
	const names = /SignedHeaders=([^,]*)/.exec(authorization)?.[1].split(";") ?? [];
	const { pathname, searchParams } = new URL(request.url, "http://localhost");
	const signed = await signer.sign({
		method: request.method, protocol: "http:", hostname: "localhost", path: pathname, query: Object.fromEntries(searchParams),
		headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
	}, { signingDate: new Date(headers["x-amz-date"]?.replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5")), signableHeaders: new Set(names), unsignableHeaders: new Set() });
	return ["host", "x-amz-content-sha256", "x-amz-date"].every((name) => names.includes(name)) &&
		headers["x-amz-content-sha256"] === createHash("sha256").update(body).digest("hex") && signed.headers.authorization === authorization;
}

// s3rver, and before it what may answer in its place: `fault` says with which status, for how many requests.
const directory = mkdtempSync(`${tmpdir()}/exports-`);
const s3rver = new S3rver({ directory, silent: true, configureBuckets: [{ name: "exports" }] });
await s3rver.configureBuckets();
const inner = http.createServer(s3rver.callback());
await new Promise((resolve) => inner.listen(0, "127.0.0.1", resolve));
const fault = { status: 0, left: 0, seen: 0, url: /./ };
const partsPut = new Set();
let aborted = 0;

async function serve(request, response) {
	const pieces = [];
	for await (const piece of request) pieces.push(piece);
	const body = Buffer.concat(pieces);
	if (/partNumber=/.test(request.url)) partsPut.add(request.url);
	if (request.method === "DELETE" && /uploadId=/.test(request.url)) aborted++;
	if (fault.left > 0 && fault.url.test(request.url)) {
		fault.left--;
		fault.seen++;
		response.writeHead(fault.status).end();
	} else if (!(await isSigned(request, body)))
		response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code><Message>No &lt;signature&gt; of this key</Message></Error>");
	else {
		const { method, headers: { expect, ...headers }, url: path } = request;
		http.request({ port: inner.address().port, method, path, headers }, (answer) => {
			response.writeHead(answer.statusCode, answer.headers);
			answer.pipe(response);
		}).end(body);
	}
}
const server = http.createServer((request, response) => {
	serve(request, response).catch((error) => { console.error(error); response.destroy(); });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;

// Keys are the server's: a file that only its user reads.
const credentials = `${tmpdir()}/credentials.${process.pid}`;
function setKeys(secret) {
	sql(`COPY (SELECT unnest('{[default],aws_access_key_id = S3RVER,aws_secret_access_key = ${secret}}'::text[])) TO PROGRAM 'umask 077; cat >"${credentials}"'`);
}
async function set(name, value) {
	sql(`ALTER SYSTEM SET ${name} = '${value}'`, "SELECT pg_reload_conf()");
	await until(`${name} = ${value}`, () => sql(`SHOW ${name}`) === value);
}

const client = new DynamoDBClient({
	endpoint: process.env.DYNAMO_ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const describe = async (ExportArn) => (await client.send(new DescribeExportCommand({ ExportArn }))).ExportDescription;
async function exported(input) {
	const { ExportDescription } = await client.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", ...input }));
	const { ExportArn } = ExportDescription;
	await until("the export", async () => (await describe(ExportArn)).ExportStatus !== "IN_PROGRESS");
	return describe(ExportArn);
}

// What is in the bucket, as s3rver gives it to all.
const get = async (key) => {
	const response = await fetch(`http://127.0.0.1:${inner.address().port}/exports/${key.split("/").map(encodeURIComponent).join("/")}`);
	assert.equal(response.status, 200, key);
	return Buffer.from(await response.arrayBuffer());
};

async function check(description) {
	const summary = JSON.parse(await get(description.ExportManifest));
	let count = 0;
	for (const line of (await get(summary.manifestFilesS3Key)).toString().trim().split("\n")) {
		const file = JSON.parse(line);
		const packed = await get(file.dataFileS3Key);
		assert.equal(createHash("md5").update(packed).digest("base64"), file.md5Checksum);
		const lines = gunzipSync(packed).toString().split("\n").slice(0, -1);
		assert.equal(lines.length, file.itemCount);
		for (const item of lines) assert.equal(JSON.parse(item).Item.text.S.length, 1400);
		count += file.itemCount;
	}
	assert.equal(summary.itemCount, count);
	assert.equal(description.ItemCount, count);
	return count;
}

async function prepare() {
	sql("SET dynamo.partitions = 1", "SET ROLE dynamo_http", `SELECT dynamo.create_table('{"TableName": "${TableName}", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')`,
	`INSERT INTO dynamo_tables."${TableName}" SELECT jsonb_build_object('id', i, 'text', (SELECT string_agg(substr(encode(sha512((i || '-' || j)::text::bytea), 'base64'), 1, 70), '')
		FROM generate_series(1, 20) AS j)) FROM generate_series(1, ${items}) AS i`,
	"RESET ROLE", "SELECT dynamo.grant_store('dynamo_http', bucket, '', 'write') FROM unnest('{exports,absent}'::text[]) AS bucket");
	await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));
	await until("recovery", async () => (await client.send(new DescribeContinuousBackupsCommand({ TableName })))
		.ContinuousBackupsDescription.PointInTimeRecoveryDescription.EarliestRestorableDateTime !== undefined);
	setKeys("S3RVER");
	await set("dynamo.s3_credential_file", credentials);
	await set("dynamo.endpoint_addresses", "loopback");
	await set("dynamo.s3_endpoint", url);
}

// A backup there, too: put by whole files, restored, and deleted to the last one.
async function backUp() {
	const kept = async () => (await (await fetch(`http://127.0.0.1:${inner.address().port}/exports?list-type=2&prefix=kept/`)).text()).match(/<Key>/g)?.length ?? 0;
	const status = async () => (await client.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription.BackupDetails.BackupStatus;
	await set("dynamo.backup_location", "s3://exports/kept");
	partsPut.clear();
	const { BackupDetails: { BackupArn } } = await client.send(new CreateBackupCommand({ TableName, BackupName: "kept" }));
	await until("the backup", async () => (await status()) === "AVAILABLE");
	assert.ok((await kept()) > 7, "its files are in the bucket");
	assert.equal(partsPut.size, 0, "no file is put by parts");
	await set("dynamo.backup_location", "");
	await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: "Kept" }));
	await until("the restore", async () => (await client.send(new DescribeTableCommand({ TableName: "Kept" }))).Table.TableStatus === "ACTIVE");
	assert.equal(sql(`SELECT count(*) FROM (SELECT item FROM dynamo_tables."${TableName}" EXCEPT SELECT item FROM dynamo_tables."Kept") AS lost`), "0");
	assert.equal(sql(`SELECT count(*) FROM dynamo_tables."Kept"`), `${items}`);
	await client.send(new DeleteBackupCommand({ BackupArn }));
	await until("the end of its files", async () => (await kept()) === 0);
	await client.send(new DeleteTableCommand({ TableName: "Kept" }));
}

const outcome = ({ ExportStatus, FailureCode }) => [ExportStatus, FailureCode].join(" ");

async function run() {
	const whole = await exported({ S3Prefix: "a b/ü&+=", S3SseAlgorithm: "AES256" });
	assert.equal(whole.ExportStatus, "COMPLETED", whole.FailureMessage);
	assert.ok(whole.EndTime >= whole.StartTime && whole.ExportTime instanceof Date);
	assert.equal(whole.S3SseAlgorithm, "AES256");
	assert.equal(await check(whole), items);
	assert.ok(partsPut.size >= 2, "a large file is put by parts");
	const { ExportSummaries } = await client.send(new ListExportsCommand({ TableArn, MaxResults: 1 }));
	assert.deepEqual(ExportSummaries, [{ ExportArn: whole.ExportArn, ExportStatus: "COMPLETED", ExportType: "FULL_EXPORT" }]);

	await backUp();
	Object.assign(fault, { status: 503, left: 3, seen: 0 });
	assert.equal(outcome(await exported({})), "COMPLETED ", "some faults pass");
	assert.equal(fault.seen, 3);
	Object.assign(fault, { status: 500, left: Infinity, seen: 0 });
	assert.equal(outcome(await exported({})), "FAILED S3Unavailable");
	assert.equal(fault.seen, 6, "tries");
	Object.assign(fault, { status: 301, seen: 0 });
	assert.equal(outcome(await exported({})), "FAILED S3Unavailable");
	assert.equal(fault.seen, 1, "what is no fault that may pass is not tried again");
	Object.assign(fault, { status: 400, url: /partNumber=2/ });
	assert.equal(outcome(await exported({})), "FAILED S3Unavailable");
	assert.equal(aborted, 1, "the parts are taken back");
	fault.left = 0;
	assert.equal(outcome(await exported({ S3Bucket: "absent" })), "FAILED S3NoSuchBucket");
	assert.equal(outcome(await exported({ S3Prefix: "a/../b" })), "FAILED InvalidObjectName");
	setKeys("another");
	const refused = await exported({});
	assert.equal(outcome(refused), "FAILED AccessDenied", "keys are checked");
	assert.equal(refused.FailureMessage, "No <signature> of this key (status 403, code SignatureDoesNotMatch)");
	setKeys("S3RVER");
	await set("dynamo.endpoint_addresses", "public");
	assert.equal(outcome(await exported({})), "FAILED AccessDenied", "the address is judged");
	await set("dynamo.endpoint_addresses", "loopback");
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	assert.equal(outcome(await exported({})), "FAILED S3Unavailable", "the endpoint is down");

	await assert.rejects(client.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "foreign" })), { name: "AccessDeniedException" });
	await assert.rejects(client.send(new DescribeExportCommand({ ExportArn: `${TableArn}/export/01695353076000-06e2188f` })), { name: "ExportNotFoundException" });
	await assert.rejects(client.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket: "exports", ExportTime: new Date(0) })), { name: "InvalidExportTimeException" });
}

try {
	await prepare();
	await run();
	await client.send(new DeleteTableCommand({ TableName }));
	console.log("exports: ok");
} catch (error) {
	// The server may have wal_level = replica.
	if (error.name !== "ContinuousBackupsUnavailableException") throw error;
} finally {
	sql(...["s3_endpoint", "s3_credential_file", "endpoint_addresses", "backup_location"].map((name) => `ALTER SYSTEM RESET dynamo.${name}`), "SELECT pg_reload_conf()");
	server.close();
	inner.close();
	rmSync(directory, { recursive: true });
}
