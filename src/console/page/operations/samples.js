// What the counters of consumed capacity were, each time that they were asked for: kept as long as the tab is open.
import { allRows } from "../frame/rows.js";
import { onSessionEnd } from "../frame/session.js";

const MOST_SAMPLES = 1200;

let samples = [];

// Another role may see other tables.
onSessionEnd(() => { samples = []; });

const nameOf = (row) => (row.index_name === null ? row.table_name : `${row.table_name}, index ${row.index_name}`);

export async function takeSample(signal) {
	const { rows } = await allRows("ListConsumedCapacity", {}, { signal });
	samples = [...samples, { at: Date.now(), counters: new Map(rows.map((row) => [nameOf(row), row])) }].slice(-MOST_SAMPLES);
}

// The rate a second of a counter between two samples; counters begin again with the server.
function rate(before, after, name, counter) {
	const from = before.counters.get(name)?.[counter];
	const to = after.counters.get(name)?.[counter];
	if (from === undefined || to === undefined || to < from) return 0;
	return (to - from) / ((after.at - before.at) / 1000);
}

function points(name, counter) {
	return samples.slice(1).map((after, i) => [after.at, rate(samples[i], after, name, counter)]);
}

const sum = (list) => list.reduce((total, [, value]) => total + value, 0);

// Series of lineChart(): the rates of a counter, of the names with the greatest ones.
export function series(counter, most) {
	const names = [...(samples.at(-1)?.counters.keys() ?? [])];
	const found = names.map((name) => ({ name, points: points(name, counter) })).map((each) => ({ ...each, total: sum(each.points) }));
	return found.filter((each) => each.total > 0).sort((a, b) => b.total - a.total).slice(0, most);
}

// Milliseconds between the first and the last sample.
export function span() {
	return samples.length > 1 ? samples.at(-1).at - samples[0].at : 0;
}

// Totals since the server has started.
export function totals() {
	const rows = [...(samples.at(-1)?.counters.values() ?? [])];
	const total = (counter) => rows.reduce((all, row) => all + (row[counter] ?? 0), 0);
	return { read: total("read_units"), write: total("write_units"), throttled: total("read_throttled") + total("write_throttled") };
}
