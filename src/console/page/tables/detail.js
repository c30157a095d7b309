// One table, in tabs of what belongs together.
import { h, replace } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { go, href, refresh } from "../frame/router.js";
import { button, linkButton } from "../parts/button.js";
import { confirmDialog } from "../parts/dialog.js";
import { screenHead } from "../parts/head.js";
import { loading, statusBadge } from "../parts/state.js";
import { tabs } from "../parts/tabs.js";
import { toast } from "../parts/toast.js";
import { backupsTab } from "./backups.js";
import { indexesTab } from "./indexes.js";
import { overviewTab } from "./overview.js";
import { policyTab } from "./policy.js";
import { streamTab } from "./stream.js";
import { tagsTab } from "./tags.js";
import { ttlTab } from "./ttl.js";

// How often the table is looked at again while something of it changes.
const PAUSE = 2000;

// Each: render(place, table, { signal }) fills the place, also later.
const each = { overview: ["Overview", overviewTab], indexes: ["Indexes", indexesTab], ttl: ["Time to live", ttlTab], stream: ["Stream", streamTab], backups: ["Backups", backupsTab], tags: ["Tags", tagsTab], policy: ["Policy", policyTab] };

const isBusy = (table) => table.TableStatus !== "ACTIVE" || [...(table.GlobalSecondaryIndexes ?? []), ...(table.VectorIndexes ?? [])].some((index) => index.IndexStatus !== "ACTIVE");

async function remove(table) {
	const done = await confirmDialog({
		title: `Delete ${table.TableName}?`, text: "The table is deleted with its items, indexes and stream. Only a backup brings it back.", action: "Delete table", typed: table.TableName,
		run: () => call("DeleteTable", { TableName: table.TableName }),
	});
	if (!done) return;
	toast(`${table.TableName} is deleted.`);
	go("#/tables");
}

function head(table) {
	return screenHead({
		title: table.TableName, crumbs: [["Tables", "#/tables"]], note: statusBadge(table.TableStatus),
		actions: [button("Refresh", refresh, { icon: "refresh", iconOnly: true }), button("Delete", () => remove(table), { kind: "danger", icon: "trash" }), linkButton("Explore items", href("items", table.TableName), { kind: "primary", icon: "items" })],
	});
}

// While something of the table changes it is described again, and shown where that says something new.
function watch(table, signal, show) {
	let before = JSON.stringify(table);
	const timer = setInterval(async () => {
		if (!isBusy(JSON.parse(before))) return clearInterval(timer);
		const now = await call("DescribeTable", { TableName: table.TableName }, { signal }).catch(() => null);
		if (!now || signal.aborted || JSON.stringify(now.Table) === before) return undefined;
		before = JSON.stringify(now.Table);
		return show(now.Table);
	}, PAUSE);
	return () => clearInterval(timer);
}

export const tableScreen = {
	route: "/tables/:table/:tab?",
	title: ({ table }) => table,
	parent: "/tables",
	async render(root, { table: name, tab = "overview" }, { signal }) {
		root.append(screenHead({ title: name, crumbs: [["Tables", "#/tables"]] }), loading());
		const { Table } = await call("DescribeTable", { TableName: name }, { signal });
		const [, renderTab] = each[tab] ?? each.overview;
		async function show(table) {
			const place = h("div", { class: "stack" });
			replace(root, head(table), tabs("Parts of the table", Object.entries(each).map(([id, [label]]) => ({ id, label, href: href("tables", name, id) })), tab), place);
			await renderTab(place, table, { signal });
		}
		await show(Table);
		return isBusy(Table) ? watch(Table, signal, show) : undefined;
	},
};
