// What the server has counted in each minute of the last hours, as charts.
import { callConsole } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { lineChart } from "../parts/chart.js";
import { count, duration } from "../parts/format.js";

const rate = (value) => (value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2))));
const perSecond = (name) => (row) => row[name] / row.seconds;

const charts = [
	{ label: "Requests a second", format: rate, lines: { all: perSecond("requests"), "with errors": perSecond("failed"), throttled: perSecond("throttled_requests") } },
	{ label: "Latency", format: duration, lines: { "half are below": (row) => row.latency_p50, "99 % are below": (row) => row.latency_p99 } },
	{ label: "Errors a second", format: rate, lines: { "of the client": perSecond("user_errors"), "of the server": perSecond("system_errors") } },
	{ label: "Capacity units a second", format: rate, lines: { read: perSecond("consumed_read_units"), write: perSecond("consumed_write_units") } },
];

function series(rows, lines) {
	return Object.entries(lines).map(([name, value]) => ({ name, points: rows.map((row) => [Date.parse(row.sampled_at), value(row)]).filter(([, each]) => each !== null) }));
}

// Throws where the caller may not see the metrics: members of pg_monitor do.
export async function historyCharts(signal) {
	const { Rows } = await callConsole("GetMetricsHistory", {}, { signal });
	const rows = Rows.filter((row) => row.seconds > 0).reverse();
	if (rows.length === 0) return h("p", { class: "faint" }, "The first minute is still being counted.");
	return h("div", { class: "charts" }, charts.map(({ label, format, lines }) => h("section", { class: "box" }, lineChart({ label, series: series(rows, lines), format }))));
}
