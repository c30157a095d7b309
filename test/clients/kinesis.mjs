#!/usr/bin/env node
// Changes of a table go to a stream of kinesalite, a Kinesis of npm's, and are read there with AWS's SDK.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import {
	BatchWriteItemCommand, CreateTableCommand, DeleteTableCommand, DescribeKinesisStreamingDestinationCommand,
	DisableKinesisStreamingDestinationCommand, DynamoDBClient, EnableKinesisStreamingDestinationCommand, UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
	CreateStreamCommand, DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import kinesalite from "kinesalite";

const TableName = "Sent";
const StreamName = "sent";
const StreamArn = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
const items = 40;
const rounds = 10;

function sql(...commands) {
	return execFileSync("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", ...commands.flatMap((command) => ["-c", command])], { encoding: "utf8" });
}

async function until(what, condition) {
	for (let i = 0; i < 600; i++) {
		if (await condition()) return;
		await sleep(200);
	}
	throw new Error(`waited in vain for ${what}`);
}

const server = kinesalite({ createStreamMs: 50 });
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const endpoint = `http://127.0.0.1:${server.address().port}`;
const kinesis = new KinesisClient({
	endpoint, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, requestHandler: new NodeHttpHandler(),
});
const dynamo = new DynamoDBClient({});

await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 3 }));
const describe = async () => (await kinesis.send(new DescribeStreamCommand({ StreamName }))).StreamDescription;
await until("the stream", async () => (await describe()).StreamStatus === "ACTIVE");

sql(`ALTER SYSTEM SET dynamo.kinesis_endpoint = '${endpoint}'`, "ALTER SYSTEM SET dynamo.endpoint_addresses = 'loopback'", "SELECT pg_reload_conf()",
	"SELECT dynamo.set_endpoint_credential('kinesis', 'AKIDEXAMPLE', 'secret')");
await until("the settings", () => sql("SHOW dynamo.kinesis_endpoint").trim() === endpoint);
await dynamo.send(new CreateTableCommand({
	TableName, BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));
const enabled = await dynamo.send(new EnableKinesisStreamingDestinationCommand({ TableName, StreamArn,
	EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: "MICROSECOND" } }));
assert.equal(enabled.DestinationStatus, "ENABLING");
const destination = async () => (await dynamo.send(new DescribeKinesisStreamingDestinationCommand({ TableName }))).KinesisDataStreamDestinations[0];
await until("the destination", async () => {
	const { DestinationStatus, DestinationStatusDescription } = await destination();
	assert.notEqual(DestinationStatus, "ENABLE_FAILED", DestinationStatusDescription);
	return DestinationStatus === "ACTIVE";
});

for (let first = 0; first < items; first += 20) {
	await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: Array.from({ length: 20 }, (_, i) =>
		({ PutRequest: { Item: { id: { N: String(first + i) }, n: { N: "0" }, text: { S: "ein Käse \u0000" } } } })) } }));
}
for (let n = 1; n <= rounds; n++) {
	await Promise.all(Array.from({ length: items }, (_, id) => dynamo.send(new UpdateItemCommand({
		TableName, Key: { id: { N: String(id) } }, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: String(n) } },
	}))));
}

const iterators = new Map();
for (const { ShardId } of (await describe()).Shards) {
	const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
	iterators.set(ShardId, ShardIterator);
}
const history = new Map();
const shardsOf = new Map();
let count = 0;
await until("all records", async () => {
	for (const [shard, iterator] of iterators) {
		const { Records, NextShardIterator } = await kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }));
		iterators.set(shard, NextShardIterator);
		for (const { Data } of Records) {
			const record = JSON.parse(Buffer.from(Data).toString());
			const id = record.dynamodb.Keys.id.N;
			assert.equal(record.tableName, TableName);
			assert.equal(record.dynamodb.ApproximateCreationDateTimePrecision, "MICROSECOND");
			assert.equal(record.dynamodb.NewImage.text.S, "ein Käse \u0000");
			history.set(id, [...history.get(id) ?? [], record.dynamodb.NewImage.n.N]);
			shardsOf.set(id, (shardsOf.get(id) ?? new Set()).add(shard));
			count++;
		}
	}
	return count >= items * (rounds + 1);
});
const expected = Array.from({ length: rounds + 1 }, (_, n) => String(n));
for (let id = 0; id < items; id++) {
	assert.deepEqual(history.get(String(id)), expected, `item ${id} has all its changes in order`);
	assert.equal(shardsOf.get(String(id)).size, 1, `item ${id} has one shard`);
}
assert.ok(new Set([...shardsOf.values()].map((shards) => [...shards][0])).size > 1, "items are spread over shards");

await dynamo.send(new DisableKinesisStreamingDestinationCommand({ TableName, StreamArn }));
await until("the end", async () => (await destination()).DestinationStatus === "DISABLED");
await dynamo.send(new DeleteTableCommand({ TableName }));
sql("ALTER SYSTEM RESET dynamo.kinesis_endpoint", "ALTER SYSTEM RESET dynamo.endpoint_addresses", "SELECT pg_reload_conf()",
	"SELECT dynamo.drop_endpoint_credential('kinesis')");
server.close();
