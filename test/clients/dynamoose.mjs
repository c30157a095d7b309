#!/usr/bin/env node
// A program on the ORM dynamoose that knows nothing of dynamo: AWS_ENDPOINT_URL_DYNAMODB leads it here.
import assert from "node:assert/strict";
import dynamoose from "dynamoose";

const userSchema = new dynamoose.Schema(
	{
		id: { type: String, hashKey: true },
		joined: { type: Number, rangeKey: true },
		born: Date,
		email: { type: String, required: true, index: { name: "byEmail", type: "global" } },
		age: Number,
		active: { type: Boolean, default: true },
		roles: { type: Set, schema: [String] },
		scores: { type: Set, schema: [Number] },
		avatar: Buffer,
		address: { type: Object, schema: { street: String, city: String, zip: Number } },
		visits: { type: Array, schema: [{ type: Object, schema: { page: String, seconds: Number } }] },
	},
	{ timestamps: true });
const User = dynamoose.model("DynamooseUser", userSchema);
new dynamoose.Table("DynamooseUser", [User], {
	throughput: "ON_DEMAND",
	waitForActive: { enabled: true, check: { timeout: 60000, frequency: 200 } },
});

const joined = 20240229.125;
const born = new Date("1815-12-10T00:00:00.000Z");
const ada = await User.create({
	id: "ada", joined, born, email: "ada@example.com", age: 36,
	roles: new Set(["admin", "author"]), scores: new Set([1, 2.5, -3]), avatar: Buffer.from([0, 1, 255]),
	address: { street: "1 Main St", city: "London", zip: 12345 },
	visits: [{ page: "/", seconds: 3 }, { page: "/about", seconds: 40 }],
});
assert.equal(ada.active, true);
await assert.rejects(
	User.create({ id: "ada", joined, email: "other@example.com" }),
	(error) => error.name === "ConditionalCheckFailedException");

const read = await User.get({ id: "ada", joined });
assert.equal(read.joined, joined);
assert.equal(read.born.getTime(), born.getTime());
assert.deepEqual([...read.roles].sort(), ["admin", "author"]);
assert.deepEqual([...read.scores].sort((a, b) => a - b), [-3, 1, 2.5]);
assert.deepEqual(Buffer.from(read.avatar), Buffer.from([0, 1, 255]));
assert.deepEqual(read.visits[1], { page: "/about", seconds: 40 });

await User.batchPut(Array.from({ length: 20 }, (_, i) => ({
	id: `user${String(i).padStart(2, "0")}`, joined, email: `user${i}@example.com`, age: 20 + i, active: i % 2 === 0,
})));

const older = await User.update({ id: "ada", joined }, { $ADD: { age: 1 }, $SET: { email: "ada@lovelace.org" }, $REMOVE: ["avatar"] });
assert.equal(older.age, 37);
assert.equal(older.email, "ada@lovelace.org");
assert.equal(older.avatar, undefined);
await assert.rejects(
	User.update({ id: "ada", joined }, { age: 50 }, { condition: new dynamoose.Condition().filter("age").lt(30) }),
	(error) => error.name === "ConditionalCheckFailedException");

const byEmail = await User.query("email").eq("ada@lovelace.org").using("byEmail").exec();
assert.deepEqual(byEmail.map((user) => user.id), ["ada"]);
const grown = await User.scan("age").ge(30).and().where("active").eq(true).exec();
assert.deepEqual(grown.map((user) => user.age).sort(), [30, 32, 34, 36, 37, 38]);
const some = await User.batchGet([{ id: "user01", joined }, { id: "user02", joined }, { id: "nobody", joined }]);
assert.deepEqual(some.map((user) => user.id).sort(), ["user01", "user02"]);

let seen = 0;
let page = await User.scan().limit(8).exec();
for (;;) {
	seen += page.length;
	if (!page.lastKey) break;
	page = await User.scan().limit(8).startAt(page.lastKey).exec();
}
assert.equal(seen, 21);
assert.equal((await User.query("id").eq("user03").count().exec()).count, 1);

await User.delete({ id: "ada", joined });
assert.equal(await User.get({ id: "ada", joined }), undefined);
await dynamoose.aws.ddb().deleteTable({ TableName: "DynamooseUser" });
