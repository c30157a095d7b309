#!/usr/bin/env node
// 16 connections add to one counter; nothing is lost, and no value is given out twice.
import assert from "node:assert/strict";
import http from "node:http";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

const TableName = "Counter";
const Key = { id: { S: "hits" } };
const clients = 16;
const rounds = 200;

function connect() {
	const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	return new DynamoDBClient({ requestHandler: { httpAgent } });
}

const owner = connect();
await owner.send(new CreateTableCommand({
	TableName, BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));

// The counter does not exist yet, so the first additions race to create it.
const given = await Promise.all(Array.from({ length: clients }, async () => {
	const client = connect();
	const values = [];
	for (let i = 0; i < rounds; i++) {
		const { Attributes } = await client.send(new UpdateItemCommand({
			TableName, Key,
			UpdateExpression: "ADD n :one",
			ExpressionAttributeValues: { ":one": { N: "1" } },
			ReturnValues: "UPDATED_NEW",
		}));
		values.push(Number(Attributes.n.N));
	}
	return values;
}));

assert.deepEqual(given.flat().sort((a, b) => a - b), Array.from({ length: clients * rounds }, (_, i) => i + 1));
const { Item } = await owner.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
assert.deepEqual(Item, { ...Key, n: { N: String(clients * rounds) } });
await owner.send(new DeleteTableCommand({ TableName }));
