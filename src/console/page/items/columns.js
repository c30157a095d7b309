// Which attributes the grid shows.
import { h } from "../frame/dom.js";
import { openDialog } from "../parts/dialog.js";
import { checkField, searchField } from "../parts/field.js";

// Changes `hidden`, a set of names; true where the person has chosen. Keys are always shown.
export async function chooseColumns(names, hidden, keys) {
	const boxes = names.filter((name) => !keys.includes(name)).map((name) => ({ name, field: checkField(name, { checked: !hidden.has(name) }) }));
	const list = h("div", { class: "items-columns" }, boxes.map(({ field }) => field.element));
	const search = searchField("Find attributes", (text) => {
		for (const { name, field } of boxes) field.element.hidden = !name.toLowerCase().includes(text.toLowerCase());
	});
	const all = (checked) => () => {
		for (const { field } of boxes) if (!field.element.hidden) field.value = checked;
		return false;
	};
	const dialog = openDialog({
		title: "Columns", body: [search.element, list],
		actions: [{ label: "All", run: all(true) }, { label: "None", run: all(false) }, { label: "Show", kind: "primary", run: () => {
			for (const { name, field } of boxes) field.value ? hidden.delete(name) : hidden.add(name);
		} }],
	});
	return (await dialog.closed) === "Show";
}
