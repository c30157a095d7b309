// The tags of a table.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { textField } from "../parts/field.js";
import { emptyState, section } from "../parts/state.js";
import { table as plainTable } from "../parts/table.js";

async function listAll(ResourceArn, signal) {
	const all = [];
	let NextToken;
	do {
		const page = await call("ListTagsOfResource", { ResourceArn, NextToken }, { signal });
		all.push(...(page.Tags ?? []));
		NextToken = page.NextToken;
	} while (NextToken);
	return all;
}

export async function tagsTab(place, table, { signal }) {
	const ResourceArn = table.TableArn;
	const all = await listAll(ResourceArn, signal);
	const key = textField("Key");
	const value = textField("Value");
	const add = async () => {
		key.error(key.value ? "" : "A key is needed.");
		if (!key.value) return;
		await call("TagResource", { ResourceArn, Tags: [{ Key: key.value, Value: value.value }] });
		refresh();
	};
	const remove = async (tag) => {
		await call("UntagResource", { ResourceArn, TagKeys: [tag.Key] });
		refresh();
	};
	const set = button("Set", add, { kind: "primary" });
	place.append(section("Tags", {}, all.length === 0 ? emptyState({ title: "The table has no tags" }) : plainTable("Tags", [
		{ title: "Key", render: (tag) => tag.Key }, { title: "Value", render: (tag) => tag.Value },
		{ title: "", render: (tag) => button(`Remove the tag ${tag.Key}`, () => remove(tag), { kind: "plain", icon: "trash", iconOnly: true }) },
	], all), h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); set.click(); } }, key.element, value.element, set, h("input", { type: "submit", hidden: true }))));
}
