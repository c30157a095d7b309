// Takes items to a file and from one.
import { h, replace as show } from "../frame/dom.js";
import { openDialog } from "../parts/dialog.js";
import { selectField } from "../parts/field.js";
import { bytes, plural } from "../parts/format.js";
import { errorView, progress } from "../parts/state.js";
import { toast } from "../parts/toast.js";
import { writeAll } from "./batch.js";
import { parseCsv, toCsv } from "./csv.js";
import { formatItem, parseItems } from "./json.js";
import { readItem } from "./typed.js";
import { keyText } from "./value.js";

const MOST_FILE = 64 * 1024 * 1024;

const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");

function typedItems(text) {
	try {
		const value = JSON.parse(text);
		return (Array.isArray(value) ? value : [value]).map((each) => readItem(each.Item ?? each));
	} catch {
		return lines(text).map((line, i) => {
			try {
				const value = JSON.parse(line);
				return readItem(value.Item ?? value);
			} catch (error) {
				throw new SyntaxError(`Line ${i + 1}: ${error.message}`);
			}
		});
	}
}

const formats = {
	"Plain JSON": { ending: "json", type: "application/json", write: (items) => `[\n${items.map((item) => formatItem(item, { flat: true })).join(",\n")}\n]\n`, read: parseItems },
	"DynamoDB JSON, a line each": { ending: "jsonl", type: "application/x-ndjson", write: (items) => items.map((Item) => `${JSON.stringify({ Item })}\n`).join(""), read: typedItems },
	CSV: { ending: "csv", type: "text/csv", write: toCsv, read: parseCsv },
};

const names = Object.keys(formats);

function download(name, type, text) {
	const url = URL.createObjectURL(new Blob([text], { type }));
	h("a", { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// Of the items that are shown or selected.
export function exportItems(tableName, items) {
	const format = selectField("Format", names);
	openDialog({
		title: `Export ${plural(items.length, "item")}`, body: [format.element, h("p", { class: "faint" }, "These are the items as they are shown. An export of the whole table goes to an object store.")],
		actions: [{ label: "Cancel" }, { label: "Download", kind: "primary", run: () => {
			const { ending, type, write } = formats[format.value];
			download(`${tableName}.${ending}`, type, write(items));
		} }],
	});
}

function formatOf(fileName) {
	return names.find((name) => fileName.endsWith(`.${formats[name].ending}`)) ?? names[0];
}

// The file's items, the last of those that have one key.
async function readFile(table, file, format) {
	if (file.size > MOST_FILE) throw Object.assign(new Error(`The file has ${bytes(file.size)}: the console takes ${bytes(MOST_FILE)}. Import larger ones from an object store.`), { name: "TooLarge" });
	const items = formats[format].read(await file.text(), table);
	const keys = table.KeySchema.map((key) => key.AttributeName);
	items.forEach((item, i) => {
		const missing = keys.find((name) => item[name] === undefined);
		if (missing) throw Object.assign(new Error(`Item ${i + 1} has no ${missing}, which is of the key.`), { name: "KeyMissing" });
	});
	return [...new Map(items.map((item) => [keyText(item, keys), item])).values()];
}

// True where items have been written.
export async function importItems(table) {
	const file = h("input", { type: "file", accept: ".json,.jsonl,.csv,.txt", "aria-label": "File" });
	const format = selectField("Format", names);
	const state = h("div", { role: "status" });
	let items = [];
	let written = 0;
	async function look() {
		items = [];
		if (!file.files[0]) return;
		try {
			items = await readFile(table, file.files[0], format.value);
			show(state, h("p", null, `${plural(items.length, "item")}, ready to be put into ${table.TableName}. An item that is there with the same key is replaced.`));
		} catch (error) {
			show(state, errorView(error));
		}
	}
	file.addEventListener("change", () => {
		format.value = formatOf(file.files[0]?.name ?? "");
		look();
	});
	format.input.addEventListener("change", look);
	const dialog = openDialog({
		title: `Import into ${table.TableName}`, body: [file, format.element, state],
		actions: [{ label: "Cancel" }, { label: "Import", kind: "primary", run: async (signal) => {
			if (items.length === 0) return false;
			await writeAll(table.TableName, items.map((Item) => ({ PutRequest: { Item } })), { signal, onProgress: (done) => {
				written = done;
				show(state, progress(done / items.length, "Importing"));
			} });
			toast(`${plural(written, "item")} imported.`);
		} }],
	});
	await dialog.closed;
	return written > 0;
}
