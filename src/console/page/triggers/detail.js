// One trigger: its settings, how far it is in each shard, what it has given up; and starting it anew.
import { callConsole } from "../frame/api.js";
import { allRows } from "../frame/rows.js";
import { h, replace } from "../frame/dom.js";
import { poll } from "../frame/poll.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { codeView } from "../parts/code.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { selectField, textField } from "../parts/field.js";
import { count, plural, time } from "../parts/format.js";
import { screenHead } from "../parts/head.js";
import { errorView, facts, section } from "../parts/state.js";
import { table } from "../parts/table.js";
import { toast } from "../parts/toast.js";
import { lagText, stateBadge } from "./list.js";

const EVERY = 5000;
const MOST_SHOWN = 100;
const when = (text) => (text === null ? "–" : time(new Date(text)));

async function find(name, signal) {
	const { rows: [row] } = await allRows("ListTriggers", { TriggerName: name }, { signal });
	if (!row) throw Object.assign(new Error(`There is no trigger ${name} of yours.`), { name: "Triggers", status: 404 });
	return row;
}

function settings(row) {
	return facts([
		["State", stateBadge(row)], ["Table", row.table_name], ["Target", row.target], ["Owner", row.owner],
		["Behind", lagText(row)], ["Records", count(row.records)], ["Last success", when(row.last_success)],
		["Batches", `up to ${plural(row.batch_size, "record")}${row.batching_window === "00:00:00" ? "" : `, gathered for ${row.batching_window}`}`],
		["Tries", row.maximum_retry_attempts < 0 ? "any number" : count(row.maximum_retry_attempts + 1)],
		["Oldest record taken", row.maximum_record_age ?? "any"], ["Halves a batch that fails", row.bisect_batch_on_error ? "yes" : "no"],
		["Begins at", row.starting_position], row.credential && ["Credential", row.credential],
	]);
}

function lastError(row) {
	return row.last_error && section("Last error", {}, h("pre", { class: "wrap", tabindex: "0" }, row.last_error));
}

function shardTable(rows) {
	return table("Shards", [
		{ title: "Shard", render: (row) => row.shard_id },
		{ title: "Goes on at", render: (row) => row.sequence_number ?? "–" },
		{ title: "Records", number: true, render: (row) => count(row.records) },
		{ title: "Tries", number: true, render: (row) => count(row.retries) },
		{ title: "Next try", render: (row) => when(row.next_attempt) },
		{ title: "Error", render: (row) => row.last_error ?? (row.finished ? "finished" : "") },
	], rows);
}

function deadLetterTable(rows) {
	return table("Dead letters", [
		{ title: "Time", render: (row) => when(row.time) },
		{ title: "Reason", render: (row) => row.reason },
		{ title: "Error", render: (row) => row.error ?? "" },
		{ title: "Tries", number: true, render: (row) => count(row.attempts) },
		{ title: "First sequence number", render: (row) => row.first_sequence_number },
	], rows);
}

const more = ({ rows, more }) => (more ? `the first ${count(rows.length)}` : count(rows.length));

class TriggerDetail {
	constructor(name, signal) {
		this.name = name;
		this.signal = signal;
		this.body = h("div", { class: "stack" });
		this.problem = h("div");
		this.toggleButton = button("Enable", () => this.toggle(), { hidden: true });
	}

	list(operation) {
		return allRows(operation, { TriggerName: this.name }, { signal: this.signal, most: MOST_SHOWN });
	}

	async load() {
		const [row, shards, letters] = await Promise.all([find(this.name, this.signal), this.list("ListTriggerShards"), this.list("ListDeadLetters")]);
		this.row = row;
		this.problem.replaceChildren();
		this.tell();
		if (this.body.contains(document.activeElement)) return; // what holds the focus stays as it is
		replace(this.body, section("Settings", {}, settings(row), row.filters && codeView({ Filters: () => JSON.stringify(row.filters, null, 2) })), lastError(row),
			section("Shards", { note: more(shards) }, shards.rows.length ? shardTable(shards.rows.slice(0, MOST_SHOWN)) : h("p", { class: "faint" }, "None yet.")),
			section("Dead letters", { note: more(letters), actions: letters.rows.length > 0 && button("Delete all", () => this.deleteLetters(letters.rows.length), { kind: "danger" }) },
				letters.rows.length ? deadLetterTable(letters.rows.slice(0, MOST_SHOWN)) : h("p", { class: "faint" }, "None: nothing has been given up.")));
	}

	async change(operation, text, members) {
		await callConsole(operation, { TriggerName: this.name, ...members });
		toast(text);
		refresh();
	}

	tell() {
		this.toggleButton.textContent = this.row.enabled ? "Disable" : "Enable";
		this.toggleButton.hidden = false;
	}

	toggle() {
		return this.row.enabled ? this.disable() : this.change("EnableTrigger", `${this.name} is enabled.`);
	}

	disable() {
		return confirmDialog({ title: `Disable ${this.name}?`, text: "No changes are delivered until it is enabled again. It goes on where it has stopped, as long as the stream still has those records.", action: "Disable", run: () => this.change("DisableTrigger", `${this.name} is disabled.`) });
	}

	deleteLetters(number) {
		return confirmDialog({ title: "Delete all dead letters?", text: `At least ${plural(number, "dead letter")} of ${this.name} will be gone for good.`, action: "Delete", run: () => this.change("DeleteDeadLetters", "Deleted.") });
	}

	replay() {
		const from = selectField("From", [["", "the oldest record there is"], ["number", "a sequence number"]]);
		const number = textField("Sequence number", { inputmode: "numeric", className: "replay-number" });
		const show = () => { number.element.hidden = from.value === ""; };
		from.input.addEventListener("change", show);
		show();
		openDialog({ title: `Replay ${this.name}`, body: [h("p", null, "Its target gets all records from there on again, those that it has had as well."), from.element, number.element], actions: [{ label: "Cancel" }, { label: "Replay", kind: "primary", run: () => {
			if (from.value && !/^\d{21,40}$/.test(number.value.trim())) {
				number.error("A sequence number has 21 to 40 digits.");
				return false;
			}
			return this.change("ReplayTrigger", `${this.name} begins again.`, from.value ? { SequenceNumber: number.value.trim() } : {});
		} }] });
	}
}

export const triggerScreen = {
	route: "/triggers/:name",
	parent: "/triggers",
	title: (params) => `Trigger ${params.name}`,
	render(root, params, { signal }) {
		const detail = new TriggerDetail(params.name, signal);
		const actions = [button("Replay", () => detail.replay(), { icon: "play" }), detail.toggleButton];
		root.append(screenHead({ title: params.name, crumbs: [["Triggers", "#/triggers"]], actions }), detail.problem, detail.body);
		return poll(() => detail.load(), { signal, every: EVERY, onError: (error) => replace(detail.problem, errorView(error)) });
	},
};
