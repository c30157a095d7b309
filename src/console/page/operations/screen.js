// Operations: the metrics of the last hours, consumed capacity and throttling as charts, hot keys, what runs now.
import { callConsole } from "../frame/api.js";
import { allRows } from "../frame/rows.js";
import { h, replace } from "../frame/dom.js";
import { isLostKey, poll } from "../frame/poll.js";
import { lineChart } from "../parts/chart.js";
import { count, duration } from "../parts/format.js";
import { screenHead } from "../parts/head.js";
import { errorView, facts, section } from "../parts/state.js";
import { historyCharts } from "./history.js";
import { hotKeyTable } from "./hot_keys.js";
import { parkedTable, requestTable } from "./requests.js";
import { series, span, takeSample, totals } from "./samples.js";

const MOST_LINES = 6;
const MOST_ROWS = 1000;
const CAPACITY_EVERY = 5000;
const REQUESTS_EVERY = 3000;
const KEYS_EVERY = 30000;
const HISTORY_EVERY = 60000;

const perSecond = (value) => (value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2))));

const charts = [
	["read_units", "Read units consumed a second"],
	["write_units", "Write units consumed a second"],
	["read_throttled", "Reads throttled a second"],
	["write_throttled", "Writes throttled a second"],
];

function capacityCharts() {
	return charts.map(([counter, label]) => h("section", { class: "box" }, lineChart({ label, series: series(counter, MOST_LINES), format: perSecond })));
}

function capacityFacts() {
	const { read, write, throttled } = totals();
	return facts([["Read units", count(Math.round(read))], ["Write units", count(Math.round(write))], ["Requests throttled", count(throttled)]]);
}

// A part of the screen that asks for itself: what it may not see is told in its place, and the others go on.
function part(place, every, signal, show) {
	const step = async () => {
		replace(place, await show());
	};
	return poll(step, { signal, every, onError: (error) => replace(place, errorView(error)) }).catch((error) => {
		if (isLostKey(error)) throw error;
		replace(place, errorView(error));
	});
}

const rowsOf = async (operation, signal) => (await allRows(operation, {}, { signal, most: MOST_ROWS })).rows;

export const operationsScreen = {
	route: "/operations",
	title: () => "Operations",
	nav: { label: "Operations", icon: "chart", section: "Operations" },
	render(root, params, { signal }) {
		const note = h("span", { class: "note" });
		const places = { capacity: h("div", { class: "stack" }), history: h("div"), keys: h("div"), requests: h("div"), parked: h("div") };
		root.append(screenHead({ title: "Operations", note }), places.capacity, section("The last hours", { note: "of the whole server, by the minute" }, places.history), section("Hot keys", { note: "in the current quarter of an hour" }, places.keys), section("Processes", { note: "now" }, places.requests), section("Waiting requests", { note: "for a lock, now" }, places.parked));
		const capacity = part(places.capacity, CAPACITY_EVERY, signal, async () => {
			await takeSample(signal);
			note.textContent = span() > 0 ? `The charts have the last ${duration(span())}, since this tab shows them.` : "The charts begin now.";
			return [section("Consumed capacity", { note: "since the server has started" }, capacityFacts()), h("div", { class: "charts" }, capacityCharts())];
		});
		const keys = part(places.keys, KEYS_EVERY, signal, async () => hotKeyTable(await rowsOf("ListHotKeys", signal)));
		return Promise.all([capacity, keys, part(places.history, HISTORY_EVERY, signal, () => historyCharts(signal)), part(places.requests, REQUESTS_EVERY, signal, async () => requestTable(await rowsOf("ListRequests", signal))), part(places.parked, REQUESTS_EVERY, signal, async () => parkedTable((await callConsole("ListParkedRequests", {}, { signal })).Rows))]);
	},
};
