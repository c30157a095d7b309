// What a table is, and the settings that UpdateTable changes.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { openDialog } from "../parts/dialog.js";
import { checkField, selectField, textField } from "../parts/field.js";
import { bytes, count, time, words } from "../parts/format.js";
import { requestCode } from "../parts/request_code.js";
import { facts, section } from "../parts/state.js";
import { table as plainTable } from "../parts/table.js";
import { typeNames } from "../items/value.js";

const billingOf = (table) => table.BillingModeSummary?.BillingMode ?? "PROVISIONED";

function keys(table) {
	const types = Object.fromEntries(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
	return plainTable("Key", [
		{ title: "Attribute", render: (key) => key.AttributeName }, { title: "Role", render: (key) => (key.KeyType === "HASH" ? "Partition key" : "Sort key") },
		{ title: "Type", render: (key) => typeNames[types[key.AttributeName]] },
	], table.KeySchema);
}

function changeSettings(table) {
	const billing = selectField("Capacity", [["PAY_PER_REQUEST", "On demand"], ["PROVISIONED", "Provisioned"]], { value: billingOf(table), onchange: draw });
	const read = textField("Read units", { type: "number", min: 1, value: table.ProvisionedThroughput?.ReadCapacityUnits || 5 });
	const write = textField("Write units", { type: "number", min: 1, value: table.ProvisionedThroughput?.WriteCapacityUnits || 5 });
	const protection = checkField("Deletion protection", { checked: Boolean(table.DeletionProtectionEnabled) });
	function draw() {
		for (const field of [read, write]) field.element.hidden = billing.value !== "PROVISIONED";
	}
	draw();
	const dialog = openDialog({
		title: "Settings", body: [h("div", { class: "row" }, billing.element, read.element, write.element), protection.element],
		actions: [{ label: "Cancel" }, { label: "Save", kind: "primary", run: () => update(table, { billing: billing.value, read: Number(read.value), write: Number(write.value), protection: protection.value }) }],
	});
	dialog.closed.then((label) => label === "Save" && refresh());
}

async function update(table, wanted) {
	const input = { TableName: table.TableName };
	const now = table.ProvisionedThroughput ?? {};
	const provisioned = wanted.billing === "PROVISIONED";
	if (wanted.billing !== billingOf(table)) input.BillingMode = wanted.billing;
	if (provisioned && (input.BillingMode || now.ReadCapacityUnits !== wanted.read || now.WriteCapacityUnits !== wanted.write)) {
		input.ProvisionedThroughput = { ReadCapacityUnits: wanted.read, WriteCapacityUnits: wanted.write };
		const indexes = input.BillingMode ? table.GlobalSecondaryIndexes ?? [] : [];
		if (indexes.length > 0) input.GlobalSecondaryIndexUpdates = indexes.map((each) => ({ Update: { IndexName: each.IndexName, ProvisionedThroughput: input.ProvisionedThroughput } }));
	}
	if (wanted.protection !== Boolean(table.DeletionProtectionEnabled)) input.DeletionProtectionEnabled = wanted.protection;
	if (Object.keys(input).length > 1) await call("UpdateTable", input);
}

const vectorIndex = ({ IndexName, VectorAttribute, Dimensions, DistanceFunction, Projection, SearchSchema }) => ({ IndexName, VectorAttribute, Dimensions, DistanceFunction, Projection, SearchSchema });

// The request that makes a table like this one.
function likeThis(table) {
	const provisioned = billingOf(table) === "PROVISIONED";
	const units = ({ ProvisionedThroughput: each }) => (provisioned && each ? { ReadCapacityUnits: each.ReadCapacityUnits, WriteCapacityUnits: each.WriteCapacityUnits } : undefined);
	const index = (global) => ({ IndexName, KeySchema, Projection, ...rest }) => ({ IndexName, KeySchema, Projection, ProvisionedThroughput: global ? units(rest) : undefined });
	return JSON.parse(JSON.stringify({
		TableName: table.TableName, KeySchema: table.KeySchema, AttributeDefinitions: table.AttributeDefinitions, BillingMode: billingOf(table), ProvisionedThroughput: units(table),
		GlobalSecondaryIndexes: table.GlobalSecondaryIndexes?.map(index(true)), LocalSecondaryIndexes: table.LocalSecondaryIndexes?.map(index(false)), VectorIndexes: table.VectorIndexes?.map(vectorIndex),
		StreamSpecification: table.StreamSpecification, DeletionProtectionEnabled: table.DeletionProtectionEnabled || undefined,
	}));
}

export function overviewTab(place, table) {
	const units = table.ProvisionedThroughput;
	place.append(
		section("Table", { actions: button("Settings", () => changeSettings(table), { icon: "edit" }) }, facts([
			["Items", count(table.ItemCount)], ["Size", bytes(table.TableSizeBytes)],
			["Capacity", billingOf(table) === "PROVISIONED" ? `${count(units.ReadCapacityUnits)} read, ${count(units.WriteCapacityUnits)} write units` : "On demand"],
			["Table class", words(table.TableClassSummary?.TableClass ?? "STANDARD")], ["Deletion protection", table.DeletionProtectionEnabled ? "On" : "Off"],
			["Created", time(table.CreationDateTime)], ["ARN", h("code", null, table.TableArn)],
		]), h("p", { class: "faint" }, "Items and size are counted from time to time, not at once.")),
		section("Key", {}, keys(table)),
		section("This table in other languages", {}, requestCode("CreateTable", () => likeThis(table))));
}
