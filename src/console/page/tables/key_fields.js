// The key of a table or an index in a form.
import { h, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { selectField, textField } from "../parts/field.js";
import { IncompleteForm } from "../items/builder.js";

export const keyTypes = [["S", "String"], ["N", "Number"], ["B", "Binary"]];

// One attribute: its name and type.
export function attributeField(label, { required, onRemove } = {}) {
	const name = textField(label, { required });
	const type = selectField("Type", keyTypes);
	const remove = onRemove && button(`Remove this ${label.toLowerCase()}`, () => onRemove(), { kind: "plain", icon: "close", iconOnly: true });
	return { name, type, required, element: h("div", { class: "row tables-key" }, name.element, type.element, remove) };
}

// `most`: how many partition and how many sort attributes there may be: one of a table, four of a global index.
export class KeyFields {
	constructor({ most = 1 } = {}) {
		this.most = most;
		this.parts = { HASH: [], RANGE: [] };
		this.element = h("div", { class: "stack" });
		this.add("HASH", true);
		this.add("RANGE", false);
	}

	add(role, required) {
		const label = role === "HASH" ? "Partition key" : "Sort key";
		const first = this.parts[role].length === 0;
		const field = attributeField(label + (required || !first ? "" : " (if there is one)"), { required, onRemove: first ? null : () => {
			this.parts[role] = this.parts[role].filter((each) => each !== field);
			this.draw();
		} });
		this.parts[role].push(field);
		this.draw();
	}

	draw() {
		const more = (role, label) => this.parts[role].length < this.most && button(label, () => this.add(role, true), { kind: "plain", icon: "plus" });
		replace(this.element, this.parts.HASH.map((each) => each.element), this.parts.RANGE.map((each) => each.element),
			this.most > 1 && h("div", { class: "toolbar" }, more("HASH", "Another partition key attribute"), more("RANGE", "Another sort key attribute")));
	}

	// [{ AttributeName, KeyType }], their types added to `types`, a Map that all keys of a request share.
	read(types) {
		const schema = [];
		for (const role of ["HASH", "RANGE"]) {
			for (const field of this.parts[role]) {
				const AttributeName = readAttribute(field, types);
				if (AttributeName !== "") schema.push({ AttributeName, KeyType: role });
			}
		}
		return schema;
	}
}

// The name of an attributeField(), its type added to `types`; "" where none is given and none is needed.
export function readAttribute({ name, type, required }, types) {
	name.error("");
	const text = name.value.trim();
	if (text === "" && !required) return "";
	if (text === "") refuse(name, "A name is needed.");
	if (types.has(text) && types.get(text) !== type.value) refuse(name, `${text} has another type elsewhere in this form.`);
	types.set(text, type.value);
	return text;
}

export function refuse(field, problem) {
	field.error(problem);
	throw new IncompleteForm();
}
