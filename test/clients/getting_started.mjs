#!/usr/bin/env node
// AWS's getting-started walk-through with the AWS SDK for JavaScript v3, then the same items by SQL.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	ConditionalCheckFailedException,
	CreateTableCommand,
	DeleteTableCommand,
	DynamoDBClient,
	ResourceNotFoundException,
	waitUntilTableExists,
	waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import {
	DeleteCommand,
	DynamoDBDocumentClient,
	GetCommand,
	PutCommand,
	QueryCommand,
	ScanCommand,
	UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

const client = new DynamoDBClient({ endpoint: process.env.DYNAMO_ENDPOINT, region: "us-east-1" });
const documents = DynamoDBDocumentClient.from(client);
const TableName = "MusicNode";

await client.send(new CreateTableCommand({
	TableName,
	AttributeDefinitions: [
		{ AttributeName: "Artist", AttributeType: "S" },
		{ AttributeName: "SongTitle", AttributeType: "S" },
	],
	KeySchema: [
		{ AttributeName: "Artist", KeyType: "HASH" },
		{ AttributeName: "SongTitle", KeyType: "RANGE" },
	],
	BillingMode: "PAY_PER_REQUEST",
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });

const songs = [
	["No One You Know", "Call Me Today", "Somewhat Famous", "Country", 1],
	["No One You Know", "Howdy", "Somewhat Famous", "Country", 2],
	["Acme Band", "Happy Day", "Songs About Life", "Rock", 10],
	["Acme Band", "PartiQL Rocks", "Another Album Title", "Rock", 8],
];
for (const [Artist, SongTitle, AlbumTitle, Genre, Awards] of songs) {
	await documents.send(new PutCommand({
		TableName,
		Item: { Artist, SongTitle, AlbumTitle, Genre, Awards, Live: false, Label: null, Takes: [1, "two", { three: 3 }] },
	}));
}

const Key = { Artist: "Acme Band", SongTitle: "Happy Day" };
const got = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
assert.deepEqual(got.Item, {
	...Key, AlbumTitle: "Songs About Life", Genre: "Rock", Awards: 10, Live: false, Label: null, Takes: [1, "two", { three: 3 }],
});

const updated = await documents.send(new UpdateCommand({
	TableName, Key,
	UpdateExpression: "SET AlbumTitle = :album, Takes[2].three = :four REMOVE Label",
	ConditionExpression: "Awards BETWEEN :low AND :high",
	ExpressionAttributeValues: { ":album": "Updated Album Title", ":four": 4, ":low": 5, ":high": 10 },
	ReturnValues: "UPDATED_NEW",
}));
assert.deepEqual(updated.Attributes, { AlbumTitle: "Updated Album Title", Takes: [{ three: 4 }] });

await assert.rejects(
	documents.send(new PutCommand({
		TableName, Item: Key,
		ConditionExpression: "attribute_not_exists(Artist)",
		ReturnValuesOnConditionCheckFailure: "ALL_OLD",
	})),
	(error) => {
		assert(error instanceof ConditionalCheckFailedException);
		assert.equal(error.message, "The conditional request failed");
		assert.deepEqual(error.Item.Awards, { N: "10" });
		return true;
	});
await assert.rejects(
	documents.send(new GetCommand({ TableName: "NoSuchTable", Key })),
	(error) => error instanceof ResourceNotFoundException && error.message === "Requested resource not found");

const queried = await documents.send(new QueryCommand({
	TableName,
	KeyConditionExpression: "Artist = :artist AND begins_with(SongTitle, :start)",
	ExpressionAttributeValues: { ":artist": "Acme Band", ":start": "Happy" },
}));
assert.deepEqual(queried.Items.map((item) => item.SongTitle), ["Happy Day"]);

const scanned = await documents.send(new ScanCommand({
	TableName,
	FilterExpression: "Genre = :genre",
	ExpressionAttributeValues: { ":genre": "Country" },
}));
assert.equal(scanned.Count, 2);
assert.equal(scanned.ScannedCount, 4);

const deleted = await documents.send(new DeleteCommand({
	TableName, Key: { Artist: "No One You Know", SongTitle: "Howdy" }, ReturnValues: "ALL_OLD",
}));
assert.equal(deleted.Attributes.Awards, 2);

const rows = execFileSync("psql", ["-XAt", "-c", `
	SELECT m."SongTitle", m.item->>'Live', l.label
	FROM dynamo_views."${TableName}" m
	JOIN (VALUES ('Acme Band', 'Acme Records'), ('No One You Know', 'Indie')) AS l(artist, label) ON l.artist = m."Artist"
	ORDER BY 1`], { encoding: "utf8" });
assert.equal(rows, "Call Me Today|false|Indie\nHappy Day|false|Acme Records\nPartiQL Rocks|false|Acme Records\n");

await client.send(new DeleteTableCommand({ TableName }));
await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
