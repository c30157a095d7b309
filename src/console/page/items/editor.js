// Edits items: as a form, as plain JSON, and as DynamoDB's JSON.
import { h } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { openDialog } from "../parts/dialog.js";
import { areaField, checkField } from "../parts/field.js";
import { plural } from "../parts/format.js";
import { requestCode } from "../parts/request_code.js";
import { tabPanel } from "../parts/tabs.js";
import { toast } from "../parts/toast.js";
import { IncompleteForm } from "./builder.js";
import { askConflict } from "./conflict.js";
import { mapEditor } from "./form.js";
import { formatItem, parseItems } from "./json.js";
import { Conflict, create, save, saveRequest } from "./save.js";
import { parseTyped } from "./typed.js";
import { equal, itemOf, keyOf, keyText } from "./value.js";

const keysOf = (table) => table.KeySchema.map((key) => key.AttributeName);

// A text that is read by `parse`, which throws what a person can mend.
function textView(text, label, parse) {
	const field = areaField(label, { value: text, rows: 18, hideLabel: true });
	return { element: field.element, read: () => {
		field.error("");
		try {
			return parse(field.value);
		} catch (error) {
			field.error(error.message);
			throw new IncompleteForm();
		}
	} };
}

function formView(items, fixed) {
	const form = mapEditor(items[0], fixed);
	return { element: form.element, read: () => [form.read()] };
}

// Views of a list of items, between which one may go to and fro. read() gives the items of the one that is shown.
// The form is of one item.
function views(items, { fixed, withForm }) {
	let current = items;
	let view = null;
	const plainText = () => (current.length === 1 ? formatItem(current[0]) : `[\n${current.map((item) => formatItem(item)).join(",\n")}\n]`);
	const typedText = () => JSON.stringify(current.length === 1 ? current[0] : current, null, 2);
	const show = (made) => {
		view = made;
		return made.element;
	};
	const each = [
		withForm && { label: "Form", body: () => show(formView(current, fixed)) },
		{ label: "JSON", body: () => show(textView(plainText(), "Plain JSON", parseItems)) },
		{ label: "DynamoDB JSON", body: () => show(textView(typedText(), "DynamoDB JSON", parseTyped)) },
	].filter(Boolean);
	const panel = tabPanel("Ways to edit", each, { onSelect: (index) => {
		if (!view) return true;
		try {
			current = view.read();
		} catch (error) {
			if (error.quiet) return false;
			throw error;
		}
		if (each[index].label !== "Form" || current.length === 1) return true;
		toast("The form is of one item.", "error");
		return false;
	} });
	return { element: panel.element, read: () => view.read(), show: (changed) => {
		current = changed;
		view = null;
		panel.select(panel.index);
	} };
}

// The whole item: what a grid shows may be a projection of an index.
async function readWhole(table, item, signal) {
	const { Item } = await call("GetItem", { TableName: table.TableName, Key: keyOf(item, keysOf(table)), ConsistentRead: true }, { signal });
	if (!Item) throw Object.assign(new Error("The item has been deleted since it was read."), { name: "NotFound" });
	return keyFirst(table, itemOf(Item));
}

// The item with its key's attributes before the others.
function keyFirst(table, item) {
	return Object.assign(keyOf(item, keysOf(table)), item);
}

// Saves; where there is a conflict asks, and saves again where it is to be overwritten. False: go on editing.
async function saveOrAsk(table, state, mine, show) {
	for (;;) {
		try {
			if (!(await save(table, state.read, mine))) toast("Nothing was changed.");
			else toast("The item is saved.");
			return true;
		} catch (error) {
			if (!(error instanceof Conflict)) throw error;
			const choice = await askConflict({ read: state.read, stored: error.stored, mine });
			if (choice === "Go on editing") return false;
			if (choice === "Take what is stored") {
				state.read = error.stored ?? state.read;
				if (error.stored) show([keyFirst(table, error.stored)]);
				return error.stored === null;
			}
			if (error.stored === null) return overwriteDeleted(table, mine);
			state.read = error.stored;
		}
	}
}

async function overwriteDeleted(table, mine) {
	await create(table, mine);
	toast("The item is there again.");
	return true;
}

function checkKey(table, before, after) {
	for (const name of keysOf(table)) if (!equal(before[name], after[name])) throw Object.assign(new Error(`${name} is of the key: an item of another key is another item. Copy this one to make it.`), { name: "KeyChanged" });
}

function one(items) {
	if (items.length !== 1) throw Object.assign(new Error("This is not one item."), { name: "NotOneItem" });
	return items[0];
}

// True where the table may have changed.
export async function editItem(table, shown, signal) {
	const state = { read: await readWhole(table, shown, signal) };
	const view = views([state.read], { withForm: true, fixed: keysOf(table).map((name) => ({ name, locked: true })) });
	let copy = null;
	const dialog = openDialog({
		title: "Edit item", size: "wide", body: view.element,
		actions: [
			{ label: "Cancel" }, { label: "Copy", run: () => { copy = one(view.read()); } },
			{ label: "As code", run: () => {
				const { operation, input } = saveRequest(table, state.read, one(view.read()));
				openDialog({ title: `${operation} in other languages`, body: requestCode(operation, input), size: "wide" });
				return false;
			} },
			{ label: "Save", kind: "primary", run: () => {
				const mine = one(view.read());
				checkKey(table, state.read, mine);
				return saveOrAsk(table, state, mine, view.show);
			} },
		],
	});
	const label = await dialog.closed;
	return label === "Copy" ? newItem(table, copy, signal) : label === "Save";
}

function blank(table) {
	const types = Object.fromEntries(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
	return itemOf(Object.fromEntries(keysOf(table).map((name) => [name, { [types[name]]: types[name] === "N" ? "0" : "" }])));
}

// A new item, or several where JSON lists them; `copied` is what the form begins with. True where some were written.
export async function newItem(table, copied, signal) {
	const view = views([copied ?? blank(table)], { withForm: true, fixed: keysOf(table).map((name) => ({ name })) });
	const replace = checkField("Replace an item of the same key");
	const written = new Set();
	const dialog = openDialog({
		title: "Create item", size: "wide", body: [view.element, h("p", { class: "faint" }, "JSON may list several items."), replace.element],
		actions: [{ label: "Cancel" }, { label: "Create", kind: "primary", run: async () => {
			// What was written before an error is not written again.
			for (const item of view.read()) {
				const key = keyText(item, keysOf(table));
				if (written.has(key)) continue;
				await create(table, item, { replace: replace.value });
				written.add(key);
			}
			toast(`${plural(written.size, "item")} created.`);
		} }],
	});
	await dialog.closed;
	return written.size > 0;
}

// Several at once, as JSON: each is saved as if it were alone. Items that are left out of the text stay as they are.
export async function editItems(table, shown, signal) {
	if (shown.length === 1) return editItem(table, shown[0], signal);
	const keys = keysOf(table);
	const read = [];
	for (const item of shown) read.push(await readWhole(table, item, signal));
	const before = new Map(read.map((item) => [keyText(item, keys), item]));
	const view = views(read, { withForm: false, fixed: [] });
	let saved = 0;
	const dialog = openDialog({
		title: `Edit ${plural(read.length, "item")}`, size: "wide", body: [h("p", { class: "faint" }, "Each item is saved by its key. What is left out of the text stays as it is."), view.element],
		actions: [{ label: "Cancel" }, { label: "Save", kind: "primary", run: async () => {
			const mine = view.read();
			const stranger = mine.find((item) => !before.has(keyText(item, keys)));
			if (stranger) throw Object.assign(new Error(`${JSON.stringify(keyOf(stranger, keys))} is not the key of one of these items.`), { name: "KeyChanged" });
			saved += await saveEach(table, before, mine);
			toast(`${plural(saved, "item")} saved.`);
		} }],
	});
	await dialog.closed;
	return saved > 0;
}

// How many have been changed. What is saved counts as read from then on, so that saving again goes on where it ended.
async function saveEach(table, before, mine) {
	let saved = 0;
	for (const item of mine) {
		const key = keyText(item, keysOf(table));
		if (!(await save(table, before.get(key), item))) continue;
		before.set(key, item);
		saved++;
	}
	return saved;
}
