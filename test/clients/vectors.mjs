#!/usr/bin/env node
// Vector indexes by the AWS SDK: a table with one, items, searches, an index that is added and deleted.
import assert from "node:assert/strict";
import {
	CreateTableCommand, DeleteItemCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient, PutItemCommand, SearchVectorsCommand,
	UpdateTableCommand,
} from "dynamodb-newest";

const client = new DynamoDBClient({});
const TableName = "ClientVectors";
const vector = (elements) => elements.map((element) => ({ N: String(element) }));

function index(IndexName, DistanceFunction, more = {}) {
	return { IndexName, DistanceFunction, VectorAttribute: { AttributeName: "v" }, Dimensions: 3, Projection: { ProjectionType: "ALL" }, ...more };
}

async function search(IndexName, elements, more = {}) {
	const answer = await client.send(new SearchVectorsCommand({ TableName, IndexName, SearchVector: vector(elements), TopK: 10, ...more }));

	return answer.SearchResults.map(({ Item, Score }) => [Item.id.S, Score]);
}

async function describe() {
	return (await client.send(new DescribeTableCommand({ TableName }))).Table;
}

async function awaitIndex(name, there) {
	for (let i = 0; i < 600; i++) {
		const found = (await describe()).VectorIndexes?.find(({ IndexName }) => IndexName === name);

		if (there ? found?.IndexStatus === "ACTIVE" : found === undefined)
			return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	assert.fail(`index ${name}`);
}

const created = await client.send(new CreateTableCommand({
	TableName,
	BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: ["id", "tenant"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
	VectorIndexes: [index("ByTenant", "COSINE", { SearchSchema: [{ AttributeName: "tenant", SearchSchemaElementType: "HASH" }] })],
}));
assert.equal(created.TableDescription.VectorIndexes[0].IndexStatus, "CREATING");
await awaitIndex("ByTenant", true);
for (const [id, tenant, elements] of [["a", "t", [1, 0, 0]], ["b", "t", [0, 1, 0]], ["c", "u", [1, 0, 0]]])
	await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, tenant: { S: tenant }, v: { L: vector(elements) } } }));
const condition = { SearchConditionExpression: "tenant = :t", ExpressionAttributeValues: { ":t": { S: "t" } } };
assert.deepEqual(await search("ByTenant", [1, 0, 0], condition), [["a", 0], ["b", 1]]);
await assert.rejects(search("ByTenant", [1, 0, 0]), { name: "ValidationException", message: /must be provided when SearchSchema has a HASH key/ });
await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { id: { S: "d" }, v: { L: vector([1]) } } })), { name: "ValidationException" });

const updated = await client.send(new UpdateTableCommand({ TableName, VectorIndexUpdates: [{ Create: index("ByDistance", "EUCLIDEAN") }] }));
assert.equal(updated.TableDescription.TableStatus, "UPDATING");
await awaitIndex("ByDistance", true);
await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: "c" } } }));
assert.deepEqual(await search("ByDistance", [1, 0, 0]), [["a", 0], ["b", Math.fround(Math.SQRT2)]].map(([id, score]) => [id, Number(String(score).slice(0, 9))]));
const { ConsumedCapacity } = await client.send(new SearchVectorsCommand({
	TableName, IndexName: "ByDistance", SearchVector: vector([0, 0, 1]), TopK: 1, ReturnConsumedCapacity: "INDEXES",
}));
assert.equal(ConsumedCapacity.VectorSearchRequestBytes, 1024);
await client.send(new UpdateTableCommand({ TableName, VectorIndexUpdates: [{ Delete: { IndexName: "ByDistance" } }] }));
await awaitIndex("ByDistance", false);
await client.send(new DeleteTableCommand({ TableName }));
console.log("vectors: ok");
