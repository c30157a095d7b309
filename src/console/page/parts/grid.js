// A grid of rows of one height, of which only those in sight are in the document, so that ten thousand are
// no more work than twenty. The focus is the grid's own; the active cell is told by aria-activedescendant.
import { h, newId } from "../frame/dom.js";

const OVERSCAN = 6;

// The keys that move the active cell: what becomes of [row, column].
const moves = {
	ArrowDown: ([row, column]) => [row + 1, column],
	ArrowUp: ([row, column]) => [row - 1, column],
	ArrowRight: ([row, column]) => [row, column + 1],
	ArrowLeft: ([row, column]) => [row, column - 1],
	PageDown: ([row, column], page) => [row + page, column],
	PageUp: ([row, column], page) => [row - page, column],
	Home: ([row], page, event) => [event.ctrlKey ? 0 : row, 0],
	End: ([row], page, event) => [event.ctrlKey ? Infinity : row, Infinity],
};

const clamp = (value, most) => Math.max(0, Math.min(value, most));

class Grid {
	// See grid() below.
	constructor(options) {
		Object.assign(this, { rowHeight: 32, selectable: false, rows: [], active: [0, 0], shown: new Map(), picked: new Set(), anchor: 0, sorted: null }, options);
		this.id = newId("grid");
		this.header = h("div", { class: "grid-header", role: "row", "aria-rowindex": 1 });
		this.body = h("div", { class: "grid-body", role: "rowgroup" });
		this.element = h("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": this.label, "aria-multiselectable": this.selectable ? "true" : undefined },
			h("div", { role: "rowgroup", class: "grid-head" }, this.header), this.body);
		this.element.addEventListener("keydown", (event) => this.onKey(event));
		this.element.addEventListener("scroll", () => this.draw());
		this.body.addEventListener("click", (event) => this.onClick(event));
		this.body.addEventListener("dblclick", (event) => this.onDoubleClick(event));
		new ResizeObserver(() => this.draw()).observe(this.element);
		this.setColumns(this.columns);
	}

	setColumns(columns) {
		this.columns = columns;
		const widths = columns.map((column) => column.width ?? [9, 1]);
		if (this.selectable) widths.unshift([2.5, 0]);
		this.element.style.setProperty("--columns", widths.map(([least, share]) => (share ? `minmax(${least}rem, ${share}fr)` : `${least}rem`)).join(" "));
		this.element.style.setProperty("--least", `${widths.reduce((sum, [least]) => sum + least, 0)}rem`);
		this.element.setAttribute("aria-colcount", this.cells().length);
		this.drawHeader();
		this.redraw();
	}

	// The rows, in place of those before. What was selected and is gone is no longer selected.
	setRows(rows, { keepPlace = false } = {}) {
		this.rows = this.sorted ? this.sort(rows) : rows;
		const kept = new Set(rows.map(this.rowKey));
		for (const key of this.picked) if (!kept.has(key)) this.picked.delete(key);
		this.element.setAttribute("aria-rowcount", rows.length + 1);
		this.body.style.height = `${rows.length * this.rowHeight}px`;
		if (!keepPlace) {
			this.element.scrollTop = 0;
			this.active = [0, 0];
		}
		this.redraw();
		this.tellSelection();
	}

	get selected() {
		return this.rows.filter((row) => this.picked.has(this.rowKey(row)));
	}

	clearSelection() {
		this.picked.clear();
		this.redraw();
		this.tellSelection();
	}

	focus() {
		this.element.focus();
	}

	// The columns, before them that of the boxes where rows can be selected.
	cells() {
		return this.selectable ? [null, ...this.columns] : this.columns;
	}

	drawHeader() {
		this.header.replaceChildren(...this.cells().map((column, i) => h("div", { role: "columnheader", class: `cell ${column?.number ? "number" : ""}`, "aria-colindex": i + 1, "aria-sort": this.sorted?.column === column ? this.sorted.direction : undefined },
			column === null ? this.allBox() : this.title(column))));
	}

	allBox() {
		this.all = h("input", { type: "checkbox", tabindex: "-1", "aria-label": "Select all rows", onchange: () => this.pickAll(this.all.checked) });
		return this.all;
	}

	title(column) {
		if (!column.compare) return h("span", { dir: "auto", title: column.title }, column.title);
		return h("button", { type: "button", class: "sort", onclick: () => this.sortBy(column) }, column.title);
	}

	sort(rows) {
		const { column, direction } = this.sorted;
		const sign = direction === "ascending" ? 1 : -1;
		return [...rows].sort((a, b) => sign * column.compare(a, b));
	}

	sortBy(column) {
		const again = this.sorted?.column === column && this.sorted.direction === "ascending";
		this.sorted = { column, direction: again ? "descending" : "ascending" };
		this.drawHeader();
		this.setRows(this.rows);
	}

	redraw() {
		for (const node of this.shown.values()) node.remove();
		this.shown.clear();
		this.draw();
	}

	range() {
		const head = this.header.offsetHeight;
		const first = Math.floor(this.element.scrollTop / this.rowHeight);
		const last = Math.ceil((this.element.scrollTop + this.element.clientHeight - head) / this.rowHeight);
		return [Math.max(0, first - OVERSCAN), Math.min(this.rows.length, last + OVERSCAN)];
	}

	// Brings the document's rows in line with what is in sight.
	draw() {
		const [from, to] = this.range();
		for (const [index, node] of this.shown) {
			if (index >= from && index < to) continue;
			node.remove();
			this.shown.delete(index);
		}
		const added = [];
		for (let index = from; index < to; index++) {
			if (!this.shown.has(index)) added.push(this.addRow(index));
		}
		this.mark();
		if (added.length > 0) this.onVisible?.(added);
	}

	addRow(index) {
		const row = this.rows[index];
		const node = h("div", { class: "grid-row", role: "row", id: `${this.id}-${index}`, "aria-rowindex": index + 2 }, this.cells().map((column, i) => this.cell(column, row, index, i)));
		node.style.transform = `translateY(${index * this.rowHeight}px)`;
		node.dataset.index = index;
		this.shown.set(index, node);
		this.body.append(node);
		return row;
	}

	cell(column, row, index, i) {
		const content = column === null ? h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select row ${index + 1}` }) : column.render(row);
		return h("div", { role: "gridcell", class: `cell ${column?.number ? "number" : ""}`, id: `${this.id}-${index}-${i}`, "aria-colindex": i + 1, dir: "auto" }, content);
	}

	// Draws a row again, where it is in sight.
	refresh(row) {
		const index = this.rows.indexOf(row);
		const node = this.shown.get(index);
		if (!node) return;
		node.replaceChildren(...this.cells().map((column, i) => this.cell(column, row, index, i)));
		this.mark();
	}

	// The marks of the active cell and of what is selected.
	mark() {
		const [activeRow, activeColumn] = this.active;
		for (const [index, node] of this.shown) {
			const picked = this.picked.has(this.rowKey(this.rows[index]));
			node.classList.toggle("active", index === activeRow);
			if (this.selectable) {
				node.setAttribute("aria-selected", String(picked));
				node.firstChild.firstChild.checked = picked;
			}
			[...node.children].forEach((cell, i) => cell.classList.toggle("active", index === activeRow && i === activeColumn));
		}
		if (this.rows.length > 0) this.element.setAttribute("aria-activedescendant", `${this.id}-${activeRow}-${activeColumn}`);
		else this.element.removeAttribute("aria-activedescendant");
		if (!this.all) return;
		this.all.checked = this.picked.size > 0 && this.picked.size === this.rows.length;
		this.all.indeterminate = this.picked.size > 0 && !this.all.checked;
	}

	moveTo([row, column]) {
		this.active = [clamp(row, this.rows.length - 1), clamp(column, this.cells().length - 1)];
		this.reveal(this.active[0]);
		this.draw();
		this.shown.get(this.active[0])?.children[this.active[1]]?.scrollIntoView({ block: "nearest", inline: "nearest" });
	}

	reveal(index) {
		const top = index * this.rowHeight;
		const room = this.element.clientHeight - this.header.offsetHeight;
		if (top < this.element.scrollTop) this.element.scrollTop = top;
		else if (top + this.rowHeight > this.element.scrollTop + room) this.element.scrollTop = top + this.rowHeight - room;
	}

	pick(index, { extend } = {}) {
		const key = this.rowKey(this.rows[index]);
		const on = !this.picked.has(key);
		const [from, to] = extend ? [Math.min(this.anchor, index), Math.max(this.anchor, index)] : [index, index];
		for (let i = from; i <= to; i++) {
			const each = this.rowKey(this.rows[i]);
			if (on) this.picked.add(each);
			else this.picked.delete(each);
		}
		this.anchor = index;
		this.mark();
		this.tellSelection();
	}

	pickAll(on) {
		this.picked = new Set(on ? this.rows.map(this.rowKey) : []);
		this.mark();
		this.tellSelection();
	}

	tellSelection() {
		if (this.selectable) this.onSelect?.(this.selected);
	}

	onKey(event) {
		if (event.target !== this.element || this.rows.length === 0) return;
		const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 2);
		if (moves[event.key]) this.moveTo(moves[event.key](this.active, page, event));
		else if (event.key === "Enter") this.onActivate?.(this.rows[this.active[0]]);
		else if (event.key === " " && this.selectable) this.pick(this.active[0], { extend: event.shiftKey });
		else if (event.key === "a" && event.ctrlKey && this.selectable) this.pickAll(true);
		else return;
		event.preventDefault();
	}

	onClick(event) {
		const node = event.target.closest(".grid-row");
		if (!node) return;
		const index = Number(node.dataset.index);
		const column = [...node.children].findIndex((cell) => cell.contains(event.target));
		this.active = [index, Math.max(column, 0)];
		if (this.selectable && column === 0) this.pick(index, { extend: event.shiftKey });
		this.mark();
	}

	onDoubleClick(event) {
		const node = event.target.closest(".grid-row");
		if (node && !event.target.closest("input, a, button")) this.onActivate?.(this.rows[Number(node.dataset.index)]);
	}
}

// Makes a grid. Options:
//   label       what it is a grid of, for screen readers
//   columns     [{ title, render(row), width, number, compare(a, b) }]; render returns a text or a node, `width` is
//               [rem at least, share of what is left]; a column with `compare` can be sorted by
//   rowKey      what a row is told from others by: a text
//   selectable  whether rows can be selected, by boxes, Space (with Shift: all between) and Ctrl+A
//   onSelect    gets the rows that are selected, when that changes
//   onActivate  gets the row of Enter or of a double click
//   onVisible   gets rows as they come into sight
// Returns { element, setRows(rows), setColumns(columns), rows, selected, clearSelection(), refresh(row), focus() }.
// The element is as high as its style says: give it a bound, or it has as many rows as there are.
export function grid(options) {
	return new Grid(options);
}
