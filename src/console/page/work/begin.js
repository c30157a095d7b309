// Dialogs that begin a backup, a restore or an export. Each is a promise that ends with its dialog.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { openDialog } from "../parts/dialog.js";
import { selectField, textField } from "../parts/field.js";
import { toast } from "../parts/toast.js";

// Whether all of these are filled in; the first that is not says so.
function filled(...fields) {
	for (const field of fields) field.error("");
	const empty = fields.find((field) => !field.value.trim());
	empty?.error("This is needed.");
	return empty === undefined;
}

// `run` gets no arguments, and returns false where something is missing.
function ask(title, note, fields, label, run) {
	return openDialog({ title, body: [note && h("p", { class: "faint" }, note), fields.map((field) => field.element)], actions: [{ label: "Cancel" }, { label, kind: "primary", run }] }).closed;
}

export function backUp() {
	const name = textField("Table");
	const backup = textField("Name of the backup");
	return ask("Back up a table", "It is made in the background, and holds nobody up.", [name, backup], "Back up", async () => {
		if (!filled(name, backup)) return false;
		await call("CreateBackup", { TableName: name.value.trim(), BackupName: backup.value.trim() });
		toast(`${backup.value.trim()} is being made.`);
	});
}

export function restoreBackup(row) {
	const name = textField("Name of the new table", { value: `${row.TableName}-restored` });
	return ask(`Restore ${row.BackupName}`, "A backup is restored to a new table.", [name], "Restore", async () => {
		if (!filled(name)) return false;
		await call("RestoreTableFromBackup", { BackupArn: row.BackupArn, TargetTableName: name.value.trim() });
		toast(`${name.value.trim()} is being restored.`);
	});
}

export function exportTable() {
	const name = textField("Table");
	const bucket = textField("Bucket");
	const prefix = textField("Prefix", { hint: "What the names of the objects begin with." });
	const format = selectField("Format", [["DYNAMODB_JSON", "DynamoDB JSON"], ["ION", "Ion text"]]);
	return ask("Export a table", "The table needs point-in-time recovery, and your role a grant on the bucket.", [name, bucket, prefix, format], "Export", async () => {
		if (!filled(name, bucket)) return false;
		const { Table } = await call("DescribeTable", { TableName: name.value.trim() });
		await call("ExportTableToPointInTime", { TableArn: Table.TableArn, S3Bucket: bucket.value.trim(), S3Prefix: prefix.value.trim() || undefined, ExportFormat: format.value });
		toast(`${name.value.trim()} is being exported.`);
	});
}
