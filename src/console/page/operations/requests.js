// What dynamo's processes are at now, and the requests that wait for a lock.
import { h } from "../frame/dom.js";
import { duration } from "../parts/format.js";
import { badge } from "../parts/state.js";
import { table } from "../parts/table.js";

const HIDDEN = "<insufficient privilege>";
const isBusy = (row) => row.state === "active";
const textOf = (row) => (row.query === HIDDEN ? "not yours to see" : row.query || "–");

const columns = [
	{ title: "Process", number: true, render: (row) => String(row.pid) },
	{ title: "Kind", render: (row) => row.backend_type.replace(/^dynamo /, "") },
	{ title: "State", render: (row) => (isBusy(row) ? badge("busy", "info") : badge(row.state ?? "–")) },
	{ title: "Request", render: textOf },
	{ title: "For", number: true, render: (row) => (isBusy(row) && row.seconds !== null ? duration(row.seconds * 1000) : "–") },
	{ title: "Waits for", render: (row) => (isBusy(row) && row.wait_event) || "" },
];

const waiting = [
	{ title: "Request", render: (row) => row.operation },
	{ title: "Table", render: (row) => row.table_name ?? "–" },
	{ title: "Role", render: (row) => row.role_name ?? "–" },
	{ title: "Client", render: (row) => row.client_address ?? "–" },
	{ title: "For", number: true, render: (row) => duration(row.seconds * 1000) },
	{ title: "Request ID", render: (row) => row.request_id ?? "–" },
];

// Those that wait longest first.
export function parkedTable(rows) {
	if (rows.length === 0) return h("p", { class: "faint" }, "No request waits for a lock.");
	return table("Requests that wait for a lock", waiting, [...rows].sort((a, b) => b.seconds - a.seconds));
}

// Those that are busy first, the longest first.
export function requestTable(rows) {
	if (rows.length === 0) return h("p", { class: "faint" }, "No process of dynamo's that you may see.");
	const order = (row) => (isBusy(row) ? row.seconds ?? 0 : -1);
	return table("Processes", columns, [...rows].sort((a, b) => order(b) - order(a) || a.pid - b.pid));
}
