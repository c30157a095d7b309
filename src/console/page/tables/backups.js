// The backups of a table, and its point-in-time recovery.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { go, href, refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { textField } from "../parts/field.js";
import { bytes, time } from "../parts/format.js";
import { emptyState, facts, section, statusBadge } from "../parts/state.js";
import { table as plainTable } from "../parts/table.js";
import { toast } from "../parts/toast.js";

async function create(table) {
	const name = textField("Name", { value: `${table.TableName}-${new Date().toISOString().slice(0, 10)}` });
	const dialog = openDialog({ title: "Create backup", body: name.element, actions: [{ label: "Cancel" }, { label: "Create", kind: "primary", run: () => call("CreateBackup", { TableName: table.TableName, BackupName: name.value.trim() }) }] });
	if ((await dialog.closed) === "Create") refresh();
}

// Asks for the name of the table to restore to, and more fields where there are; `run` gets the name.
async function askRestore(title, fields, run) {
	const name = textField("Name of the new table");
	const dialog = openDialog({ title, body: [name.element, fields.map((each) => each.element)], actions: [{ label: "Cancel" }, { label: "Restore", kind: "primary", run: () => run(name.value.trim()) }] });
	if ((await dialog.closed) !== "Restore") return;
	toast(`${name.value.trim()} is being restored.`);
	go(href("tables", name.value.trim()));
}

function restore(backup) {
	return askRestore(`Restore ${backup.BackupName}`, [], (TargetTableName) => call("RestoreTableFromBackup", { TargetTableName, BackupArn: backup.BackupArn }));
}

async function remove(backup) {
	const done = await confirmDialog({ title: `Delete ${backup.BackupName}?`, text: "The backup cannot be brought back.", action: "Delete backup", run: () => call("DeleteBackup", { BackupArn: backup.BackupArn }) });
	if (done) refresh();
}

function backups(table, list) {
	if (list.length === 0) return emptyState({ title: "There are no backups of the table" });
	return plainTable("Backups", [
		{ title: "Name", render: (backup) => backup.BackupName }, { title: "Status", render: (backup) => statusBadge(backup.BackupStatus) }, { title: "Created", render: (backup) => time(backup.BackupCreationDateTime) },
		{ title: "Size", number: true, render: (backup) => bytes(backup.BackupSizeBytes) },
		{ title: "", render: (backup) => h("div", { class: "toolbar" }, button("Restore", () => restore(backup)), button(`Delete ${backup.BackupName}`, () => remove(backup), { kind: "plain", icon: "trash", iconOnly: true })) },
	], list);
}

async function setRecovery(table, PointInTimeRecoveryEnabled) {
	await call("UpdateContinuousBackups", { TableName: table.TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled } });
	refresh();
}

function restoreTo(table, recovery) {
	const moment = textField("Moment, in this browser's time zone", { type: "datetime-local", step: 1, hint: `Between ${time(recovery.EarliestRestorableDateTime)} and ${time(recovery.LatestRestorableDateTime)}; empty: the latest.` });
	return askRestore(`Restore ${table.TableName} as it was`, [moment], (TargetTableName) => call("RestoreTableToPointInTime", {
		SourceTableName: table.TableName, TargetTableName, ...(moment.value ? { RestoreDateTime: new Date(moment.value).getTime() / 1000 } : { UseLatestRestorableTime: true }),
	}));
}

function recoverySection(table, recovery) {
	const on = recovery?.PointInTimeRecoveryStatus === "ENABLED";
	const turn = on ? button("Turn off", () => setRecovery(table, false), { kind: "danger" }) : button("Turn on", () => setRecovery(table, true));
	return section("Point-in-time recovery", { actions: [on && button("Restore to a moment", () => restoreTo(table, recovery), { icon: "backup" }), turn] }, facts([
		["Status", statusBadge(recovery?.PointInTimeRecoveryStatus)], on && ["Earliest", time(recovery.EarliestRestorableDateTime)], on && ["Latest", time(recovery.LatestRestorableDateTime)], on && ["Period", `${recovery.RecoveryPeriodInDays ?? 35} days`],
	]));
}

export async function backupsTab(place, table, { signal }) {
	const [continuous, listed] = await Promise.all([call("DescribeContinuousBackups", { TableName: table.TableName }, { signal }), call("ListBackups", { TableName: table.TableName }, { signal })]);
	place.append(section("Backups", { actions: button("Create backup", () => create(table), { icon: "plus" }), note: listed.LastEvaluatedBackupArn && "the first 100" }, backups(table, listed.BackupSummaries ?? [])),
		recoverySection(table, continuous.ContinuousBackupsDescription?.PointInTimeRecoveryDescription));
}
