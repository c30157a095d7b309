#!/usr/bin/env node
// A single-table program on ElectroDB: two entities, collections, batches, conditions and cursors.
import assert from "node:assert/strict";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { Entity, Service } from "electrodb";

const client = new DynamoDBClient({});
const table = "ElectroTasks";

await client.send(new CreateTableCommand({
	TableName: table,
	BillingMode: "PAY_PER_REQUEST",
	AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
	KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
	GlobalSecondaryIndexes: [{
		IndexName: "gsi1",
		KeySchema: [{ AttributeName: "gsi1pk", KeyType: "HASH" }, { AttributeName: "gsi1sk", KeyType: "RANGE" }],
		Projection: { ProjectionType: "ALL" },
	}],
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });

const Task = new Entity({
	model: { entity: "task", version: "1", service: "taskapp" },
	attributes: {
		taskId: { type: "string", required: true },
		project: { type: "string", required: true },
		employee: { type: "string", required: true },
		status: { type: ["open", "in-progress", "closed"], default: "open" },
		points: { type: "number" },
		tags: { type: "set", items: "string" },
		comments: { type: "list", items: { type: "map", properties: { user: { type: "string" }, body: { type: "string" } } } },
		createdAt: { type: "string", default: () => "2024-01-01", readOnly: true },
	},
	indexes: {
		task: { pk: { field: "pk", composite: ["project"] }, sk: { field: "sk", composite: ["taskId"] } },
		assigned: {
			collection: "assignments", index: "gsi1",
			pk: { field: "gsi1pk", composite: ["employee"] }, sk: { field: "gsi1sk", composite: ["project", "taskId"] },
		},
	},
}, { client, table });
const Employee = new Entity({
	model: { entity: "employee", version: "1", service: "taskapp" },
	attributes: {
		employee: { type: "string", required: true },
		office: { type: "string", required: true },
		salary: { type: "number" },
	},
	indexes: {
		employee: { pk: { field: "pk", composite: ["employee"] }, sk: { field: "sk", composite: [] } },
		assigned: {
			collection: "assignments", index: "gsi1",
			pk: { field: "gsi1pk", composite: ["employee"] }, sk: { field: "gsi1sk", composite: [] },
		},
	},
}, { client, table });
const TaskApp = new Service({ task: Task, employee: Employee });

await Employee.create({ employee: "dinah", office: "Atlanta", salary: 1000 }).go();
const tasks = Array.from({ length: 30 }, (_, i) => ({
	taskId: `t${String(i).padStart(2, "0")}`, project: i % 2 ? "odd" : "even", employee: i < 10 ? "dinah" : "walter", points: i,
}));
const { unprocessed } = await Task.put(tasks).go();
assert.deepEqual(unprocessed, []);

await assert.rejects(Task.create(tasks[0]).go(), /conditional request failed/);
await assert.rejects(Task.patch({ project: "even", taskId: "none" }).set({ points: 1 }).go(), /conditional request failed/);

const patched = await Task.patch({ project: "even", taskId: "t02" })
	.set({ status: "in-progress" })
	.add({ points: 5, tags: ["new", "hot"] })
	.append({ comments: [{ user: "dinah", body: "begun" }] })
	.where(({ status }, { eq }) => eq(status, "open"))
	.go({ response: "all_new" });
assert.equal(patched.data.points, 7);
assert.deepEqual([...patched.data.tags].sort(), ["hot", "new"]);
assert.deepEqual(patched.data.comments, [{ user: "dinah", body: "begun" }]);
const untagged = await Task.update({ project: "even", taskId: "t02" }).delete({ tags: ["hot"] }).remove(["comments"]).go({ response: "all_new" });
assert.deepEqual(untagged.data.tags, ["new"]);
assert.equal(untagged.data.comments, undefined);

const between = await Task.query.task({ project: "odd" }).between({ taskId: "t05" }, { taskId: "t11" }).go();
assert.deepEqual(between.data.map((task) => task.taskId), ["t05", "t07", "t09", "t11"]);
const backwards = await Task.query.task({ project: "odd" }).gte({ taskId: "t25" }).go({ order: "desc" });
assert.deepEqual(backwards.data.map((task) => task.taskId), ["t29", "t27", "t25"]);

const { data: assignments } = await TaskApp.collections.assignments({ employee: "dinah" }).go();
assert.equal(assignments.task.length, 10);
assert.deepEqual(assignments.employee, [{ employee: "dinah", office: "Atlanta", salary: 1000 }]);

const pages = [];
let cursor = null;
do {
	const page = await Task.query.assigned({ employee: "walter" })
		.where(({ points }, { gte }) => gte(points, 12))
		.go({ limit: 7, cursor });
	pages.push(...page.data.map((task) => task.points));
	cursor = page.cursor;
} while (cursor);
assert.deepEqual(pages.sort((a, b) => a - b), Array.from({ length: 18 }, (_, i) => i + 12));

const batch = await Task.get([{ project: "even", taskId: "t00" }, { project: "odd", taskId: "t01" }]).go();
assert.deepEqual(batch.data.map((task) => task.taskId).sort(), ["t00", "t01"]);
const closed = await Task.scan.where(({ status }, { eq }) => eq(status, "in-progress")).go({ pages: "all" });
assert.deepEqual(closed.data.map((task) => task.taskId), ["t02"]);

await Task.delete(tasks.map(({ project, taskId }) => ({ project, taskId }))).go();
assert.deepEqual((await Task.scan.go({ pages: "all" })).data, []);
await client.send(new DeleteTableCommand({ TableName: table }));
