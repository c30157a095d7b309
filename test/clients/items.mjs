#!/usr/bin/env node
// 100,000 generated items of all types, written by BatchWriteItem, come back as they were
// by Query, by Scan and by a parallel Scan. ITEMS and SEED choose others.
import assert from "node:assert/strict";
import http from "node:http";

const TableName = "GeneratedItems";
const count = Number(process.env.ITEMS ?? 100000);
const seed = Number(process.env.SEED ?? 20240229);
const perPartition = 100;
const connections = 8;

// mulberry32: small, seeded, good enough to choose by.
let state = seed;
function random(limit) {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return (((t ^ (t >>> 14)) >>> 0) / 4294967296 * limit) | 0;
}
const pick = (choices) => choices[random(choices.length)];
const times = (n, make) => Array.from({ length: n }, make);

// A number as DynamoDB returns it, and one of the ways to send it.
function number(lowest = -130, highest = 125) {
	if (random(50) === 0) return { canonical: "0", sent: pick(["0", "-0", "0.000", "0E+7"]) };
	const digits = String(1 + random(9)) + times(random(38), () => random(10)).join("");
	const significant = digits.replace(/0+$/, "");
	const exponent = lowest + random(highest - lowest + 1); // of the first digit
	const sign = random(2) ? "-" : "";
	return {
		canonical: sign + plain(significant, exponent),
		sent: pick([
			() => sign + plain(significant, exponent),
			() => `${sign}${significant[0]}.${significant.slice(1)}0e${exponent}`,
			() => `${sign}00${significant}E${exponent - significant.length + 1}`,
		])(),
	};
}
function plain(digits, exponent) {
	if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
	if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, "0");
	return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

const alphabet = [..."abcdefghijklmnopqrstuvwxyz ABC0189_-.:#\"\\/{}[]$\u0000\n\t\u007f\u00e9\u00df\u0416\u4e2d\u2028\ud7ff\uffff\u{1f600}\u{10ffff}"];
const string = (longest = 40) => times(random(longest), () => pick(alphabet)).join("");
const binary = (longest = 40) => Buffer.from(times(random(longest), () => random(256))).toString("base64");
const distinct = (values) => [...new Set(values)];

// Each makes { sent, stored }: an attribute value as it is written and as it must be read.
const same = (value) => ({ sent: value, stored: value });
const scalars = [
	() => same({ S: string() }),
	() => { const { sent, canonical } = number(); return { sent: { N: sent }, stored: { N: canonical } }; },
	() => same({ B: binary() }),
	() => same({ BOOL: random(2) === 1 }),
	() => same({ NULL: true }),
	() => same({ SS: distinct(times(1 + random(5), () => string(12))) }),
	() => same({ BS: distinct(times(1 + random(5), () => binary(12))) }),
	() => same({ NS: distinct(times(1 + random(5), () => number(-20, 20).canonical)) }),
];
const names = ["Price", "a.b", "$b", "$m", "$", "größe", "\u0000", "_", "Tags", "[0]", "{}", "x".repeat(200)];

function value(depth) {
	const kind = random(depth > 0 ? 12 : 8);
	if (kind < 8) return scalars[kind]();
	const parts = times(random(4), () => value(depth - 1));
	if (kind < 10) return { sent: { L: parts.map((p) => p.sent) }, stored: { L: parts.map((p) => p.stored) } };
	return map(parts, (attributes) => ({ M: attributes }));
}
function map(parts, wrap) {
	const keys = distinct(parts.map(() => pick(names) + (random(3) ? "" : string(4))));
	const side = (which) => wrap(Object.fromEntries(keys.map((key, i) => [key, parts[i][which]])));
	return { sent: side("sent"), stored: side("stored") };
}

function item(index) {
	const key = number(-10, 27);
	const sortKey = { sent: { N: key.sent }, stored: { N: key.canonical } };
	const attributes = map(times(random(8), () => value(3)), (attributes) => attributes);
	const bulk = index % 1000 === 7 ? { bulk: { S: "x".repeat(20000 + random(50000)) } } : {};
	const side = (which) => ({ ...attributes[which], ...bulk, partition: { S: partition(index) }, sort: sortKey[which] });
	return { sent: side("sent"), stored: side("stored") };
}
const partition = (index) => `p${Math.floor(index / perPartition)}${index % 3 ? "" : "\u00e9\u0000"}`;

// Sets have no order; everything else compares as it stands.
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function canonical(value) {
	if (Array.isArray(value)) return value.map(canonical);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.keys(value).sort(order).map((key) =>
		[key, /^[SNB]S$/.test(key) && Array.isArray(value[key]) ? [...value[key]].sort(order) : canonical(value[key])]));
}
const keyOf = (item) => `${item.partition.S}|${item.sort.N}`;
const textOf = (item) => JSON.stringify(canonical(item));

// Decimals of any length compare as whole numbers scaled alike.
function scaled(text) {
	const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
	return BigInt(sign + whole + fraction.padEnd(60, "0"));
}

const endpoint = new URL(process.env.DYNAMO_ENDPOINT);
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
function send(operation, body) {
	return new Promise((resolve, reject) => {
		const request = http.request(endpoint, {
			agent, method: "POST",
			headers: {
				"Content-Type": "application/x-amz-json-1.0",
				"X-Amz-Target": `DynamoDB_20120810.${operation}`,
				"X-Amz-Date": "20240229T120000Z",
				Authorization: "AWS4-HMAC-SHA256 Credential=local/20240229/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
			},
		}, (response) => {
			const chunks = [];
			response.on("data", (chunk) => chunks.push(chunk));
			response.on("end", () => {
				const text = Buffer.concat(chunks).toString();
				if (response.statusCode === 200) resolve(JSON.parse(text));
				else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
			});
			response.on("error", reject);
		});
		request.on("error", reject);
		request.end(JSON.stringify({ TableName, ...body }));
	});
}

// Runs the jobs, so many at a time.
async function all(jobs) {
	const queue = jobs[Symbol.iterator]();
	await Promise.all(times(connections, async () => {
		for (const job of queue) await job();
	}));
}

async function* pages(operation, request) {
	let ExclusiveStartKey;
	do {
		const page = await send(operation, { ...request, ExclusiveStartKey });
		assert.equal(page.Count, page.Items.length);
		yield page.Items;
		ExclusiveStartKey = page.LastEvaluatedKey;
	} while (ExclusiveStartKey);
}

async function write(generated) {
	const batches = [];
	for (let i = 0; i < generated.length; i += 25) batches.push(generated.slice(i, i + 25));
	await all(batches.map((batch) => async () => {
		let RequestItems = { [TableName]: batch.map((item) => ({ PutRequest: { Item: item.sent } })) };
		while (Object.keys(RequestItems).length > 0)
			RequestItems = (await send("BatchWriteItem", { TableName: undefined, RequestItems })).UnprocessedItems;
	}));
}

function compare(what, found, expected) {
	const key = keyOf(found);
	assert(expected.has(key), `${what} found an item that was not written, or found it twice: ${key}`);
	assert.equal(textOf(found), expected.get(key), `${what}: ${key}`);
	expected.delete(key);
}

async function readByQuery(partitions, expected) {
	await all([...partitions].map((name) => async () => {
		const sorts = [];
		for await (const items of pages("Query", {
			KeyConditionExpression: "#p = :p", ExpressionAttributeNames: { "#p": "partition" },
			ExpressionAttributeValues: { ":p": { S: name } },
		})) {
			for (const item of items) {
				compare("Query", item, expected);
				sorts.push(scaled(item.sort.N));
			}
		}
		for (let i = 1; i < sorts.length; i++) assert(sorts[i - 1] < sorts[i], `Query is not in order in ${name}`);
	}));
}

async function readByScan(segments, expected) {
	await all(times(segments, (_, Segment) => async () => {
		const request = segments > 1 ? { Segment, TotalSegments: segments } : {};
		for await (const items of pages("Scan", request))
			for (const item of items) compare(`Scan in ${segments} segments`, item, expected);
	}));
}

await send("CreateTable", {
	BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: [{ AttributeName: "partition", AttributeType: "S" }, { AttributeName: "sort", AttributeType: "N" }],
	KeySchema: [{ AttributeName: "partition", KeyType: "HASH" }, { AttributeName: "sort", KeyType: "RANGE" }],
});
const stored = new Map();
const partitions = new Set();
for (let start = 0; start < count; start += 5000) {
	const generated = new Map(times(Math.min(5000, count - start), (_, i) => item(start + i)).map((i) => [keyOf(i.stored), i]));
	for (const key of stored.keys()) generated.delete(key); // keys are long decimals: hardly ever
	for (const [key, item] of generated) {
		stored.set(key, textOf(item.stored));
		partitions.add(item.stored.partition.S);
	}
	await write([...generated.values()]);
}

for (const read of [
	(expected) => readByQuery(partitions, expected),
	(expected) => readByScan(1, expected),
	(expected) => readByScan(7, expected),
]) {
	const expected = new Map(stored);
	await read(expected);
	assert.equal(expected.size, 0, `${expected.size} items were not found`);
}
console.log(`${stored.size} items came back`);
await send("DeleteTable", {});
agent.destroy();
