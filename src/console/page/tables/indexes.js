// The secondary indexes of a table.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { href, refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { bytes, count } from "../parts/format.js";
import { emptyState, progress, section, statusBadge } from "../parts/state.js";
import { table as plainTable } from "../parts/table.js";
import { IndexFields } from "./index_fields.js";

const keysOf = (index) => index.KeySchema.map((key) => key.AttributeName).join(", ");

function projected({ Projection: { ProjectionType, NonKeyAttributes } }) {
	return { ALL: "All", KEYS_ONLY: "Keys", INCLUDE: `Keys, ${(NonKeyAttributes ?? []).join(", ")}` }[ProjectionType];
}

function add(table) {
	const index = new IndexFields();
	const provisioned = table.BillingModeSummary?.BillingMode !== "PAY_PER_REQUEST";
	const dialog = openDialog({
		title: "Create global index", size: "wide", body: [index.element, h("p", { class: "faint" }, "It is built while the table serves; until it is active, the table takes no other change.")],
		actions: [{ label: "Cancel" }, { label: "Create index", kind: "primary", run: async () => {
			const types = new Map(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
			const units = provisioned ? { ProvisionedThroughput: { ReadCapacityUnits: table.ProvisionedThroughput.ReadCapacityUnits, WriteCapacityUnits: table.ProvisionedThroughput.WriteCapacityUnits } } : {};
			const Create = { ...index.read(types), ...units };
			const used = new Set(Create.KeySchema.map((key) => key.AttributeName));
			const AttributeDefinitions = [...types].filter(([name]) => used.has(name) || table.AttributeDefinitions.some((each) => each.AttributeName === name)).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
			await call("UpdateTable", { TableName: table.TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] });
		} }],
	});
	dialog.closed.then((label) => label && label !== "Cancel" && refresh());
}

async function remove(table, { IndexName }) {
	const done = await confirmDialog({
		title: `Delete the index ${IndexName}?`, text: "Requests that name it fail from then on.", action: "Delete index",
		run: () => call("UpdateTable", { TableName: table.TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
	});
	if (done) refresh();
}

function status(index) {
	if (!index.IndexStatus) return statusBadge("ACTIVE");
	return index.Backfilling ? [statusBadge(index.IndexStatus), progress(undefined, "Building")] : statusBadge(index.IndexStatus);
}

export function indexesTab(place, table) {
	const all = [...(table.GlobalSecondaryIndexes ?? []).map((each) => ({ ...each, global: true })), ...(table.LocalSecondaryIndexes ?? [])];
	const create = button("Create global index", () => add(table), { icon: "plus" });
	if (all.length === 0) {
		place.append(section("Indexes", { actions: create }, emptyState({ title: "The table has no indexes", text: "An index lets items be found by other attributes than the table's key." })));
		return;
	}
	place.append(section("Indexes", { actions: create }, plainTable("Indexes", [
		{ title: "Name", render: (index) => h("a", { href: href.query(["items", table.TableName], { index: index.IndexName }) }, index.IndexName) },
		{ title: "Kind", render: (index) => (index.global ? "Global" : "Local") }, { title: "Key", render: keysOf }, { title: "Projection", render: projected }, { title: "Status", render: status },
		{ title: "Items", number: true, render: (index) => count(index.ItemCount) }, { title: "Size", number: true, render: (index) => bytes(index.IndexSizeBytes) },
		{ title: "", render: (index) => index.global && button(`Delete ${index.IndexName}`, () => remove(table, index), { kind: "plain", icon: "trash", iconOnly: true }) },
	], all)));
}
