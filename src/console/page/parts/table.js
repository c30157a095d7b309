// A plain table, of as many rows as can be looked at.
import { h } from "../frame/dom.js";

// columns: [{ title, render(row), number }]; render returns a text or a node.
export function table(label, columns, rows) {
	const cell = (column, row) => h("td", { class: column.number ? "number" : "", "data-title": column.title, dir: "auto" }, column.render(row));
	return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label }, h("table", null, h("caption", { class: "read-out" }, label),
		h("thead", null, h("tr", null, columns.map((column) => h("th", { scope: "col", class: column.number ? "number" : "" }, column.title)))),
		h("tbody", null, rows.map((row) => h("tr", null, columns.map((column) => cell(column, row)))))));
}
