// The items of a table: what to read, the page that came, and what to do with it.
import { h, replace } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { href } from "../frame/router.js";
import { button, linkButton } from "../parts/button.js";
import { openDialog } from "../parts/dialog.js";
import { count, plural } from "../parts/format.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { requestCode } from "../parts/request_code.js";
import { emptyState, loading } from "../parts/state.js";
import { RequestBuilder } from "./builder.js";
import { deleteAll, deleteItems } from "./bulk.js";
import { chooseColumns } from "./columns.js";
import { countAll } from "./count.js";
import { editItem, editItems, newItem } from "./editor.js";
import { exportItems, importItems } from "./transfer.js";
import { itemOf, keyOf, keyText, preview, typeOf } from "./value.js";

const FIRST_COLUMNS = 8;

// Rows of the page before are drawn once with the new columns: they have none.
const score = (value) => (value === undefined ? "" : String(Number(value.toPrecision(6))));

class Explorer {
	constructor(table, params, signal) {
		Object.assign(this, { table, signal, items: [], starts: [undefined], page: 0, hidden: new Set(), known: [] });
		this.keys = table.KeySchema.map((key) => key.AttributeName);
		this.builder = new RequestBuilder(table, { indexName: params.index, onRun: () => this.run() });
		this.status = h("span", { class: "note", role: "status" });
		this.pager = h("div", { class: "toolbar" });
		this.picked = h("div", { class: "toolbar items-picked", hidden: true });
		this.place = h("div", { class: "stack" });
		// What goes through all pages of the request: a search has none.
		this.ofPages = h("span", { class: "toolbar" }, this.pager, button("Count", () => countAll(this.request ?? this.builder.request(), this.signal)),
			button("Delete all that fit", () => this.deleteAll(), { kind: "danger" }));
		this.grid = grid({
			label: `Items of ${table.TableName}`, columns: [], selectable: true, rowKey: (item) => keyText(item, this.keys),
			onActivate: (item) => this.edit(item), onSelect: (items) => this.drawPicked(items),
		});
	}

	// Reads from the first page on.
	async run() {
		this.request = this.builder.request();
		this.starts = [undefined];
		this.page = 0;
		await this.read();
	}

	async read() {
		const { operation, input } = this.request;
		replace(this.place, loading("Reading…"));
		const begun = performance.now();
		try {
			const answer = await call(operation, { ...input, ExclusiveStartKey: this.starts[this.page] }, { signal: this.signal });
			this.show(operation === "SearchVectors" ? this.found(answer) : answer, performance.now() - begun);
		} catch (error) {
			replace(this.place);
			throw error;
		}
	}

	// The answer of a search in the form of a query's, with the scores of the items.
	found({ SearchResults, ConsumedCapacity }) {
		const Count = SearchResults.length;
		return { Items: SearchResults.map(({ Item }) => Item), scores: SearchResults.map(({ Score }) => Score), Count, ScannedCount: Count, ConsumedCapacity };
	}

	show(answer, ms) {
		this.items = (answer.Items ?? []).map(itemOf);
		this.scores = answer.scores && new Map(answer.scores.map((score, i) => [this.items[i], score]));
		this.ofPages.hidden = Boolean(this.scores);
		this.starts[this.page + 1] = answer.LastEvaluatedKey;
		const capacity = answer.ConsumedCapacity?.CapacityUnits;
		this.status.textContent = [plural(this.items.length, "item"), answer.ScannedCount !== answer.Count && `of ${count(answer.ScannedCount)} read`, capacity !== undefined && plural(capacity, "capacity unit"), `${Math.round(ms)} ms`].filter(Boolean).join(" · ");
		this.learn();
		this.drawPager();
		this.draw();
	}

	draw() {
		if (this.items.length === 0) {
			replace(this.place, this.none());
			this.drawPicked([]);
			return;
		}
		replace(this.place, this.grid.element);
		this.grid.setColumns(this.columns());
		this.grid.setRows(this.items);
	}

	none() {
		if (this.starts[this.page + 1]) return emptyState({ title: "No item on this page fits", text: "The filter left none of those that were read. The next page reads on.", actions: [button("Next page", () => this.turn(1))] });
		if (this.page > 0 || this.request.input.FilterExpression || this.request.operation !== "Scan") return emptyState({ title: "No items fit", text: "Change what is asked for above, or read the whole table." });
		return emptyState({ title: "The table has no items", text: "Create one by hand, or import a file of them.", actions: [button("Create item", () => this.create(), { kind: "primary", icon: "plus" }), button("Import", () => this.import(), { icon: "upload" })] });
	}

	// The attributes that have been seen, keys first; further ones than can be looked at begin hidden.
	learn() {
		const names = new Set([...this.keys, ...this.builder.chosenIndex.keys.map((key) => key.name), ...this.known]);
		for (const item of this.items) for (const name of Object.keys(item)) names.add(name);
		for (const [i, name] of [...names].entries()) if (i >= FIRST_COLUMNS && !this.known.includes(name)) this.hidden.add(name);
		this.known = [...names];
		this.builder.propose(this.known);
	}

	columns() {
		const attributes = this.known.filter((name) => !this.hidden.has(name)).map((name) => ({ title: name, width: [9, 1], render: (item) => this.cell(item, name) }));
		return this.scores ? [{ title: "Score", width: [8, 0], number: true, render: (item) => score(this.scores.get(item)) }, ...attributes] : attributes;
	}

	cell(item, name) {
		const value = item[name];
		if (value === undefined) return h("span", { class: "faint", "aria-label": "absent" }, "");
		const text = preview(value);
		if (name === this.keys[0]) return h("button", { type: "button", tabindex: "-1", class: "items-open", dir: "auto", onclick: () => this.edit(item) }, text || "(empty)");
		return h("span", { class: `items-value type-${typeOf(value)}`, title: typeOf(value) }, text);
	}

	drawPager() {
		const more = this.starts[this.page + 1] !== undefined;
		replace(this.pager,
			button("Previous page", () => this.turn(-1), { icon: "left", iconOnly: true, disabled: this.page === 0 }), h("span", null, `Page ${count(this.page + 1)}${more ? "" : " (last)"}`),
			button("Next page", () => this.turn(1), { icon: "right", iconOnly: true, disabled: !more }));
	}

	async turn(step) {
		this.page += step;
		try {
			await this.read();
		} catch (error) {
			this.page -= step;
			throw error;
		}
	}

	drawPicked(items) {
		this.picked.hidden = items.length === 0;
		replace(this.picked, h("strong", null, `${plural(items.length, "item")} selected`),
			button("Edit", () => this.editMany(items), { icon: "edit" }), items.length === 1 && this.builder.vectors.length > 0 && button("Find similar", () => this.findSimilar(items[0])), button("Export", () => exportItems(this.table.TableName, items), { icon: "download" }),
			button("Delete", () => this.delete(items), { kind: "danger", icon: "trash" }), button("Clear selection", () => this.grid.clearSelection(), { kind: "plain" }));
	}

	async edit(item) {
		if (await editItem(this.table, item, this.signal)) await this.read();
	}

	async editMany(items) {
		if (await editItems(this.table, items, this.signal)) await this.read();
	}

	// An index need not project the vector, so the item is read by its key.
	async findSimilar(item) {
		const { Item } = await call("GetItem", { TableName: this.table.TableName, Key: keyOf(item, this.keys), ConsistentRead: true }, { signal: this.signal });
		this.builder.searchLike(itemOf(Item ?? {}));
		await this.run();
	}

	async create(item) {
		if (await newItem(this.table, item, this.signal)) await (this.request ? this.read() : this.run());
	}

	async delete(items) {
		if (await deleteItems(this.table, items)) await this.read();
	}

	async deleteAll() {
		if (await deleteAll(this.table, this.request ?? this.builder.request(), this.signal)) await this.run();
	}

	async import() {
		if (await importItems(this.table)) await this.run();
	}

	showRequest() {
		const { operation, input } = this.builder.request();
		openDialog({ title: `${operation} in other languages`, body: requestCode(operation, input), size: "wide" });
	}

	async chooseColumns() {
		if (await chooseColumns(this.known, this.hidden, this.keys)) this.draw();
	}

	results() {
		return h("section", { class: "stack", "aria-label": "Items" },
			h("div", { class: "toolbar" }, this.status, h("div", { class: "actions" }, button("Columns", () => this.chooseColumns(), { icon: "columns" }),
				button("Export page", () => exportItems(this.table.TableName, this.items), { icon: "download" }), button("Import", () => this.import(), { icon: "upload" }), this.ofPages)),
			this.picked, this.place);
	}
}

export const itemsScreen = {
	route: "/items/:table",
	title: ({ table }) => `Items of ${table}`,
	parent: "/tables",
	async render(root, params, { signal }) {
		root.append(screenHead({ title: params.table, crumbs: [["Tables", "#/tables"], [params.table, href("tables", params.table)], ["Items", href("items", params.table)]] }));
		const { Table } = await call("DescribeTable", { TableName: params.table }, { signal });
		const explorer = new Explorer(Table, params, signal);
		replace(root, screenHead({
			title: params.table, note: "Items", crumbs: [["Tables", "#/tables"], [params.table, href("tables", params.table)]],
			actions: [linkButton("Table", href("tables", params.table), { icon: "table" }), button("As code", () => explorer.showRequest()), button("Create item", () => explorer.create(), { kind: "primary", icon: "plus" })],
		}), explorer.builder.element, explorer.results());
		if (explorer.builder.isSearch) replace(explorer.place, emptyState({ title: "Near to what?", text: "Give a vector above, or find an item by Scan and press Find similar." }));
		else await explorer.run();
	},
};
