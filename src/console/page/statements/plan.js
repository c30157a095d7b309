// How a statement reaches its items, in words.
import { h, replace } from "../frame/dom.js";
import { preview } from "../items/value.js";
import { button } from "../parts/button.js";
import { count } from "../parts/format.js";
import { badge, facts } from "../parts/state.js";

const ways = {
	ITEMS: ["By key", "good", (plan) => `Reads ${plan.Reads === 1 ? "one item by its whole key" : `${count(plan.Reads)} items by their whole keys`}.`],
	RANGES: ["Range", "good", (plan) => `Reads ${plan.Reads === 1 ? "one range" : `${count(plan.Reads)} ranges`} of the key of ${plan.IndexName ? "the index" : "the table"}.`],
	SCAN: ["Scan", "warn", (plan) => `Reads all of ${plan.IndexName ? "the index" : "the table"}: WHERE does not say which values of the partition key it means.`],
};

function bound(key) {
	return [
		key.Lower && `${key.Lower.Inclusive ? "≥" : ">"} ${preview(key.Lower.Value)}`,
		key.Upper && `${key.Upper.Inclusive ? "≤" : "<"} ${preview(key.Upper.Value)}`,
		key.Prefix && `begins with ${preview(key.Prefix)}`,
	].filter(Boolean).join(" and ");
}

function keyText(key) {
	if (!key.Values) return bound(key);
	const shown = key.Values.slice(0, 10).map(preview).join(", ");
	return `${key.Values.length > 1 ? "one of " : ""}${shown}${key.Values.length > 10 ? `, and ${key.Values.length - 10} more` : ""}`;
}

function keyList(plan) {
	if (plan.Keys.length === 0) return null;
	return h("ul", { class: "plan-keys" }, plan.Keys.map((key) => h("li", null, h("strong", null, key.AttributeName), ` ${key.KeyType === "HASH" ? "partition key" : "sort key"}: `, h("span", { dir: "auto" }, keyText(key)))));
}

function remarks(plan) {
	return [
		plan.Filtered && "The rest of WHERE is judged on each item that is read: what it leaves out is read, and paid for, all the same.",
		plan.Merged && "The ranges are read together, in the order of ORDER BY.",
		!plan.Forward && "The key is read backwards.",
	].filter(Boolean).map((text) => h("p", null, text));
}

function measured(answer) {
	return facts([["Items read", count(answer.ScannedCount)], ["Items found", count(answer.Count)], ["Capacity units", answer.ConsumedCapacity?.CapacityUnits ?? 0], ["First page", answer.Complete ? "is all" : "is not all"]]);
}

function measure(analyze) {
	const place = h("div", null, h("p", { class: "faint" }, "Measuring reads the first page, and consumes its capacity."), button("Measure", async () => replace(place, measured(await analyze()))));
	return place;
}

// The plan of an answer of ExplainStatement; `analyze` asks for the same with what is read.
export function planView(plan, analyze) {
	const [name, kind, text] = ways[plan.Access];
	return h("section", { class: "box" }, h("header", { class: "box-head" }, badge(name, kind), h("span", null, text(plan))),
		facts([["Statement", plan.StatementType], ["Table", plan.TableName], ["Index", plan.IndexName ?? "none: the table's own key"]]),
		keyList(plan), remarks(plan), plan.StatementType === "SELECT" && measure(analyze));
}
