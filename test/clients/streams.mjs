#!/usr/bin/env node
// Consumers of a stream: one that follows lines of shards from the oldest record to the end of a
// disabled stream, and dynamodb-streams-readable. What they read, replayed, is what the table has.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, BatchWriteItemCommand, CreateTableCommand, DeleteItemCommand, DeleteTableCommand, DescribeTableCommand, PutItemCommand, ScanCommand, TransactWriteItemsCommand, UpdateItemCommand, UpdateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams";
import readable from "dynamodb-streams-readable";

const TableName = "StreamsClient";
const count = 300;
const configuration = { endpoint: process.env.DYNAMO_ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "id", secretAccessKey: "secret" } };
const client = new DynamoDBClient(configuration);
const streams = new DynamoDBStreams(configuration);

// Polls, for long, until the answer is one that is wanted.
async function until(what, ask) {
	for (let tries = 0; tries < 1200; tries++) {
		const answer = await ask();
		if (answer) return answer;
		await sleep(100);
	}
	throw new Error(`never: ${what}`);
}

const key = (number) => ({ p: { S: `partition ${number % 17}` }, s: { N: String(number) } });

async function write() {
	for (let first = 0; first < count; first += 25)
		await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { ...key(first + i), text: { S: "x".repeat(first) }, set: { NS: ["1", "2"] } } } })) } }));
	for (let number = 0; number < count; number += 3)
		await client.send(new UpdateItemCommand({ TableName, Key: key(number), UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: String(number) } } }));
	for (let number = 0; number < count; number += 7)
		await client.send(new DeleteItemCommand({ TableName, Key: key(number) }));
	await client.send(new PutItemCommand({ TableName, Item: { ...key(1), binary: { B: Buffer.from([0, 1, 255]) } } }));
	await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key(1000) } }, { Delete: { TableName, Key: key(2) } }] }));
}

async function describe(StreamArn, members = {}) {
	const { StreamDescription } = await streams.describeStream({ StreamArn, ...members });
	return StreamDescription;
}

async function shards(StreamArn) {
	const found = [];
	let ExclusiveStartShardId;
	do {
		const page = await describe(StreamArn, { Limit: 1, ExclusiveStartShardId });
		found.push(...page.Shards);
		ExclusiveStartShardId = page.LastEvaluatedShardId;
	} while (ExclusiveStartShardId);
	return found;
}

// Reads a shard to its end, or until `enough` says so.
async function read(StreamArn, ShardId, records, enough) {
	let { ShardIterator } = await streams.getShardIterator({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" });
	while (ShardIterator && !enough()) {
		const page = await streams.getRecords({ ShardIterator, Limit: 40 });
		records.push(...page.Records);
		ShardIterator = page.NextShardIterator;
		if (page.Records.length === 0) await sleep(50);
	}
}

// A shard's children are read when it has ended.
async function follow(StreamArn, shard, records) {
	await read(StreamArn, shard.ShardId, records, () => false);
	const children = await describe(StreamArn, { ShardFilter: { Type: "CHILD_SHARDS", ShardId: shard.ShardId } });
	for (const child of children.Shards) await follow(StreamArn, child, records);
}

function replay(records) {
	const items = new Map();
	for (const { eventName, dynamodb } of records) {
		const id = JSON.stringify(dynamodb.Keys);
		assert.equal(eventName, dynamodb.OldImage ? (dynamodb.NewImage ? "MODIFY" : "REMOVE") : "INSERT");
		assert.deepEqual(dynamodb.OldImage, items.get(id), "the old image is what the item was");
		if (dynamodb.NewImage) items.set(id, dynamodb.NewImage);
		else items.delete(id);
	}
	return items;
}

const byKey = (items) => items.sort((a, b) => Number(a.s.N) - Number(b.s.N));

const created = await client.send(new CreateTableCommand({
	TableName, BillingMode: "PAY_PER_REQUEST", StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
	AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }, { AttributeName: "s", AttributeType: "N" }],
	KeySchema: [{ AttributeName: "p", KeyType: "HASH" }, { AttributeName: "s", KeyType: "RANGE" }],
}));
const arn = created.TableDescription.LatestStreamArn;
await waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 1 }, { TableName });
await until("the stream is enabled", async () => (await describe(arn)).StreamStatus === "ENABLED");
const { Streams } = await streams.listStreams({ TableName });
assert.deepEqual(Streams, [{ StreamArn: arn, TableName, StreamLabel: created.TableDescription.LatestStreamLabel }]);
await write();

// An npm stream reader reads each shard until all has come.
const open = await shards(arn);
const batches = [];
const expected = count + count / 3 + Math.ceil(count / 7) + 3;
await Promise.all(open.map((shard) => new Promise((resolve, reject) => {
	const reader = readable(streams, arn, { shardId: shard.ShardId, limit: 50, readInterval: 20 });
	reader.on("data", (records) => batches.push(...records)).on("error", reject).on("end", resolve);
	until("all records are read", () => batches.length >= expected).then(() => reader.close(), reject);
})));
assert.equal(batches.length, expected);
assert.ok(batches.every((record) => record.eventSource === "aws:dynamodb" && record.dynamodb.SizeBytes > 0));

// Disabled, the stream has an end, at which a consumer that follows its shards arrives.
await client.send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));
await until("the stream is disabled", async () => (await describe(arn)).StreamStatus === "DISABLED");
const all = await shards(arn);
assert.ok(all.every((shard) => shard.SequenceNumberRange.EndingSequenceNumber));
const lines = all.filter((shard) => !all.some((other) => other.ShardId === shard.ParentShardId));
const records = await Promise.all(lines.map(async (shard) => {
	const line = [];
	await follow(arn, shard, line);
	const numbers = line.map((record) => BigInt(record.dynamodb.SequenceNumber));
	assert.ok(numbers.every((number, i) => i === 0 || number > numbers[i - 1]), "sequence numbers grow");
	return line;
}));
assert.equal(records.flat().length, expected);
const { Items } = await client.send(new ScanCommand({ TableName }));
assert.deepEqual(byKey([...replay(records.flat()).values()]), byKey(Items));

// And is there when the table has gone.
await client.send(new DeleteTableCommand({ TableName }));
await assert.rejects(client.send(new DescribeTableCommand({ TableName })), { name: "ResourceNotFoundException" });
const left = [];
for (const shard of await shards(arn)) await read(arn, shard.ShardId, left, () => false);
assert.equal(left.length, expected);
console.log(`${expected} records of ${all.length} shards`);
