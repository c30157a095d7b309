// Shows what two have made of one item, and lets the person choose.
import { h } from "../frame/dom.js";
import { openDialog } from "../parts/dialog.js";
import { table } from "../parts/table.js";
import { formatValue } from "./json.js";
import { equal } from "./value.js";

const LONGEST = 1000;

function shown(value) {
	if (value === undefined) return h("span", { class: "faint" }, "absent");
	const text = formatValue(value);
	return h("code", { class: "items-version" }, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

// Resolves to "Overwrite", "Take what is stored", or "Go on editing". `stored` is null where the item has been deleted.
export async function askConflict({ read, stored, mine }) {
	const now = stored ?? {};
	const names = [...new Set([...Object.keys(read), ...Object.keys(now), ...Object.keys(mine)])];
	const differing = names.filter((name) => !(equal(read[name], now[name]) && equal(read[name], mine[name])));
	const text = stored ? "Somebody has changed the item since you read it. These attributes differ:" : "Somebody has deleted the item since you read it. To overwrite creates it again.";
	const dialog = openDialog({
		title: stored ? "The item has been changed" : "The item has been deleted", size: "wide",
		body: [h("p", null, text), table("Versions", [
			{ title: "Attribute", render: (name) => name }, { title: "As you read it", render: (name) => shown(read[name]) },
			{ title: "Stored now", render: (name) => shown(now[name]) }, { title: "Yours", render: (name) => shown(mine[name]) },
		], differing)],
		actions: [{ label: "Go on editing" }, { label: "Take what is stored" }, { label: "Overwrite", kind: "danger" }],
	});
	return (await dialog.closed) || "Go on editing";
}
