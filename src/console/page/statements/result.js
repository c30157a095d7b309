// Items as a grid and as JSON.
import { h } from "../frame/dom.js";
import { formatItem } from "../items/json.js";
import { itemOf, preview, typeOf } from "../items/value.js";
import { codeView } from "../parts/code.js";
import { openDialog } from "../parts/dialog.js";
import { grid } from "../parts/grid.js";

const MOST_COLUMNS = 60;
const MOST_CHARACTERS = 200000;

// A text that a browser shows without effort.
const cut = (text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n… and ${text.length - MOST_CHARACTERS} more characters` : text);

export const plainText = (item) => cut(formatItem(itemOf(item)));
export const typedText = (value) => cut(JSON.stringify(value, null, 2));

// Both forms of JSON of items, or of one.
export function jsonView(items) {
	const plain = Array.isArray(items) ? () => cut(items.map((item) => formatItem(itemOf(item))).join("\n")) : () => plainText(items);
	return codeView({ "Plain JSON": plain, "DynamoDB JSON": () => typedText(items) }, "Forms of JSON");
}

function names(items) {
	const found = new Set();
	for (const item of items) for (const name of Object.keys(item)) found.add(name);
	return [...found];
}

function column(name) {
	const render = ({ item }) => Object.hasOwn(item, name) && h("span", { class: `value-${typeOf(item[name])}` }, preview(item[name]));
	return { title: name, width: [9, 1], render: (row) => render(row) || "" };
}

// Enter, or a double click, shows an item as a whole.
export function itemGrid(items) {
	const all = names(items);
	const made = grid({ label: "Items", columns: all.slice(0, MOST_COLUMNS).map(column), rowKey: (row) => String(row.index), onActivate: (row) => openDialog({ title: "Item", size: "wide", body: jsonView(row.item) }) });
	made.setRows(items.map((item, index) => ({ item, index })));
	return [made.element, all.length > MOST_COLUMNS && h("p", { class: "faint" }, `${all.length - MOST_COLUMNS} more attributes are in JSON alone.`)].filter(Boolean);
}
