// Requests that the SDK for JavaScript signs: odd headers and bodies, a clock that is wrong, temporary credentials. Of
// signatures.sh.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const TableName = "SignedNode";
const options = { region: "us-east-1" };
const client = new DynamoDBClient(options);
const Key = id => ({ id: { S: id } });

await client.send(new CreateTableCommand({
	TableName,
	AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
	KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
	BillingMode: "PAY_PER_REQUEST",
}));

// A client whose requests are changed before they are signed.
function changed(change) {
	const other = new DynamoDBClient(options);
	other.middlewareStack.add(next => arguments_ => {
		change(arguments_.request);
		return next(arguments_);
	}, { step: "build", priority: "low" });
	return other;
}

const odd = changed(request => Object.assign(request.headers, {
	"x-amz-empty": "", "x-amz-blanks": "a  b\t c", "Other": "  \"quoted   text\"  ", "bytes": "\u00e4\u00ff",
}));
await odd.send(new PutItemCommand({ TableName, Item: { ...Key("odd"), text: { S: "\u00e4\u{1f600} \0" } } }));
assert.equal((await odd.send(new GetItemCommand({ TableName, Key: Key("odd") }))).Item.text.S, "\u00e4\u{1f600} \0");

const packed = changed(request => {
	request.body = gzipSync(request.body);
	Object.assign(request.headers, { "content-encoding": "gzip", "content-length": String(request.body.length) });
});
await packed.send(new PutItemCommand({ TableName, Item: { ...Key("packed"), text: { S: "x".repeat(100000) } } }));
assert.equal((await client.send(new GetItemCommand({ TableName, Key: Key("packed") }))).Item.text.S.length, 100000);

// It is an hour off, is told so, and tries again by the server's Date.
for (const offset of [-3600_000, 3600_000]) {
	const wrong = new DynamoDBClient({ ...options, systemClockOffset: offset });
	const { $metadata } = await wrong.send(new ListTablesCommand({}));
	assert.equal($metadata.attempts, 2);
	assert.equal((await wrong.send(new ListTablesCommand({}))).$metadata.attempts, 1);
}
const once = new DynamoDBClient({ ...options, systemClockOffset: -3600_000, maxAttempts: 1 });
await assert.rejects(once.send(new ListTablesCommand({})), error => error.name === "InvalidSignatureException" &&
	/^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/.test(error.message));

const assumed = new DynamoDBClient({ ...options, profile: "assumed" });
await assumed.send(new ListTablesCommand({}));
await assert.rejects(assumed.send(new GetItemCommand({ TableName, Key: Key("odd") })), { name: "AccessDeniedException" });
const stranger = new DynamoDBClient({ ...options, credentials: { accessKeyId: "AKIDUNKNOWN", secretAccessKey: "secret" } });
await assert.rejects(stranger.send(new ListTablesCommand({})), { name: "UnrecognizedClientException" });
await client.send(new DeleteTableCommand({ TableName }));
