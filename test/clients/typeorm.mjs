#!/usr/bin/env node
// The User entity of typeorm-dynamodb's documentation: its tables made by TypeORM, its repository read and written
// by PartiQL statements as well as by the mapper.
import assert from "node:assert/strict";
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Column, Entity, PrimaryColumn } from "typeorm";
import typeormDynamo from "typeorm-dynamodb";

process.env.DYNAMO_ENDPOINT ??= process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL;
const { datasourceManager, getRepository, GlobalSecondaryIndex } = typeormDynamo;

// The decorators as TypeScript would call them.
class User {}
for (const name of ["firstname", "lastname", "age"]) Column({ name, type: "varchar" })(User.prototype, name);
PrimaryColumn({ name: "id", type: "varchar" })(User.prototype, "id");
GlobalSecondaryIndex({ name: "ageIndex", partitionKey: "age", sortKey: ["lastname", "firstname"] })(User);
Entity({ name: "user" })(User);

await datasourceManager.open({ entities: [User], synchronize: true });
const users = getRepository(User);

function user(id, firstname, lastname, age) {
	return Object.assign(new User(), { id, firstname, lastname, age });
}

await users.put([user("1", "John", "Doe", "33"), user("2", "Jane", "Doe", "33"), user("3", "Ada", "Byron", "36")]);
assert.equal((await users.get("2")).firstname, "Jane");
assert.deepEqual((await users.find({ index: "ageIndex", where: { age: "33" } })).map(({ firstname }) => firstname), ["Jane", "John"]);

const byKey = await users.executeStatement(`SELECT * FROM "user" WHERE id = ?`, ["3"]);
assert.deepEqual(byKey.map(({ lastname }) => lastname), ["Byron"]);
const byIndex = await users.executeStatement(
	`SELECT id, "lastname#firstname" FROM "user"."ageIndex" WHERE age = ? AND begins_with("lastname#firstname", ?) ORDER BY "lastname#firstname" DESC`,
	["33", "Doe"]);
assert.deepEqual(byIndex.map(({ id }) => id), ["1", "2"]);

assert.deepEqual(await users.executeStatement(`UPDATE "user" SET firstname = ? WHERE id = ? AND age = '36'`, ["Augusta", "3"]), []);
assert.equal((await users.get("3")).firstname, "Augusta");
await assert.rejects(
	users.executeStatement(`UPDATE "user" SET firstname = ? WHERE id = ? AND age = '37'`, ["Nobody", "3"]),
	(error) => error.name === "ConditionalCheckFailedException");
await users.executeStatement(`INSERT INTO "user" VALUE {'id': ?, 'firstname': 'Alan', 'lastname': 'Turing', 'age': '41'}`, ["4"]);
await assert.rejects(
	users.executeStatement(`INSERT INTO "user" VALUE {'id': '4'}`),
	(error) => error.name === "DuplicateItemException");
await users.executeStatement(`DELETE FROM "user" WHERE id = '4'`);
assert.deepEqual((await users.executeStatement(`SELECT id FROM "user" WHERE age IN ['36', '41']`)).map(({ id }) => id), ["3"]);

await new DynamoDBClient({}).send(new DeleteTableCommand({ TableName: "user" }));
