// The secondary indexes of a table.
import { call, callConsole } from "../frame/api.js";
import { h, replace } from "../frame/dom.js";
import { poll } from "../frame/poll.js";
import { href, refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { bytes, count, plural } from "../parts/format.js";
import { emptyState, progress, section, statusBadge } from "../parts/state.js";
import { table as plainTable } from "../parts/table.js";
import { IndexFields } from "./index_fields.js";
import { distances, VectorFields } from "./vector_fields.js";

const PROGRESS_EVERY = 2000;

const names = (list) => list.map((each) => each.AttributeName).join(", ");
const isBuilding = (index) => index.IndexStatus === "CREATING" || index.Backfilling;

// The kinds of indexes: what the list shows of each, and the member of UpdateTable that changes it, if any does.
const kinds = {
	GlobalSecondaryIndexes: { label: "Global", keys: (index) => names(index.KeySchema), update: "GlobalSecondaryIndexUpdates" },
	LocalSecondaryIndexes: { label: "Local", keys: (index) => names(index.KeySchema) },
	VectorIndexes: {
		label: "Vector", update: "VectorIndexUpdates",
		keys: ({ VectorAttribute, Dimensions, DistanceFunction, SearchSchema }) => [`${VectorAttribute.AttributeName}, ${plural(Dimensions, "dimension")}, ${Object.fromEntries(distances)[DistanceFunction]}`, SearchSchema && `by ${names(SearchSchema)}`].filter(Boolean).join("; "),
	},
};

function projected({ Projection: { ProjectionType, NonKeyAttributes } }) {
	return { ALL: "All", KEYS_ONLY: "Keys", INCLUDE: `Keys, ${(NonKeyAttributes ?? []).join(", ")}` }[ProjectionType];
}

// Asks for an index by the fields, and adds it: `request` makes the members of UpdateTable beside the definitions.
function add(table, title, index, request) {
	const dialog = openDialog({
		title, size: "wide", body: [index.element, h("p", { class: "faint" }, "It is built while the table serves; until it is active, the table takes no other change.")],
		actions: [{ label: "Cancel" }, { label: "Create index", kind: "primary", run: async () => {
			const types = new Map(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
			const members = request(index.read(types));
			const AttributeDefinitions = [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
			await call("UpdateTable", { TableName: table.TableName, AttributeDefinitions, ...members });
		} }],
	});
	dialog.closed.then((label) => label && label !== "Cancel" && refresh());
}

function addGlobal(table) {
	const provisioned = table.BillingModeSummary?.BillingMode !== "PAY_PER_REQUEST";
	const units = provisioned ? { ProvisionedThroughput: { ReadCapacityUnits: table.ProvisionedThroughput.ReadCapacityUnits, WriteCapacityUnits: table.ProvisionedThroughput.WriteCapacityUnits } } : {};
	add(table, "Create global index", new IndexFields(), (index) => ({ GlobalSecondaryIndexUpdates: [{ Create: { ...index, ...units } }] }));
}

function addVectors(table) {
	add(table, "Create vector index", new VectorFields(), (index) => ({ VectorIndexUpdates: [{ Create: index }] }));
}

async function remove(table, { IndexName, kind }) {
	const done = await confirmDialog({
		title: `Delete the index ${IndexName}?`, text: "Requests that name it fail from then on.", action: "Delete index",
		run: () => call("UpdateTable", { TableName: table.TableName, [kind.update]: [{ Delete: { IndexName } }] }),
	});
	if (done) refresh();
}

// How far the build of an index is, in its place: a table's indexes are built one after the other.
function showBuild(place, table, signal) {
	const stop = new AbortController();
	signal.addEventListener("abort", () => stop.abort());
	poll(async () => {
		const { Rows } = await callConsole("GetProgress", {}, { signal: stop.signal });
		if (!place.isConnected) return stop.abort();
		const build = Rows.find((row) => row.kind === "index build" && row.table_name === table.TableName);
		return replace(place, progress(build?.expected_items > 0 ? Math.min(build.items / build.expected_items, 1) : undefined, "Building"));
	}, { signal: stop.signal, every: PROGRESS_EVERY }).catch(() => {});
}

export function indexesTab(place, table, { signal }) {
	const all = Object.entries(kinds).flatMap(([member, kind]) => (table[member] ?? []).map((index) => ({ ...index, kind })));
	const actions = [button("Create global index", () => addGlobal(table), { icon: "plus" }), button("Create vector index", () => addVectors(table), { icon: "plus" })];
	if (all.length === 0) {
		place.append(section("Indexes", { actions }, emptyState({ title: "The table has no indexes", text: "An index lets items be found by other attributes than the table's key." })));
		return;
	}
	const build = h("div", null, progress(undefined, "Building"));
	const first = all.find(isBuilding);
	place.append(section("Indexes", { actions }, plainTable("Indexes", [
		{ title: "Name", render: (index) => h("a", { href: href.query(["items", table.TableName], { index: index.IndexName }) }, index.IndexName) },
		{ title: "Kind", render: (index) => index.kind.label }, { title: "Key", render: (index) => index.kind.keys(index) }, { title: "Projection", render: projected },
		{ title: "Status", render: (index) => [statusBadge(index.IndexStatus ?? "ACTIVE"), index === first && build] },
		{ title: "Items", number: true, render: (index) => count(index.ItemCount) }, { title: "Size", number: true, render: (index) => bytes(index.IndexSizeBytes) },
		{ title: "", render: (index) => index.kind.update && button(`Delete ${index.IndexName}`, () => remove(table, index), { kind: "plain", icon: "trash", iconOnly: true }) },
	], all)));
	if (first) showBuild(build, table, signal);
}
