// Asks for what rows show as they come into sight: a few requests at a time, the newest wishes first.

const AT_ONCE = 4;
const MOST_WAITING = 200;

// A function that takes rows and gives each the member `field`: what ask(row) answers, or null where that fails; `done`
// is called with each row that has got it.
export function inSight({ field, ask, signal, done }) {
	const waiting = [];
	let running = 0;

	async function fill(row) {
		try {
			row[field] = await ask(row);
		} catch {
			if (signal.aborted) return;
			row[field] = null;
		}
		done(row);
	}

	async function next() {
		if (running >= AT_ONCE || waiting.length === 0 || signal.aborted) return;
		running++;
		await fill(waiting.pop());
		running--;
		next();
	}

	return (rows) => {
		waiting.push(...rows.filter((row) => row[field] === undefined && !waiting.includes(row)).reverse());
		for (const row of waiting.splice(0, waiting.length - MOST_WAITING)) row[field] = undefined;
		for (let i = 0; i < AT_ONCE; i++) next();
	};
}
