// A secondary index in a form.
import { h } from "../frame/dom.js";
import { IncompleteForm } from "../items/builder.js";
import { selectField, textField } from "../parts/field.js";
import { KeyFields } from "./key_fields.js";

const projections = [["ALL", "All attributes"], ["KEYS_ONLY", "Keys only"], ["INCLUDE", "Keys and those named"]];

const listed = (text) => text.split(",").map((each) => each.trim()).filter(Boolean);

// What an index has of an item: { elements, read() }.
export function projectionFields() {
	const kind = selectField("Projection", projections, { onchange: draw });
	const included = textField("Attributes to include", { hint: "Separated by commas." });
	function draw() {
		included.element.hidden = kind.value !== "INCLUDE";
	}
	draw();
	return { elements: [kind.element, included.element], read: () => ({ ProjectionType: kind.value, ...(kind.value === "INCLUDE" ? { NonKeyAttributes: listed(included.value) } : {}) }) };
}

export class IndexFields {
	// local: whether it may also be a local index, as only a new table can have.
	constructor({ local = false, actions } = {}) {
		this.name = textField("Index name", { required: true });
		this.kind = local ? selectField("Kind", [["global", "Global"], ["local", "Local: the table's partition key"]], { onchange: () => this.draw() }) : null;
		this.keys = new KeyFields({ most: 4 });
		this.sort = new KeyFields();
		this.projection = projectionFields();
		this.sort.parts.HASH[0].element.remove();
		this.element = h("fieldset", { class: "tables-index" }, h("legend", null, "Index"), h("div", { class: "row" }, this.name.element, this.kind?.element, this.projection.elements), this.keys.element, this.sort.element, actions);
		this.draw();
	}

	get global() {
		return this.kind?.value !== "local";
	}

	draw() {
		this.keys.element.hidden = !this.global;
		this.sort.element.hidden = this.global;
	}

	// The index of a request. partitionKey: of the table, for a local index.
	read(types, partitionKey) {
		this.name.error("");
		if (this.name.value.trim() === "") {
			this.name.error("A name is needed.");
			throw new IncompleteForm();
		}
		return {
			IndexName: this.name.value.trim(),
			KeySchema: this.global ? this.keys.read(types) : this.readLocal(types, partitionKey),
			Projection: this.projection.read(),
		};
	}

	readLocal(types, partitionKey) {
		const [hash, range] = this.sort.parts.HASH.concat(this.sort.parts.RANGE);
		hash.name.value = partitionKey;
		hash.type.value = types.get(partitionKey);
		range.required = true;
		return this.sort.read(types);
	}
}
