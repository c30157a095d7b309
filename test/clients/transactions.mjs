#!/usr/bin/env node
// Transactions as the documentation of two ORMs has them: ElectroDB's service.transaction and dynamoose.transaction,
// unchanged programs that know nothing of dynamo.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import dynamoose from "dynamoose";
import { Entity, Service } from "electrodb";

const client = new DynamoDBClient({});

async function electrodb() {
	const table = "ElectroLibrary";
	await client.send(new CreateTableCommand({
		TableName: table,
		BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
		KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
	}));
	await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });

	const author = new Entity({
		model: { entity: "author", version: "1", service: "library" },
		attributes: {
			name: { type: "string", required: true },
			totalBooks: { type: "number", default: 0 },
		},
		indexes: { author: { pk: { field: "pk", composite: ["name"] }, sk: { field: "sk", composite: [] } } },
	}, { client, table });
	const book = new Entity({
		model: { entity: "book", version: "1", service: "library" },
		attributes: {
			author: { type: "string", required: true },
			title: { type: "string", required: true },
			copies: { type: "number", default: 1 },
		},
		indexes: { book: { pk: { field: "pk", composite: ["author"] }, sk: { field: "sk", composite: ["title"] } } },
	}, { client, table });
	const library = new Service({ author, book });

	const publish = (title) => library.transaction.write(({ author, book }) => [
		author.upsert({ name: "austen" }).add({ totalBooks: 1 }).commit(),
		book.create({ author: "austen", title }).commit({ response: "all_old" }),
	]);
	const token = randomUUID();
	for (let attempt = 0; attempt < 2; attempt++) {
		const { canceled } = await publish("Emma").go({ token });
		assert.equal(canceled, false);
	}
	assert.equal((await publish("Persuasion").go()).canceled, false);

	const again = await publish("Emma").go();
	assert.equal(again.canceled, true);
	assert.deepEqual(again.data.map(({ rejected, code }) => [rejected, code]), [[false, "None"], [true, "ConditionalCheckFailed"]]);
	assert.equal(again.data[1].item.title, "Emma");

	const moved = await library.transaction.write(({ author, book }) => [
		author.check({ name: "austen" }).where(({ totalBooks }, { eq }) => eq(totalBooks, 2)).commit(),
		book.patch({ author: "austen", title: "Emma" }).subtract({ copies: 1 }).commit(),
		book.patch({ author: "austen", title: "Persuasion" }).add({ copies: 1 }).commit(),
	]).go();
	assert.equal(moved.canceled, false);

	const { data } = await library.transaction.get(({ author, book }) => [
		author.get({ name: "austen" }).commit(),
		book.get({ author: "austen", title: "Emma" }).commit(),
		book.get({ author: "austen", title: "Persuasion" }).commit(),
		book.get({ author: "austen", title: "Sanditon" }).commit(),
	]).go();
	assert.equal(data[0].item.totalBooks, 2);
	assert.deepEqual(data.slice(1).map(({ item }) => item?.copies ?? null), [0, 2, null]);
	await client.send(new DeleteTableCommand({ TableName: table }));
}

async function dynamooseTransactions() {
	const User = dynamoose.model("TransactionUser", { id: Number, name: String });
	const Credit = dynamoose.model("TransactionCredit", { id: Number, money: Number });
	new dynamoose.Table("TransactionTables", [User, Credit], {
		waitForActive: { enabled: true, check: { timeout: 60000, frequency: 200 } },
	});
	await User.create({ id: 1, name: "Bob" });
	await Credit.create({ id: 2, money: 10 });

	await dynamoose.transaction([
		User.transaction.update({ id: 1 }, { name: "Robert" }),
		Credit.transaction.update({ id: 2 }, { $ADD: { money: 100 } }),
		User.transaction.create({ id: 3, name: "Charlie" }),
		User.transaction.condition({ id: 4 }, new dynamoose.Condition("id").not().exists()),
	]);
	const [robert, credit, charlie] = await dynamoose.transaction([
		User.transaction.get({ id: 1 }),
		Credit.transaction.get({ id: 2 }),
		User.transaction.get({ id: 3 }),
	]);
	assert.deepEqual([robert.name, credit.money, charlie.name], ["Robert", 110, "Charlie"]);

	await assert.rejects(
		dynamoose.transaction([User.transaction.delete({ id: 1 }), User.transaction.create({ id: 3, name: "Carol" })]),
		(error) => error.name === "TransactionCanceledException"
			&& error.message.endsWith("[None, ConditionalCheckFailed]"));
	assert.equal((await User.get(1)).name, "Robert");
	await client.send(new DeleteTableCommand({ TableName: "TransactionTables" }));
}

await electrodb();
await dynamooseTransactions();
