#!/usr/bin/env node
// Backups and restores by AWS's SDK.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
	BatchWriteItemCommand, CreateBackupCommand, CreateTableCommand, DeleteBackupCommand, DeleteTableCommand, DescribeBackupCommand,
	DescribeContinuousBackupsCommand, DescribeTableCommand, DynamoDBClient, ListBackupsCommand, RestoreTableFromBackupCommand,
	RestoreTableToPointInTimeCommand, ScanCommand, UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({
	endpoint: process.env.DYNAMO_ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const TableName = "Kept";

async function until(what, condition) {
	for (let i = 0; i < 600; i++) {
		if (await condition()) return;
		await sleep(200);
	}
	throw new Error(`waited in vain for ${what}`);
}

const describe = async (name) => (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
const active = (name) => until(name, async () => (await describe(name)).TableStatus === "ACTIVE");
const count = async (name) => (await client.send(new ScanCommand({ TableName: name, Select: "COUNT" }))).Count;

await client.send(new CreateTableCommand({
	TableName, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));
await client.send(new BatchWriteItemCommand({
	RequestItems: { [TableName]: [...Array(20).keys()].map((n) => ({ PutRequest: { Item: { id: { S: `${n}` }, n: { N: `${n}` } } } })) },
}));

const { BackupDetails } = await client.send(new CreateBackupCommand({ TableName, BackupName: "first" }));
const { BackupArn } = BackupDetails;
assert.ok(BackupDetails.BackupCreationDateTime instanceof Date);
const backup = async () => (await client.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription;
await until("the backup", async () => (await backup()).BackupDetails.BackupStatus === "AVAILABLE");
assert.equal((await backup()).SourceTableDetails.ItemCount, 20);
const listed = await client.send(new ListBackupsCommand({ TableName, TimeRangeLowerBound: new Date(Date.now() - 3600_000) }));
assert.deepEqual(listed.BackupSummaries.map((summary) => summary.BackupArn), [BackupArn]);

const restored = await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: "KeptToo" }));
assert.equal(restored.TableDescription.RestoreSummary.RestoreInProgress, true);
assert.equal(restored.TableDescription.RestoreSummary.SourceBackupArn, BackupArn);
await active("KeptToo");
assert.equal((await describe("KeptToo")).RestoreSummary, undefined);
assert.equal(await count("KeptToo"), 20);
assert.equal((await client.send(new DeleteBackupCommand({ BackupArn }))).BackupDescription.BackupDetails.BackupStatus, "DELETED");
await assert.rejects(backup(), { name: "BackupNotFoundException" });
await assert.rejects(client.send(new CreateBackupCommand({ TableName: "Unkept", BackupName: "first" })), { name: "TableNotFoundException" });

const recovery = async () => (await client.send(new DescribeContinuousBackupsCommand({ TableName })))
	.ContinuousBackupsDescription.PointInTimeRecoveryDescription;
assert.equal((await recovery()).PointInTimeRecoveryStatus, "DISABLED");
await assert.rejects(client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: "KeptOnce", UseLatestRestorableTime: true })),
	{ name: "PointInTimeRecoveryUnavailableException" });
const set = (enabled) => client.send(new UpdateContinuousBackupsCommand({
	TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: enabled },
}));
try {
	await set(true);
	await until("recovery", async () => (await recovery()).EarliestRestorableDateTime !== undefined);
	await assert.rejects(client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: "KeptOnce", RestoreDateTime: new Date(0) })),
		{ name: "InvalidRestoreTimeException" });
	await client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: "KeptOnce", UseLatestRestorableTime: true }));
	await active("KeptOnce");
	assert.equal(await count("KeptOnce"), 20);
	await client.send(new DeleteTableCommand({ TableName: "KeptOnce" }));
	await set(false);
} catch (error) {
	// The server may have wal_level = replica.
	if (error.name !== "ContinuousBackupsUnavailableException") throw error;
}
for (const name of [TableName, "KeptToo"]) await client.send(new DeleteTableCommand({ TableName: name }));
console.log("backups: ok");
