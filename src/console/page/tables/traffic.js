// The traffic of tables: requests a second in each minute of the last hours, for those who may see the metrics; and
// capacity units a second while somebody looks, from the counts since the server's start.
import { callConsole } from "../frame/api.js";
import { inSight } from "../frame/in_sight.js";
import { poll } from "../frame/poll.js";
import { allRows } from "../frame/rows.js";

const EVERY = 3000;
const SAMPLES = 40;
const MOST_ROWS = 5000;

const perSecond = (row) => row.requests / row.seconds;

// A function that takes rows { name } as they come into sight and gives each its `history`, a list of rates, the newest
// last. Where the first table's may not be seen no other is asked for.
export function historyReader(signal, done) {
	let refused = false;
	async function ask({ name }) {
		if (refused) return null;
		try {
			const { Rows } = await callConsole("GetMetricsHistory", { TableName: name }, { signal });
			return Rows.filter((row) => row.seconds > 0).map(perSecond).reverse();
		} catch (error) {
			refused ||= error.status >= 400 && error.status < 500;
			throw error;
		}
	}
	return inSight({ field: "history", ask, signal, done });
}

function totals(rows) {
	const sums = new Map();
	for (const row of rows) sums.set(row.table_name, (sums.get(row.table_name) ?? 0) + row.read_units + row.write_units);
	return sums;
}

// Calls onSample with a Map of tables' names to their rates, the newest last, after each look but the first, until the
// signal aborts: not while the server counts no table, and never where it does not tell.
export async function watchTraffic(signal, onSample) {
	const rates = new Map();
	let before = null;
	let at = 0;
	async function look() {
		const now = totals((await allRows("ListConsumedCapacity", {}, { most: MOST_ROWS, signal })).rows);
		const time = performance.now();
		if (before) {
			for (const [name, sum] of now) rates.set(name, [...(rates.get(name) ?? [0]), Math.max(0, (sum - (before.get(name) ?? 0)) / (time - at)) * 1000].slice(-SAMPLES));
			if (rates.size > 0) onSample(rates);
		}
		[before, at] = [now, time];
	}
	await poll(look, { signal, every: EVERY }).catch((error) => {
		if (!(error.status >= 400 && error.status < 500)) throw error;
	});
}
