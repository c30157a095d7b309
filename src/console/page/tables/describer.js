// Describes tables as they come into sight: a few requests at a time, the newest wishes first.
import { call } from "../frame/api.js";

const AT_ONCE = 4;
const MOST_WAITING = 200;

// A function that takes rows { name } and gives each its `table`, the answer of DescribeTable, or null where there is
// none; `done` is called with each row that has got it.
export function describer(signal, done) {
	const waiting = [];
	let running = 0;

	async function describe(row) {
		try {
			row.table = (await call("DescribeTable", { TableName: row.name }, { signal })).Table;
		} catch {
			if (signal.aborted) return;
			row.table = null;
		}
		done(row);
	}

	async function next() {
		if (running >= AT_ONCE || waiting.length === 0 || signal.aborted) return;
		running++;
		await describe(waiting.pop());
		running--;
		next();
	}

	return (rows) => {
		waiting.push(...rows.filter((row) => row.table === undefined && !waiting.includes(row)).reverse());
		for (const row of waiting.splice(0, waiting.length - MOST_WAITING)) row.table = undefined;
		for (let i = 0; i < AT_ONCE; i++) next();
	};
}
