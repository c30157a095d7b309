// Deletes many items, after a confirmation that counts them.
import { h } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { textField } from "../parts/field.js";
import { plural } from "../parts/format.js";
import { progress } from "../parts/state.js";
import { toast } from "../parts/toast.js";
import { writeAll } from "./batch.js";
import { countPages } from "./count.js";
import { Expression } from "./expression.js";
import { keyOf } from "./value.js";

const keysOf = (table) => table.KeySchema.map((key) => key.AttributeName);
const deletions = (table, items) => items.map((item) => ({ DeleteRequest: { Key: keyOf(item, keysOf(table)) } }));

// Of the items that are given; true where they have been deleted.
export function deleteItems(table, items) {
	return confirmDialog({
		title: `Delete ${plural(items.length, "item")}?`, text: `They are deleted from ${table.TableName} at once. Only a backup or point-in-time recovery brings them back.`,
		action: "Delete", typed: items.length > 1 ? items.length : undefined,
		run: async (signal) => {
			await writeAll(table.TableName, deletions(table, items), { signal });
			toast(`${plural(items.length, "item")} deleted.`);
		},
	});
}

// The keys of what the request finds, page by page.
async function* keyPages(table, { operation, input }, signal) {
	const { Limit, ReturnConsumedCapacity, ...rest } = input;
	const expression = new Expression();
	for (const [placeholder, name] of Object.entries(rest.ExpressionAttributeNames ?? {})) expression.names.set(name, placeholder);
	const projected = keysOf(table).map((name) => expression.name(name)).join(", ");
	let ExclusiveStartKey;
	do {
		const page = await call(operation, { ...rest, ProjectionExpression: projected, ExpressionAttributeNames: Object.fromEntries([...expression.names].map(([name, placeholder]) => [placeholder, name])), ExclusiveStartKey }, { signal });
		yield page.Items;
		ExclusiveStartKey = page.LastEvaluatedKey;
	} while (ExclusiveStartKey);
}

async function deleteFound(table, request, { signal, onProgress }) {
	let done = 0;
	for await (const keys of keyPages(table, request, signal)) {
		await writeAll(table.TableName, deletions(table, keys), { signal });
		done += keys.length;
		onProgress(done);
	}
	return done;
}

// Of all that the request finds; true where some have been deleted. They are counted before, and the count must be typed.
export async function deleteAll(table, request, leave) {
	const stop = new AbortController();
	leave.addEventListener("abort", () => stop.abort());
	const counted = h("p", { role: "status" }, "Counting…");
	const bar = h("div");
	const typed = textField("Type the number to confirm", { disabled: true });
	let total;
	let deleted = 0;
	const dialog = openDialog({
		title: "Delete all that fit", body: [counted, typed.element, bar],
		actions: [{ label: "Cancel" }, { label: "Delete", kind: "danger", run: async () => {
			if (!total?.found || typed.value.trim() !== String(total.found)) {
				typed.error(total ? `This is not ${total.found}.` : "They are still being counted.");
				return false;
			}
			await deleteFound(table, request, { signal: stop.signal, onProgress: (done) => {
				deleted = done;
				bar.replaceChildren(progress(Math.min(1, done / total.found), "Deleting"));
			} });
			toast(`${plural(deleted, "item")} deleted.`);
		} }],
	});
	dialog.closed.then(() => stop.abort());
	try {
		total = await countPages(request, stop.signal, ({ found }) => { counted.textContent = `${plural(found, "item")} so far…`; });
		counted.textContent = total.found === 0 ? "No item fits." : `This deletes ${plural(total.found, "item")} of ${table.TableName}${request.input.FilterExpression || request.input.KeyConditionExpression ? "" : ": all that it has"}.`;
		typed.input.disabled = total.found === 0;
		typed.element.querySelector("label").textContent = `Type ${total.found} to confirm`;
		typed.input.focus();
	} catch (error) {
		if (!stop.signal.aborted) {
			dialog.close();
			throw error;
		}
	}
	await dialog.closed;
	return deleted > 0;
}
