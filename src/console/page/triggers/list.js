// Triggers: how far each is behind, and what it has met.
import { allRows } from "../frame/rows.js";
import { h, replace } from "../frame/dom.js";
import { poll } from "../frame/poll.js";
import { go, href } from "../frame/router.js";
import { searchField } from "../parts/field.js";
import { count, duration, plural } from "../parts/format.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { badge, emptyState, errorView } from "../parts/state.js";

const EVERY = 5000;
const kinds = { ENABLED: "good", FAILING: "bad", DISABLED: "" };

export const stateBadge = (row) => badge(row.state, kinds[row.state]);
export const lagText = (row) => (row.lag_seconds === null ? "–" : duration(row.lag_seconds * 1000));

const byText = (name) => (a, b) => (a[name] < b[name] ? -1 : 1);
const byNumber = (name) => (a, b) => (a[name] ?? -1) - (b[name] ?? -1);

const columns = [
	{ title: "Name", width: [10, 1.5], render: (row) => h("a", { href: href("triggers", row.name), tabindex: "-1" }, row.name), compare: byText("name") },
	{ title: "State", width: [7, 0], render: stateBadge, compare: byText("state") },
	{ title: "Table", width: [8, 1], render: (row) => row.table_name, compare: byText("table_name") },
	{ title: "Target", width: [12, 2], render: (row) => row.target },
	{ title: "Behind", width: [6, 0], number: true, render: lagText, compare: byNumber("lag_seconds") },
	{ title: "Records", width: [7, 0], number: true, render: (row) => count(row.records), compare: byNumber("records") },
	{ title: "Dead letters", width: [7, 0], number: true, render: (row) => count(row.dead_letters), compare: byNumber("dead_letters") },
	{ title: "Last error", width: [12, 2], render: (row) => row.last_error ?? "" },
];

const none = () => emptyState({ title: "There are no triggers of yours", text: "A trigger has a function or an HTTP endpoint called with the changes of a table's items: SELECT dynamo.create_trigger(...)." });

class TriggerList {
	constructor(signal) {
		this.signal = signal;
		this.filter = "";
		this.rows = [];
		this.note = h("span", { class: "note", role: "status" });
		this.problem = h("div");
		this.grid = grid({ label: "Triggers", columns, rowKey: (row) => row.name, onActivate: (row) => go(href("triggers", row.name)) });
		this.search = searchField("Find triggers", (text) => { this.filter = text.trim().toLowerCase(); this.draw(); });
		this.body = h("div", { class: "stack" }, h("div", { class: "toolbar" }, this.search.element), this.grid.element);
	}

	draw() {
		const shown = this.rows.filter((row) => `${row.name} ${row.table_name} ${row.target}`.toLowerCase().includes(this.filter));
		const failing = this.rows.filter((row) => row.state === "FAILING").length;
		this.grid.setRows(shown, { keepPlace: true });
		this.note.textContent = [plural(this.rows.length, "trigger"), failing > 0 && `${count(failing)} failing`].filter(Boolean).join(" · ");
	}

	// Of thousands the list is long in coming: it is asked for less often.
	async load(root) {
		const begun = Date.now();
		this.rows = (await allRows("ListTriggers", {}, { signal: this.signal })).rows;
		this.problem.replaceChildren();
		if (this.rows.length > 0 && !this.body.isConnected) replace(root, this.body);
		if (this.rows.length === 0) replace(root, none());
		this.draw();
		return Math.max(EVERY, 10 * (Date.now() - begun));
	}
}

export const triggersScreen = {
	route: "/triggers",
	title: () => "Triggers",
	nav: { label: "Triggers", icon: "trigger", section: "Changes" },
	render(root, params, { signal }) {
		const list = new TriggerList(signal);
		const place = h("div", null, list.body);
		root.append(screenHead({ title: "Triggers", note: list.note }), list.problem, place);
		return poll(() => list.load(place), { signal, every: EVERY, onError: (error) => replace(list.problem, errorView(error)) });
	},
};
