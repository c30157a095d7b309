// The keys that are read, written and throttled most, where Contributor Insights counts them.
import { h } from "../frame/dom.js";
import { count, time } from "../parts/format.js";
import { table } from "../parts/table.js";

const MOST_SHOWN = 50;

const keyText = (row) => (row.key === null ? "–" : Object.entries(row.key).map(([name, value]) => `${name} = ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ")) + (row.cut ? "…" : "");
const share = (row) => (row.total > 0 ? `${Math.round((100 * row.count) / row.total)} %` : "–");

const columns = [
	{ title: "Table", render: (row) => (row.index_name ? `${row.table_name}, index ${row.index_name}` : row.table_name) },
	{ title: "Key", render: keyText },
	{ title: "What", render: (row) => row.kind },
	{ title: "Times", number: true, render: (row) => `${count(row.count)}${row.error_bound > 0 ? ` (up to ${count(row.error_bound)} too many)` : ""}` },
	{ title: "Of all", number: true, render: share },
	{ title: "Since", render: (row) => time(new Date(row.window_start)) },
];

// Of the newest window: throttled keys first, then the most frequent.
export function hotKeyTable(rows) {
	if (rows.length === 0) return h("p", { class: "faint" }, "No keys are counted. Contributor Insights counts those of a table once UpdateContributorInsights has enabled it there.");
	const newest = rows.reduce((latest, row) => (row.window_start > latest ? row.window_start : latest), "");
	const order = (row) => (row.kind.startsWith("throttled") ? 1e15 : 0) + row.count;
	return table("Hot keys", columns, rows.filter((row) => row.window_start === newest).sort((a, b) => order(b) - order(a)).slice(0, MOST_SHOWN));
}
