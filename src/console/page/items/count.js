// Counts what a request finds, over all its pages.
import { h } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { openDialog } from "../parts/dialog.js";
import { count, plural } from "../parts/format.js";

// Asks page by page; `onPage` gets { found, read } after each, and false from it ends the asking.
export async function countPages({ operation, input }, signal, onPage) {
	const { Limit, ReturnConsumedCapacity, ...rest } = input;
	const total = { found: 0, read: 0 };
	let ExclusiveStartKey;
	do {
		const page = await call(operation, { ...rest, Select: "COUNT", ExclusiveStartKey }, { signal });
		total.found += page.Count;
		total.read += page.ScannedCount;
		ExclusiveStartKey = page.LastEvaluatedKey;
	} while (onPage(total) !== false && ExclusiveStartKey);
	return total;
}

export async function countAll(request, signal) {
	const shown = h("p", { role: "status", class: "items-count" }, "Counting…");
	const stop = new AbortController();
	signal.addEventListener("abort", () => stop.abort());
	const dialog = openDialog({ title: "Count", body: shown, actions: [{ label: "Close" }] });
	dialog.closed.then(() => stop.abort());
	const total = await countPages(request, stop.signal, ({ found, read }) => {
		shown.textContent = `${plural(found, "item")} so far, ${count(read)} read…`;
	});
	shown.textContent = total.read === total.found ? plural(total.found, "item") : `${plural(total.found, "item")}, of ${count(total.read)} that were read`;
}
