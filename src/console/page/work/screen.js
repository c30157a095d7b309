// Work that takes longer than a request: backups, restores, exports, imports, migrations and index builds; how far each is.
import { call, callConsole, pages } from "../frame/api.js";
import { h, replace } from "../frame/dom.js";
import { poll } from "../frame/poll.js";
import { allRows } from "../frame/rows.js";
import { button } from "../parts/button.js";
import { confirmDialog } from "../parts/dialog.js";
import { bytes, count, time } from "../parts/format.js";
import { screenHead } from "../parts/head.js";
import { emptyState, errorView, progress, section, statusBadge } from "../parts/state.js";
import { table } from "../parts/table.js";
import { tabPanel } from "../parts/tabs.js";
import { toast } from "../parts/toast.js";
import { backUp, exportTable, restoreBackup } from "./begin.js";

const EVERY = 3000;
const MOST_LISTED = 200;
const dated = (text) => (text ? time(new Date(text)) : "–");

// Of a list that comes in pages as many as are shown.
async function some(operation, listName, tokens, signal) {
	const all = [];
	for await (const page of pages(operation, {}, listName, tokens, { signal })) {
		all.push(...page);
		if (all.length >= MOST_LISTED) break;
	}
	return all.slice(0, MOST_LISTED);
}

// --- what is under way ---

const fraction = (row) => (row.expected_items > 0 ? Math.min(row.items / row.expected_items, 1) : undefined);
const rate = (row) => (row.items_per_second ? `${count(Math.round(row.items_per_second))} items/s` : "–");

function workTable(rows) {
	return table("Work under way", [
		{ title: "Kind", render: (row) => row.kind },
		{ title: "Table", render: (row) => row.table_name ?? "–" },
		{ title: "Phase", render: (row) => (row.phase === "failed" ? statusBadge("FAILED") : row.phase) },
		{ title: "Progress", render: (row) => (row.phase === "waiting" || row.phase === "failed" ? "–" : progress(fraction(row), `${row.kind} of ${row.table_name}`)) },
		{ title: "Items", number: true, render: (row) => count(row.items) },
		{ title: "Size", number: true, render: (row) => bytes(row.bytes) },
		{ title: "Rate", number: true, render: rate },
		{ title: "Ends about", render: (row) => dated(row.estimated_end) },
		{ title: "Error", render: (row) => row.error ?? "" },
	], rows);
}

// --- what there is ---

function backupTable(rows, again) {
	const act = (row) => h("span", { class: "row-actions" }, button("Restore", async () => { await restoreBackup(row); again(); }), button("Delete", async () => { await deleteBackup(row); again(); }, { kind: "danger" }));
	return table("Backups", [
		{ title: "Name", render: (row) => row.BackupName },
		{ title: "Table", render: (row) => row.TableName },
		{ title: "Status", render: (row) => statusBadge(row.BackupStatus) },
		{ title: "Created", render: (row) => time(row.BackupCreationDateTime) },
		{ title: "Size", number: true, render: (row) => bytes(row.BackupSizeBytes) },
		{ title: "", render: act },
	], rows);
}

function deleteBackup(row) {
	return confirmDialog({ title: "Delete this backup?", text: `${row.BackupName} of ${row.TableName} will be gone for good.`, action: "Delete", typed: row.BackupName, run: async () => {
		await call("DeleteBackup", { BackupArn: row.BackupArn });
		toast(`${row.BackupName} is being deleted.`);
	} });
}

const ofTable = (arn) => /:table\/([^/]+)/.exec(arn ?? "")?.[1] ?? "–";

function exportTableView(rows) {
	return table("Exports", [
		{ title: "Table", render: (row) => ofTable(row.ExportArn) },
		{ title: "Status", render: (row) => statusBadge(row.ExportStatus) },
		{ title: "Kind", render: (row) => (row.ExportType === "INCREMENTAL_EXPORT" ? "incremental" : "full") },
		{ title: "ARN", render: (row) => row.ExportArn },
	], rows);
}

function importTableView(rows) {
	return table("Imports", [
		{ title: "Table", render: (row) => ofTable(row.TableArn ?? row.ImportArn) },
		{ title: "Status", render: (row) => statusBadge(row.ImportStatus) },
		{ title: "Format", render: (row) => row.InputFormat },
		{ title: "From", render: (row) => [row.S3BucketSource?.S3Bucket, row.S3BucketSource?.S3KeyPrefix].filter(Boolean).join("/") },
		{ title: "Begun", render: (row) => time(row.StartTime) },
		{ title: "Ended", render: (row) => time(row.EndTime) },
	], rows);
}

const phases = { failed: "FAILED", done: "COMPLETED", cancelled: "CANCELLED" };

function migrationTable(rows) {
	return table("Migrations", [
		{ title: "Source", render: (row) => row.source },
		{ title: "Target", render: (row) => row.target },
		{ title: "Direction", render: (row) => row.direction },
		{ title: "Phase", render: (row) => (phases[row.phase] ? statusBadge(phases[row.phase]) : row.phase) },
		{ title: "Items", number: true, render: (row) => count(row.scanned_items) },
		{ title: "Changes", number: true, render: (row) => count(row.applied_changes) },
		{ title: "Begun", render: (row) => dated(row.started) },
		{ title: "Ended", render: (row) => dated(row.ended) },
		{ title: "Error", render: (row) => row.error ?? "" },
	], rows);
}

function restoreTable(rows) {
	const columns = Object.keys(rows[0]).map((name) => ({ title: name.replaceAll("_", " "), render: (row) => (row[name] === null ? "–" : typeof row[name] === "object" ? JSON.stringify(row[name]) : String(row[name])) }));
	return table("Restores", columns, rows);
}

const lists = {
	Backups: { read: (signal) => some("ListBackups", "BackupSummaries", ["LastEvaluatedBackupArn", "ExclusiveStartBackupArn"], signal), show: backupTable, none: "A backup has all items of a table at one moment, and stays when the table is dropped." },
	Restores: { read: async (signal) => (await callConsole("ListRestores", {}, { signal })).Rows, show: restoreTable, none: "Tables that are being made from backups, or of a point in time, come up here." },
	Exports: { read: (signal) => some("ListExports", "ExportSummaries", ["NextToken", "NextToken"], signal), show: exportTableView, none: "An export writes a table to an object store." },
	Imports: { read: (signal) => some("ListImports", "ImportSummaryList", ["NextToken", "NextToken"], signal), show: importTableView, none: "An import makes a table of objects in a store: ImportTable." },
	Migrations: { read: async (signal) => (await allRows("ListMigrations", {}, { signal, most: MOST_LISTED })).rows, show: migrationTable, none: "A migration copies a table from DynamoDB, or to it, and follows its changes: dynamo.migrate()." },
};

// What has yet to end.
const isUnfinished = (row) => /ING$|^IN_PROGRESS$/.test(row.BackupStatus ?? row.ExportStatus ?? row.ImportStatus ?? "");

class Work {
	constructor(signal) {
		this.signal = signal;
		this.problem = h("div");
		this.current = h("div", { class: "stack" });
		this.places = Object.fromEntries(Object.keys(lists).map((name) => [name, h("div", { class: "stack" })]));
		this.tabs = tabPanel("Lists", Object.keys(lists).map((name) => ({ label: name, body: () => { this.read(name); return this.places[name]; } })), { onSelect: (index) => { this.list = Object.keys(lists)[index]; } });
	}

	async read(name) {
		const { read, show, none } = lists[name];
		try {
			const rows = await read(this.signal);
			this.unfinished = rows.some(isUnfinished);
			replace(this.places[name], rows.length ? show(rows, () => this.read(name)) : emptyState({ title: `No ${name.toLowerCase()}`, text: none }), rows.length >= MOST_LISTED && h("p", { class: "faint" }, `The first ${MOST_LISTED} are shown.`));
		} catch (error) {
			if (error.name !== "AbortError") replace(this.places[name], errorView(error, () => this.read(name)));
		}
	}

	// The list that is shown changes when some work has begun or ended.
	async step() {
		const { Rows: rows } = await callConsole("GetProgress", {}, { signal: this.signal });
		this.problem.replaceChildren();
		replace(this.current, rows.length ? workTable(rows) : h("p", { class: "faint" }, "Nothing is under way."));
		if (this.unfinished || (this.running !== undefined && this.running !== rows.length)) await this.read(this.list);
		this.running = rows.length;
	}
}

export const workScreen = {
	route: "/work",
	title: () => "Backups and transfers",
	nav: { label: "Backups", icon: "backup", section: "Operations" },
	render(root, params, { signal }) {
		const work = new Work(signal);
		const again = () => work.read(work.list);
		const actions = [button("Back up", async () => { await backUp(); again(); }, { kind: "primary" }), button("Export", async () => { await exportTable(); again(); })];
		root.append(screenHead({ title: "Backups and transfers", actions }), work.problem, section("Under way", {}, work.current), h("section", { class: "box" }, work.tabs.element));
		return poll(() => work.step(), { signal, every: EVERY, onError: (error) => replace(work.problem, errorView(error)) });
	},
};
