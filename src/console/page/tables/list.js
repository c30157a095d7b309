// The tables: names are listed to the end, sizes are asked for only of what is in sight.
import { h, replace } from "../frame/dom.js";
import { call, pages } from "../frame/api.js";
import { inSight } from "../frame/in_sight.js";
import { go, href, refresh } from "../frame/router.js";
import { button, linkButton } from "../parts/button.js";
import { searchField } from "../parts/field.js";
import { bytes, count, plural } from "../parts/format.js";
import { sparkline } from "../parts/chart.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { emptyState, statusBadge } from "../parts/state.js";
import { historyReader, watchTraffic } from "./traffic.js";

// Milliseconds between two looks of a list whose names still come.
const DRAW_EVERY = 250;
const HISTORY_EVERY = 60000;

// Of a row { name, table }: `table` is missing until it is described, and null where that failed.
function columns() {
	const of = (read) => (row) => (row.table === undefined ? h("span", { class: "faint" }, "…") : row.table === null ? "–" : read(row.table));
	return [
		{ title: "Name", width: [12, 2], render: (row) => h("a", { href: href("tables", row.name), tabindex: "-1" }, row.name), compare: (a, b) => (a.name < b.name ? -1 : 1) },
		{ title: "Status", width: [6.5, 0.6], render: of((table) => statusBadge(table.TableStatus)) },
		{ title: "Keys", width: [9, 1], render: of((table) => table.KeySchema.map((key) => key.AttributeName).join(", ")) },
		{ title: "Indexes", width: [5.5, 0], number: true, render: of((table) => count((table.GlobalSecondaryIndexes?.length ?? 0) + (table.LocalSecondaryIndexes?.length ?? 0) + (table.VectorIndexes?.length ?? 0))) },
		{ title: "Items", width: [7, 0], number: true, render: of((table) => count(table.ItemCount)) },
		{ title: "Size", width: [6.5, 0], number: true, render: of((table) => bytes(table.TableSizeBytes)) },
		{ title: "", width: [5.5, 0], render: (row) => h("a", { href: href("items", row.name), tabindex: "-1", "aria-label": `Items of ${row.name}` }, "Items") },
	];
}

// What is drawn of a table's traffic changes in its place: a row that is drawn anew would lose a click on its way.
class Traffic {
	constructor() {
		this.places = new Map();
		this.rates = new Map();
		this.histories = new Map();
		this.column = { title: "Traffic", width: [15.5, 0], render: ({ name }) => {
			const place = h("span");
			this.places.set(name, place);
			this.draw(name);
			return place;
		} };
	}

	// Of the last hours where they are known, else of what has been seen.
	draw(name) {
		const history = this.histories.get(name);
		const line = history ?? this.rates.get(name);
		if (!line) return;
		const now = line.at(-1);
		const text = `${now >= 100 ? count(Math.round(now)) : now.toFixed(1)} ${history ? "req/s" : "units/s"}`;
		replace(this.places.get(name), sparkline(line, `${text} now`), " ", text);
	}

	setHistory({ name, history }) {
		if (!history?.length) return;
		this.histories.set(name, history);
		if (this.places.has(name)) this.draw(name);
	}

	// rates: of watchTraffic().
	show(rates) {
		this.rates = rates;
		for (const [name, place] of this.places) {
			if (place.isConnected) this.draw(name);
			else this.places.delete(name);
		}
	}
}

function none() {
	return emptyState({
		title: "There are no tables yet",
		text: "A table has a name and one or two key attributes; all else is up to each item.",
		actions: [linkButton("Create a table", "#/create", { kind: "primary", icon: "plus" })],
	});
}

class TableList {
	constructor(signal) {
		this.signal = signal;
		this.rows = [];
		this.filter = "";
		this.note = h("span", { class: "note", role: "status" });
		this.describe = inSight({ field: "table", signal, ask: async ({ name }) => (await call("DescribeTable", { TableName: name }, { signal })).Table, done: (row) => this.grid.refresh(row) });
		this.readHistory = historyReader(signal, (row) => this.showHistory(row));
		this.grid = grid({ label: "Tables", columns: columns(), rowKey: (row) => row.name, onVisible: (rows) => this.see(rows), onActivate: (row) => go(href("tables", row.name)) });
		this.search = searchField("Find tables", (text) => this.setFilter(text));
		this.search.input.addEventListener("keydown", (event) => event.key === "ArrowDown" && this.grid.focus());
	}

	see(rows) {
		this.seen = rows;
		this.describe(rows);
		this.readHistory(rows);
	}

	// The history grows each minute: what is in sight is read again.
	keepHistory() {
		const timer = setInterval(() => {
			for (const row of this.rows) if (row.history) row.history = undefined;
			if (!document.hidden) this.readHistory(this.seen ?? []);
		}, HISTORY_EVERY);
		this.signal.addEventListener("abort", () => clearInterval(timer));
	}

	setFilter(text) {
		this.filter = text.trim().toLowerCase();
		this.draw(false);
	}

	draw(keepPlace) {
		const shown = this.filter ? this.rows.filter((row) => row.name.toLowerCase().includes(this.filter)) : this.rows;
		this.grid.setRows(shown, { keepPlace });
		this.note.textContent = this.filter ? `${count(shown.length)} of ${plural(this.rows.length, "table")}` : plural(this.rows.length, "table");
	}

	// The traffic stands in a column of its own from the first sample on.
	needTraffic() {
		if (this.traffic) return;
		this.traffic = new Traffic();
		const all = columns();
		this.grid.setColumns([...all.slice(0, -1), this.traffic.column, all.at(-1)]);
	}

	showTraffic(rates) {
		this.needTraffic();
		this.traffic.show(rates);
	}

	showHistory(row) {
		if (!row.history?.length) return;
		this.needTraffic();
		this.traffic.setHistory(row);
	}

	async load(root) {
		let drawn = -DRAW_EVERY;
		for await (const names of pages("ListTables", {}, "TableNames", ["LastEvaluatedTableName", "ExclusiveStartTableName"], { signal: this.signal })) {
			this.rows = this.rows.concat(names.map((name) => ({ name })));
			if (performance.now() - drawn < DRAW_EVERY) continue;
			this.draw(true);
			drawn = performance.now();
		}
		this.draw(true);
		if (this.rows.length === 0) replace(root, none());
	}
}

export const tablesScreen = {
	route: "/tables",
	title: () => "Tables",
	nav: { label: "Tables", icon: "table", section: "Data" },
	render(root, params, { signal }) {
		const list = new TableList(signal);
		const body = h("div", { class: "stack" }, h("div", { class: "toolbar" }, list.search.element), list.grid.element);
		root.append(screenHead({ title: "Tables", note: list.note, actions: [button("Refresh", refresh, { icon: "refresh" }), linkButton("Create table", "#/create", { kind: "primary", icon: "plus" })] }), body);
		const loaded = list.load(body);
		list.keepHistory();
		watchTraffic(signal, (rates) => list.showTraffic(rates)).catch(() => {});
		return loaded;
	},
};
