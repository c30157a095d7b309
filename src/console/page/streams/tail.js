// The records of a stream as they come.
import { h, replace } from "../frame/dom.js";
import { isLostKey, poll } from "../frame/poll.js";
import { preview } from "../items/value.js";
import { button } from "../parts/button.js";
import { codeView } from "../parts/code.js";
import { openDialog } from "../parts/dialog.js";
import { selectField } from "../parts/field.js";
import { bytes, count, plural } from "../parts/format.js";
import { grid } from "../parts/grid.js";
import { screenHead } from "../parts/head.js";
import { badge, emptyState, errorView } from "../parts/state.js";
import { plainText, typedText } from "../statements/result.js";
import { StreamReader } from "./reader.js";

const MOST_KEPT = 1000;
const kinds = { INSERT: "good", MODIFY: "info", REMOVE: "bad" };
const timeOf = (record) => new Date(record.dynamodb.ApproximateCreationDateTime * 1000).toLocaleTimeString();
const keysOf = (record) => Object.entries(record.dynamodb.Keys ?? {}).map(([name, value]) => `${name} = ${preview(value)}`).join(", ");

const columns = [
	{ title: "Time", width: [7.5, 0], render: (row) => timeOf(row.record) },
	{ title: "Event", width: [6.5, 0], render: (row) => badge(row.record.eventName, kinds[row.record.eventName]) },
	{ title: "Keys", width: [14, 3], render: (row) => keysOf(row.record) },
	{ title: "By", width: [7, 1], render: (row) => row.record.userIdentity?.principalId ?? "" },
	{ title: "Size", width: [5, 0], number: true, render: (row) => bytes(row.record.dynamodb.SizeBytes) },
	{ title: "Sequence number", width: [14, 1], render: (row) => row.record.dynamodb.SequenceNumber },
];

function image(title, item) {
	return h("section", { class: "stack" }, h("h3", null, title), item ? codeView({ JSON: () => plainText(item) }) : h("p", { class: "faint" }, "The record does not have it."));
}

function showRecord({ record, shard }) {
	const { OldImage, NewImage, Keys } = record.dynamodb;
	openDialog({ title: `${record.eventName} ${keysOf(record)}`.slice(0, 200), size: "wide", body: [
		h("p", { class: "faint" }, `Sequence number ${record.dynamodb.SequenceNumber}, shard ${shard}`),
		OldImage || NewImage ? h("div", { class: "tail-images" }, image("Before", OldImage), image("After", NewImage)) : image("Keys", Keys),
		h("details", null, h("summary", null, "The whole record"), codeView({ JSON: () => typedText(record) })),
	] });
}

class Tail {
	constructor(arn, signal) {
		this.signal = signal;
		this.rows = [];
		this.total = 0;
		this.running = true;
		this.state = h("span", { class: "note", role: "status" }, "Waiting for records");
		this.problem = h("div");
		this.grid = grid({ label: "Records, newest first", columns, rowKey: (row) => row.record.eventID, onActivate: showRecord });
		this.empty = emptyState({ title: "No records yet", text: "Changes of the table's items come up here within a second or so. Enter, or a double click, shows a record." });
		this.reader = new StreamReader(arn, { signal, onRecords: (records, shard) => this.add(records, shard), onShards: (shards) => { this.shards = shards; this.tell(); } });
		this.toggle = button("Pause", () => this.pause(), { "aria-pressed": "false" });
		this.start = selectField("Begin with", [["LATEST", "new records"], ["TRIM_HORIZON", "the oldest record there is"]], { hideLabel: true, onchange: () => this.restart() });
	}

	add(records, shard) {
		this.total += records.length;
		this.rows = [...records.map((record) => ({ record, shard })).reverse(), ...this.rows].slice(0, MOST_KEPT);
		this.draw();
	}

	draw() {
		this.empty.hidden = this.rows.length > 0;
		this.grid.element.hidden = this.rows.length === 0;
		this.grid.setRows(this.rows, { keepPlace: this.grid.element.scrollTop > 0 });
		this.tell();
	}

	tell() {
		const followed = this.shards && (this.shards.followed < this.shards.open ? `${count(this.shards.followed)} of ${plural(this.shards.open, "shard")}` : plural(this.shards.followed, "shard"));
		this.state.textContent = [this.running ? "Live" : "Paused", this.shards?.status === "DISABLED" && "the stream is disabled", followed, this.total > 0 && plural(this.total, "record"), this.total > MOST_KEPT && `the last ${count(MOST_KEPT)} are shown`].filter(Boolean).join(" · ");
	}

	pause() {
		this.running = !this.running;
		this.toggle.setAttribute("aria-pressed", String(!this.running));
		this.toggle.lastChild.textContent = this.running ? "Pause" : "Go on";
		this.tell();
	}

	clear() {
		this.rows = [];
		this.total = 0;
		this.draw();
	}

	restart() {
		this.clear();
		this.reader.restart(this.start.value);
		this.again?.();
	}

	async step() {
		if (!this.running) return 500;
		const pause = await this.reader.round();
		this.problem.replaceChildren();
		return pause;
	}

	// Ends when the screen is left, or with an error that stays; then another beginning tries again.
	async follow() {
		while (!this.signal.aborted) {
			try {
				await poll(() => this.step(), { signal: this.signal, every: 1000, onError: (error) => replace(this.problem, errorView(error)) });
			} catch (error) {
				if (isLostKey(error)) throw error;
				await new Promise((resolve) => { this.again = resolve; replace(this.problem, errorView(error, () => { this.reader.restart(this.start.value); resolve(); })); });
			}
		}
	}
}

export const streamScreen = {
	route: "/streams/:table",
	parent: "/streams",
	title: (params) => `Stream of ${params.table}`,
	render(root, params, { signal }) {
		if (!params.arn) throw Object.assign(new Error("The address names no stream."), { name: "Streams" });
		const tail = new Tail(params.arn, signal);
		root.append(screenHead({ title: params.table, crumbs: [["Streams", "#/streams"]], note: tail.state, actions: [tail.start.element, tail.toggle, button("Clear", () => tail.clear())] }), tail.problem, tail.empty, tail.grid.element);
		tail.draw();
		return tail.follow();
	},
};
