// The streams that records can be read of.
import { pages } from "../frame/api.js";
import { h, replace } from "../frame/dom.js";
import { go, href, refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { searchField } from "../parts/field.js";
import { plural } from "../parts/format.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { emptyState } from "../parts/state.js";

const linkOf = (row) => href.query(["streams", row.TableName], { arn: row.StreamArn });

const columns = [
	{ title: "Table", width: [12, 2], render: (row) => h("a", { href: linkOf(row), tabindex: "-1" }, row.TableName), compare: (a, b) => (a.TableName < b.TableName ? -1 : 1) },
	{ title: "Enabled at", width: [13, 1], render: (row) => row.StreamLabel, compare: (a, b) => (a.StreamLabel < b.StreamLabel ? -1 : 1) },
	{ title: "ARN", width: [20, 3], render: (row) => row.StreamArn },
];

const none = () => emptyState({ title: "There are no streams", text: "A stream has the changes of a table's items. Enable one in the settings of a table." });

class StreamList {
	constructor(signal) {
		this.signal = signal;
		this.rows = [];
		this.filter = "";
		this.note = h("span", { class: "note", role: "status" });
		this.grid = grid({ label: "Streams", columns, rowKey: (row) => row.StreamArn, onActivate: (row) => go(linkOf(row)) });
		this.search = searchField("Find streams by table", (text) => {
			this.filter = text.trim().toLowerCase();
			this.draw();
		});
	}

	draw() {
		const shown = this.rows.filter((row) => row.TableName.toLowerCase().includes(this.filter));
		this.grid.setRows(shown, { keepPlace: true });
		this.note.textContent = this.filter ? `${shown.length} of ${plural(this.rows.length, "stream")}` : plural(this.rows.length, "stream");
	}

	async load(root) {
		for await (const page of pages("ListStreams", {}, "Streams", ["LastEvaluatedStreamArn", "ExclusiveStartStreamArn"], { signal: this.signal })) {
			this.rows = this.rows.concat(page);
			this.draw();
		}
		if (this.rows.length === 0) replace(root, none());
	}
}

export const streamsScreen = {
	route: "/streams",
	title: () => "Streams",
	nav: { label: "Streams", icon: "stream", section: "Changes" },
	render(root, params, { signal }) {
		const list = new StreamList(signal);
		const body = h("div", { class: "stack" }, h("div", { class: "toolbar" }, list.search.element), list.grid.element);
		root.append(screenHead({ title: "Streams", note: list.note, actions: [button("Refresh", refresh, { icon: "refresh" })] }), body);
		return list.load(body);
	},
};
