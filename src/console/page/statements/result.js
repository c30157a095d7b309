// Items as a grid and as JSON.
import { h } from "../frame/dom.js";
import { grid } from "../parts/grid.js";
import { openDialog } from "../parts/dialog.js";
import { codeView } from "../parts/code.js";

const MOST_COLUMNS = 60;
const MOST_SHOWN = 200;

// Numbers of plain JSON keep all of their digits.
class Digits {
	constructor(text) {
		this.text = text;
	}
}

const plainTypes = {
	S: (text) => text,
	N: (text) => new Digits(text),
	BOOL: (value) => value,
	NULL: () => null,
	M: (map) => plainItem(map),
	L: (list) => list.map(plainValue),
	NS: (list) => list.map((text) => new Digits(text)),
};

function plainValue(value) {
	const [type, content] = Object.entries(value)[0];
	return plainTypes[type]?.(content) ?? content;
}

// An item as the JSON that a person would write; binaries are base64, sets are lists.
export function plainItem(item) {
	return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

// JSON with a member a line. Unlike JSON.stringify it writes numbers by their digits.
export function pretty(value, indent = "") {
	const inner = `${indent}  `;
	if (value instanceof Digits) return value.text;
	if (Array.isArray(value)) return value.length ? `[\n${value.map((each) => inner + pretty(each, inner)).join(",\n")}\n${indent}]` : "[]";
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	const members = Object.entries(value);
	return members.length ? `{\n${members.map(([name, each]) => `${inner}${JSON.stringify(name)}: ${pretty(each, inner)}`).join(",\n")}\n${indent}}` : "{}";
}

const cut = (text) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

// The text of a value in a cell.
export function shortValue(value) {
	if (value === undefined) return "";
	const [type, content] = Object.entries(value)[0];
	if (type === "S" || type === "N" || type === "B") return cut(content);
	if (type === "BOOL" || type === "NULL") return type === "NULL" ? "null" : String(content);
	return cut(JSON.stringify(content));
}

function names(items) {
	const found = new Set();
	for (const item of items) for (const name of Object.keys(item)) found.add(name);
	return [...found];
}

function column(name) {
	const render = (row) => {
		const value = row.item[name];
		return value === undefined ? h("span", { class: "faint" }, "") : h("span", { class: `value-${Object.keys(value)[0]}` }, shortValue(value));
	};
	return { title: name, width: [9, 1], render };
}

export function showItem(item, title = "Item") {
	openDialog({ title, size: "wide", body: codeView({ "Plain JSON": () => pretty(plainItem(item)), "DynamoDB JSON": () => pretty(item) }, "Forms of JSON") });
}

// Enter, or a double click, shows an item as a whole.
export function itemGrid(items) {
	const all = names(items);
	const made = grid({ label: "Items", columns: all.slice(0, MOST_COLUMNS).map(column), rowKey: (row) => String(row.index), onActivate: (row) => showItem(row.item) });
	made.setRows(items.map((item, index) => ({ item, index })));
	return [made.element, all.length > MOST_COLUMNS && h("p", { class: "faint" }, `${all.length - MOST_COLUMNS} more attributes are in JSON alone.`)].filter(Boolean);
}
